import type { ServerResponse } from 'node:http';

import { describe, expect, test, vi } from 'vitest';

import { AbortError, RateLimitError, StreamInterruptedError } from '../../../src/index.js';
import { client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';
import { sse } from '../../helpers/event-stream.js';
import { failureOf } from '../../helpers/failure-of.js';
import { serve } from '../../helpers/loopback.js';

const params = { model: 'mistral-small-latest', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
const chunk = (content: string) => ({ id: '1', model: 'm', choices: [{ index: 0, delta: { content } }] });

/** A chat that a test streams by hand: it starts the answer and leaves the rest to the test. */
async function chat(begin: (reply: ServerResponse) => void) {
  let reportClosed!: () => void;
  const closed = new Promise<void>((resolve) => (reportClosed = resolve));
  const requests = vi.fn();
  const baseURL = await serve((request, reply) => {
    requests(request.url);
    reply.on('close', reportClosed);
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    begin(reply);
  });
  return { mistral: client({ baseURL }), requests, closed };
}

describe('over a real connection', () => {
  test('events arrive as they are written, not when the answer is whole', async () => {
    let reply!: ServerResponse;
    const { mistral } = await chat((response) => {
      reply = response;
      reply.write(sse(chunk('Bon')));
    });
    const events = mistral.chat.stream(params)[Symbol.asyncIterator]();

    expect(await events.next()).toMatchObject({ value: chunk('Bon') });
    reply.write(sse(chunk('jour')));
    expect(await events.next()).toMatchObject({ value: chunk('jour') });
    reply.end(sse('[DONE]'));
    expect(await events.next()).toMatchObject({ done: true });
  });

  test('a cut inside a character makes no difference', async () => {
    const bytes = Buffer.from(sse(chunk('Bon'), chunk('👍'), '[DONE]'));
    const cut = bytes.indexOf('👍') + 2;
    let reply!: ServerResponse;
    const { mistral } = await chat((response) => {
      reply = response;
      reply.write(bytes.subarray(0, cut));
    });
    const events = mistral.chat.stream(params)[Symbol.asyncIterator]();

    // By then the first part has been read, so the rest cannot be joined to it on the way.
    expect(await events.next()).toMatchObject({ value: chunk('Bon') });
    reply.end(bytes.subarray(cut));
    expect(await events.next()).toMatchObject({ value: chunk('👍') });
    expect(await events.next()).toMatchObject({ done: true });
  });

  test('`break` closes the connection, so that the model stops', async () => {
    const { mistral, closed } = await chat((reply) => reply.write(sse(chunk('Bon'), chunk('jour'))));

    for await (const event of mistral.chat.stream(params)) {
      expect(event).toEqual(chunk('Bon'));
      break;
    }

    await closed;
  });

  test('`abort()` closes the connection and the loop ends with its reason', async () => {
    const { mistral, closed } = await chat((reply) => reply.write(sse(chunk('Bon'))));
    const stream = await mistral.chat.stream(params);

    const error = await failureOf(async () => {
      for await (const _ of stream) stream.abort('enough');
    });

    await closed;
    expect(error).toBeInstanceOf(AbortError);
    expect(error).toHaveProperty('cause', 'enough');
  });

  test('the signal of the caller does the same', async () => {
    const { mistral, closed } = await chat((reply) => reply.write(sse(chunk('Bon'))));
    const controller = new AbortController();

    const error = await failureOf(async () => {
      const stream = mistral.chat.stream(params, { signal: controller.signal });
      for await (const _ of stream) controller.abort('the user left');
    });

    await closed;
    expect(error).toBeInstanceOf(AbortError);
    expect(error).toHaveProperty('cause', 'the user left');
  });

  test('the signal ends a stream whose answer has not begun', async () => {
    const controller = new AbortController();
    const baseURL = await serve(() => controller.abort('too slow'));

    const error = await failureOf(
      collect(client({ baseURL }).chat.stream(params, { signal: controller.signal })),
    );

    expect(error).toBeInstanceOf(AbortError);
    expect(error).toHaveProperty('cause', 'too slow');
  });

  test('a connection that breaks is an error, and the billed request is not sent again', async () => {
    const { mistral, requests } = await chat((reply) => {
      reply.write(sse(chunk('Bon'), chunk('jour')), () => reply.destroy());
    });

    const error = await failureOf(collect(mistral.chat.stream(params)));

    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect(error).toMatchObject({ cause: expect.any(Error) });
    expect(requests).toHaveBeenCalledOnce();
  });

  test('an answer that ends in good order, but too early, is an error as well', async () => {
    const { mistral } = await chat((reply) => reply.end(sse(chunk('Bon'))));

    const error = await failureOf(collect(mistral.chat.stream(params)));

    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect(error).toHaveProperty('eventCount', 1);
  });

  test('an error event closes the connection', async () => {
    const { mistral, closed } = await chat((reply) =>
      reply.write(sse(chunk('Bon'), { object: 'error', message: 'Slow down', raw_status_code: 429 })),
    );

    const error = await failureOf(collect(mistral.chat.stream(params)));

    await closed;
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toHaveProperty('message', expect.stringContaining('(mistral.chat.stream())'));
  });

  test('an answer of another type that breaks off is an error of ours, too', async () => {
    const baseURL = await serve((_, reply) => {
      reply.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      reply.write('{"half":', () => reply.destroy());
    });

    const error = await failureOf(collect(client({ baseURL }).chat.stream(params)));

    expect(error, String(error)).toMatchObject({ name: 'ResponseError', excerpt: '{"half":' });
  });
});
