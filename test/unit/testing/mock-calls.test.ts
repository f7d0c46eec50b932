import { describe, expect, expectTypeOf, test } from 'vitest';

import type { BatchJobStatus } from '../../../generated/types.gen.js';
import { MistralError } from '../../../src/index.js';
import { createMockMistral, inTurn, rateLimit } from '../../../src/testing/index.js';
import { client } from '../../helpers/api.js';
import { failureOf } from '../../helpers/failure-of.js';

const jobId = '497f6eca-6276-4993-bfeb-53cbbbba6f09';
const chat = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };

describe('calls', () => {
  test('have the parameters that the method was called with, wherever they travelled', async () => {
    const mock = createMockMistral();
    const mistral = client({ fetch: mock.fetch });
    const list = { status: ['RUNNING' as BatchJobStatus], page: 1, created_by_me: true };

    await mistral.chat.complete(chat);
    await mistral.chat.stream(chat).finalMessage();
    await mistral.batch.jobs.list(list);
    await mistral.beta.agents.list({ metadata: { a: 1 }, sources: ['api'] });
    await mistral.batch.jobs.get({ job_id: jobId, inline: false });
    await mistral.files.upload({ file: { name: 'a.jsonl', content: '{}' }, purpose: 'batch' });
    await mistral.audio.transcriptions.complete({ model: 'm', temperature: 0.5, context_bias: ['Lyon'] });

    const [complete, stream, jobs, agents, job, upload, transcription] = mock.calls.map(
      ({ params }) => params,
    );
    expect([complete, stream]).toEqual([chat, chat]);
    expect(jobs).toEqual(list);
    expect(agents).toEqual({ metadata: { a: 1 }, sources: ['api'] });
    expect(job).toEqual({ job_id: jobId, inline: false });
    expect(upload).toMatchObject({ purpose: 'batch', file: new File(['{}'], 'a.jsonl') });
    expect(transcription).toEqual({ model: 'm', temperature: 0.5, context_bias: ['Lyon'] });
  });

  test('are told apart by their operation, for the compiler too', async () => {
    const mock = createMockMistral();
    await client({ fetch: mock.fetch }).chat.complete(chat);

    const [call] = mock.callsTo('chat.complete');
    expectTypeOf(call!.params.model).toExtend<string>();
    expect(call).toMatchObject({ operation: 'chat.complete', params: chat });
    const [any] = mock.calls;
    if (any?.operation === 'files.retrieve') expectTypeOf(any.params.file_id).toEqualTypeOf<string>();
    expect(mock.callsTo('models.list')).toEqual([]);
  });

  test('are those of operations alone', async () => {
    const mock = createMockMistral();
    await mock.fetch('https://api.mistral.ai/v1/nothing', { headers: { authorization: 'Bearer k' } });

    expect([mock.requests.length, mock.calls.length]).toEqual([1, 0]);
    // @ts-expect-error no such operation
    expect(() => mock.callsTo('chat.completion')).toThrow('Did you mean `chat.complete`?');
  });
});

describe('responses that nothing asked for', () => {
  test('are named, with how far the others came', async () => {
    const mock = createMockMistral({
      'models.list': (_, usual) => usual,
      'files.list': [],
      'chat.complete': inTurn('one', rateLimit({ times: 2 }, 'two')),
    });
    const mistral = client({ fetch: mock.fetch });
    await mistral.models.list();
    await mistral.chat.complete(chat);

    expect(() => mock.assertAllUsed()).toThrow(
      new Error(
        'The mock has responses that were not used:\n  files.list: 0 of 1 calls\n  chat.complete: 1 of 4 calls',
      ),
    );
  });

  test('are none when all were asked for', async () => {
    const mock = createMockMistral({ 'chat.complete': inTurn('one', 'two') });
    const mistral = client({ fetch: mock.fetch });
    await mistral.chat.complete(chat);
    await mistral.chat.complete(chat);

    expect(() => mock.assertAllUsed()).not.toThrow();
  });
});

test('with only given responses, any other operation fails for good', async () => {
  const mock = createMockMistral({ 'chat.complete': 'Bonjour' }, { failOnUnmocked: true });
  const mistral = client({ fetch: mock.fetch, maxRetries: 2 });

  await mistral.chat.complete(chat);
  const error = await failureOf(mistral.models.list());

  expect(error).toBeInstanceOf(MistralError);
  expect(error).toMatchObject({
    message: 'The mock has no response for `models.list`, and `failOnUnmocked` is set',
  });
  expect(mock.calls).toHaveLength(2);
});
