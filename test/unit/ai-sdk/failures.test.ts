import { setImmediate } from 'node:timers/promises';

import * as provider3 from '@ai-sdk/provider';
import * as provider4 from 'ai-sdk-provider-4';
import { describe, expect, test } from 'vitest';

import { createMistral, MistralCallError } from '../../../src/ai-sdk/index.js';
import { AbortError } from '../../../src/errors/abort-error.js';
import { APIError } from '../../../src/errors/api-error.js';
import { ArgumentError } from '../../../src/errors/argument-error.js';
import { contentFreeOf } from '../../../src/errors/content-free.js';
import { StreamInterruptedError } from '../../../src/errors/stream-interrupted-error.js';
import { TimeoutError } from '../../../src/errors/timeout-error.js';
import { delay, failWith, stall, truncateAfter } from '../../../src/testing/index.js';
import { asking, mockedProvider, partsIn } from '../../helpers/ai-sdk.js';
import { failureOf } from '../../helpers/failure-of.js';
import { answer, scripted } from '../../helpers/scripted.js';

const refusal = failWith(422, {
  headers: { 'mistral-correlation-id': 'request-1' },
  body: { detail: [{ loc: ['body', 'model'], msg: 'No such model', type: 'value_error' }] },
});

describe('a refused call', () => {
  test.each(['doGenerate', 'doStream'] as const)(
    'of %s() is an APICallError of both versions, with the error of the client as its cause',
    async (method) => {
      const { provider } = mockedProvider({ 'chat.complete': refusal, 'chat.stream': refusal });

      const failure = await failureOf(provider('mistral-small-latest')[method](asking('My secret')));

      expect(provider3.APICallError.isInstance(failure)).toBe(true);
      expect(provider4.APICallError.isInstance(failure)).toBe(true);
      expect(provider3.AISDKError.isInstance(failure)).toBe(true);
      expect(provider3.NoSuchModelError.isInstance(failure)).toBe(false);
      expect(failure).toBeInstanceOf(MistralCallError);
      expect(failure).toMatchObject({
        name: 'MistralCallError',
        message: expect.stringContaining('No such model'),
        url: '/v1/chat/completions',
        requestBodyValues: { model: 'mistral-small-latest', messages: [{ content: 'My secret' }] },
        statusCode: 422,
        responseHeaders: { 'content-type': 'application/json' },
        responseBody: expect.stringContaining('"No such model"'),
        data: { detail: [{ msg: 'No such model' }] },
        isRetryable: false,
        requestId: 'request-1',
        attempts: 1,
      });
      const { cause } = failure as MistralCallError;
      expect(cause).toBeInstanceOf(APIError);
      expect(contentFreeOf(failure)).toBe(contentFreeOf(cause));
    },
  );

  test('has been retried by the client, so that the AI SDK must not', async () => {
    const { mistral, fetch } = scripted([answer(503, {}, { message: 'Overloaded' })]);

    const failure = await failureOf(createMistral(mistral)('m').doGenerate(asking()));

    expect(fetch).toHaveBeenCalledTimes(3);
    expect(failure).toMatchObject({ statusCode: 503, isRetryable: false, attempts: 3 });
  });

  test('has no key anywhere', async () => {
    const key = 'test-key-0123456789';
    const { mistral } = scripted([answer(401, { 'x-echo': `Bearer ${key}` }, { message: `Bad key ${key}` })]);

    const failure = await failureOf(createMistral(mistral)('m').doGenerate(asking()));

    const { responseHeaders, responseBody, requestBodyValues, message, stack } = failure as MistralCallError;
    expect(
      JSON.stringify({ failure, responseHeaders, responseBody, requestBodyValues, message, stack }),
    ).not.toContain(key);
  });
});

describe('a call without a response', () => {
  test('is an APICallError without a status', async () => {
    const { mistral } = scripted([new TypeError('fetch failed')]);

    const failure = await failureOf(createMistral(mistral)('m').doGenerate(asking()));

    expect(provider3.APICallError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({
      statusCode: undefined,
      responseHeaders: undefined,
      responseBody: undefined,
    });
  });

  test('for a time limit of the client is none that the AI SDK takes for an abort', async () => {
    const { provider } = mockedProvider({ 'chat.complete': stall() }, { timeoutMs: 5 });

    const failure = await failureOf(provider('m').doGenerate(asking()));

    expect((failure as MistralCallError).cause).toBeInstanceOf(TimeoutError);
    expect(failure).toMatchObject({ name: 'MistralCallError' });
  });

  test('for want of a key is the error of the client, which says what to do', async () => {
    const { mistral } = scripted([answer(200)], { apiKey: () => '' });

    const failure = await failureOf(createMistral(mistral)('m').doGenerate(asking()));

    expect(failure).toBeInstanceOf(ArgumentError);
    expect(String(failure)).toMatch(/API key is empty/);
  });
});

describe('a stream', () => {
  test('that breaks ends with an error part, and runs no tool', async () => {
    const { provider } = mockedProvider({
      'chat.stream': truncateAfter({ events: 2 }, ['Bon', 'jour', ' !']),
    });

    const { stream } = await provider('m').doStream(asking());
    const parts = await partsIn(stream);

    expect(parts.slice(2)).toEqual([
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'Bon' },
      { type: 'text-end', id: '0' },
      { type: 'error', error: expect.any(MistralCallError) },
      { type: 'finish', finishReason: { unified: 'error', raw: undefined }, usage: expect.anything() },
    ]);
    expect((parts.at(-2) as { error: MistralCallError }).error.cause).toBeInstanceOf(StreamInterruptedError);
  });

  test('that is cancelled aborts its request, also while it waits for a chunk', async () => {
    const { mock, provider } = mockedProvider({
      'chat.stream': stall({ after: { events: 2 } }, ['Bon', 'jour']),
    });

    const { stream } = await provider('m').doStream(asking());
    const reader = stream.getReader();
    for (let part = 0; part < 4; part += 1) await reader.read();
    const waiting = reader.read();
    // The stream waits for the server now.
    await setImmediate();
    await reader.cancel();

    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(mock.calls[0]).toMatchObject({ cancelled: true });
  });
});

describe('an abort', () => {
  test('before the response rejects with an AbortError', async () => {
    const { provider } = mockedProvider({ 'chat.complete': delay(60_000), 'chat.stream': delay(60_000) });
    const controller = new AbortController();
    const calls = (['doGenerate', 'doStream'] as const).map((method) =>
      failureOf(provider('m')[method]({ ...asking(), abortSignal: controller.signal })),
    );
    controller.abort();

    for (const failure of await Promise.all(calls)) {
      expect(failure).toBeInstanceOf(AbortError);
      expect(failure).toMatchObject({ name: 'AbortError' });
      expect(provider3.APICallError.isInstance(failure)).toBe(false);
    }
  });

  test('of a stream is an error of the stream, not a part', async () => {
    const { provider } = mockedProvider({ 'chat.stream': stall({ after: { events: 2 } }, ['Bon', 'jour']) });
    const controller = new AbortController();
    const { stream } = await provider('m').doStream({ ...asking(), abortSignal: controller.signal });
    const reading = failureOf(partsIn(stream));
    controller.abort('enough');

    expect(await reading).toBeInstanceOf(AbortError);
  });
});
