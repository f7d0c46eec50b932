import { expect, test, vi } from 'vitest';

import type { EmbeddingRequest, EmbeddingResponse } from '../../../generated/types.gen.js';
import { embedAll, type EmbedAllOptions, type EmbedAllParams } from '../../../src/concurrency/index.js';
import { AbortError, BadRequestError, Mistral, MistralError, RateLimitError } from '../../../src/index.js';
import { createMockMistral, type MockResponses } from '../../../src/testing/index.js';

const model = 'mistral-embed';
const numbered = (count: number) => Array.from({ length: count }, (_, index) => String(index));

/** An API whose embedding of a text is the number in it. */
const answerTo = ({ input }: EmbeddingRequest): EmbeddingResponse => ({
  id: 'id',
  object: 'list',
  model: 'mistral-embed-2312',
  data: [input].flat().map((text, index) => ({ object: 'embedding', embedding: [Number(text)], index })),
  usage: { prompt_tokens: [input].flat().length, completion_tokens: 0, total_tokens: [input].flat().length },
});

function mocked(answer: (request: EmbeddingRequest, count: number) => unknown = answerTo) {
  const inputs: string[][] = [];
  const mock = createMockMistral({
    'embeddings.create': ({ body }) => {
      inputs.push((body as EmbeddingRequest).input as string[]);
      return answer(body as EmbeddingRequest, inputs.length);
    },
  } as MockResponses);
  const { embeddings } = new Mistral({
    apiKey: 'test-key',
    fetch: mock.fetch,
    maxRetries: 0,
    logLevel: 'off',
  });
  return { embeddings, inputs, mock };
}

const tooMany = (
  message = 'Too many tokens overall, split into more batches.',
  code: string | null = '3210',
) =>
  Response.json(
    { object: 'error', message, type: 'invalid_request_prompt', param: null, code },
    { status: 400 },
  );

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable('it should fail'),
    (error: unknown) => error,
  );

test('a long list is split by count and joined in order, with the usage summed', async () => {
  const { embeddings, inputs } = mocked();
  const all = await embedAll(embeddings, { model, inputs: numbered(250) }, { batchSize: 100 });

  expect(inputs.map(({ length }) => length)).toEqual([100, 100, 50]);
  expect(all.embeddings).toEqual(numbered(250).map((text) => [Number(text)]));
  expect(all.usage).toEqual({ prompt_tokens: 250, completion_tokens: 0, total_tokens: 250 });
  expect(all.model).toBe('mistral-embed-2312');
});

test('it is split by characters as well; a longer input goes alone', async () => {
  const { embeddings, inputs } = mocked();
  const texts = ['1'.repeat(4), '2'.repeat(6), '3', '4'.repeat(25), '5', '6'.repeat(9)];
  await embedAll(embeddings, { model, inputs: texts }, { batchCharacters: 10, concurrency: 1 });

  expect(inputs.map((batch) => batch.map((text) => text[0]).join(''))).toEqual(['12', '3', '4', '56']);
});

test('the other parameters go with each request', async () => {
  const { embeddings, mock } = mocked();
  await embedAll(
    embeddings,
    { model, inputs: numbered(2), output_dimension: 256, metadata: { job: '1' } },
    { batchSize: 1 },
  );

  for (const { body } of mock.requests)
    expect(body).toEqual({
      model,
      input: [expect.any(String)],
      output_dimension: 256,
      metadata: { job: '1' },
    });
  expect(mock.requests.length).toBe(2);
});

test('nothing to embed is no request', async () => {
  const { embeddings, mock } = mocked();

  expect(await embedAll(embeddings, { model, inputs: [] })).toEqual({
    model,
    embeddings: [],
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
  });
  expect(mock.requests).toEqual([]);
});

test('embeddings that come in another order are put where they belong', async () => {
  const { embeddings } = mocked((request) => {
    const answer = answerTo(request);
    return { ...answer, data: answer.data.toReversed() };
  });

  expect((await embedAll(embeddings, { model, inputs: ['7', '8', '9'] })).embeddings).toEqual([
    [7],
    [8],
    [9],
  ]);
});

test('embeddings without an index are taken as they come', async () => {
  const { embeddings } = mocked((request) => {
    const answer = answerTo(request);
    return { ...answer, data: answer.data.map(({ embedding }) => ({ embedding })) };
  });

  expect((await embedAll(embeddings, { model, inputs: ['7', '8'] })).embeddings).toEqual([[7], [8]]);
});

test.each([
  ['too few', [{ embedding: [0], index: 0 }]],
  ['too many', [0, 1, 2].map((index) => ({ embedding: [0], index }))],
  ['one twice', [0, 0].map((index) => ({ embedding: [0], index }))],
  ['one that belongs to nothing', [0, 5].map((index) => ({ embedding: [0], index }))],
])('an answer with %s is an error', async (_, data) => {
  const { embeddings } = mocked((request) => ({ ...answerTo(request), data }));

  expect(await failureOf(embedAll(embeddings, { model, inputs: ['1', '2'] }))).toMatchObject({
    name: 'MistralError',
    message: expect.stringContaining('expected 2 embeddings, got'),
  });
});

test('an answer without an embedding for an input is an error', async () => {
  const { embeddings } = mocked((request) => ({ ...answerTo(request), data: [{ index: 0 }] }));

  expect(await failureOf(embedAll(embeddings, { model, inputs: ['1'] }))).toMatchObject({
    message: expect.stringContaining('the embedding of an input is missing'),
  });
});

test('base64 becomes the typed array of each output_dtype', async () => {
  const bytes = Buffer.from([1, 0, 128, 191]).toString('base64');
  const { embeddings, mock } = mocked((request) => ({
    ...answerTo(request),
    data: [{ index: 0, embedding: bytes }],
  }));
  const base = { model, inputs: ['1'], encoding_format: 'base64' } as const;
  const of = async <P extends EmbedAllParams>(params: P) =>
    (await embedAll(embeddings, params)).embeddings[0];

  expect(await of(base)).toEqual(new Float32Array([-1.0000001192092896]));
  expect(await of({ ...base, output_dtype: 'float' })).toEqual(new Float32Array([-1.0000001192092896]));
  expect(await of({ ...base, output_dtype: 'int8' })).toEqual(new Int8Array([1, 0, -128, -65]));
  expect(await of({ ...base, output_dtype: 'uint8' })).toEqual(new Uint8Array([1, 0, 128, 191]));
  expect(await of({ ...base, output_dtype: 'binary' })).toEqual(new Int8Array([1, 0, -128, -65]));
  expect(await of({ ...base, output_dtype: 'ubinary' })).toEqual(new Uint8Array([1, 0, 128, 191]));
  expect(mock.requests.at(-1)!.body).toMatchObject({ encoding_format: 'base64', output_dtype: 'ubinary' });
});

test('numbers that come though base64 was asked for become the same array, and base64 that was not asked for numbers', async () => {
  const params = { model, inputs: ['5'] };
  expect(await embedAll(mocked().embeddings, { ...params, encoding_format: 'base64' })).toMatchObject({
    embeddings: [new Float32Array([5])],
  });
  const { embeddings } = mocked((request) => ({ ...answerTo(request), data: [{ embedding: 'AACgQA==' }] }));
  expect(await embedAll(embeddings, params)).toMatchObject({ embeddings: [[5]] });
});

test.each([
  ['its number', tooMany()],
  ['the words of its inputs', tooMany('Too many inputs in request, split into more batches.', null)],
  ['older words of its tokens', tooMany('Too many tokens in batch. Max is 16384 got 17555', null)],
  ['a 413', new Response('<title>Payload Too Large</title>', { status: 413 })],
])('a request that is refused for its size, told by %s, is split until it fits', async (_, refusal) => {
  const { embeddings, inputs } = mocked((request) =>
    (request.input as string[]).length > 2 ? refusal : answerTo(request),
  );
  const all = await embedAll(embeddings, { model, inputs: numbered(7) });

  expect(all.embeddings).toEqual(numbered(7).map((text) => [Number(text)]));
  expect(all.usage.total_tokens).toBe(7);
  expect(inputs.map(({ length }) => length)).toEqual([7, 4, 2, 2, 3, 2, 1]);
});

test('an input that is too long alone is named, with the answer as cause', async () => {
  const { embeddings } = mocked((request) =>
    (request.input as string[]).includes('5') ? tooMany() : answerTo(request),
  );
  const error = await failureOf(embedAll(embeddings, { model, inputs: numbered(9) }, { batchSize: 3 }));

  expect(error).toBeInstanceOf(MistralError);
  expect(error).toMatchObject({
    message: 'embedAll(): `inputs[5]` is too long for mistral-embed',
    cause: expect.any(BadRequestError),
  });
});

test('another failure ends it as it is, with what came before as `partial`, unseen in a log', async () => {
  const { embeddings, inputs } = mocked((request, count) =>
    count === 3 ? Response.json({ message: 'Slow down' }, { status: 429 }) : answerTo(request),
  );
  const error = await failureOf(
    embedAll(embeddings, { model, inputs: numbered(10) }, { batchSize: 2, concurrency: 1 }),
  );

  expect(error).toBeInstanceOf(RateLimitError);
  expect((error as MistralError).partial).toEqual({
    model: 'mistral-embed-2312',
    embeddings: [[0], [1], [2], [3]],
    usage: { prompt_tokens: 4, completion_tokens: 0, total_tokens: 4 },
  });
  expect(Object.keys(error as object)).not.toContain('partial');
  expect(inputs.length).toBe(3);
});

test('a failure before anything came has no `partial`', async () => {
  const { embeddings } = mocked(() => Response.json({}, { status: 500 }));

  expect(await failureOf(embedAll(embeddings, { model, inputs: ['1'] }))).not.toHaveProperty('partial');
});

test('an abort reaches the requests that are under way', async () => {
  const controller = new AbortController();
  const signals: AbortSignal[] = [];
  const create = vi.fn((_: EmbeddingRequest, { signal }: { readonly signal: AbortSignal }) => {
    signals.push(signal);
    return new Promise<EmbeddingResponse>(() => {});
  });
  const work = embedAll(
    { create },
    { model, inputs: numbered(9) },
    { batchSize: 1, concurrency: 3, signal: controller.signal },
  );
  const failure = failureOf(work);
  await vi.waitFor(() => expect(create).toHaveBeenCalledTimes(3));
  controller.abort('enough');

  expect(await failure).toBeInstanceOf(AbortError);
  expect(await failure).toMatchObject({ cause: 'enough' });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
});

test.each<[string, object, EmbedAllOptions, RegExp]>([
  ['a string as inputs', { inputs: 'text' }, {}, /`inputs` must be an array of strings/],
  ['no inputs', {}, {}, /`inputs` must be an array of strings/],
  ['an input that is no string', { inputs: ['a', 1] }, {}, /`inputs\[1\]` must be a string, not number/],
  ['a type that there is not', { inputs: [], output_dtype: 'float16' }, {}, /`output_dtype` must be one of/],
  ['a batch of none', { inputs: [] }, { batchSize: 0 }, /`batchSize` must be a positive integer/],
  [
    'characters that are no number',
    { inputs: [] },
    { batchCharacters: NaN },
    /`batchCharacters` must be a positive integer/,
  ],
  ['no concurrency', { inputs: ['a'] }, { concurrency: 0 }, /`concurrency` must be a positive integer/],
  ['a misspelt option', { inputs: [] }, { batch: 3 } as object, /has no option `batch`/],
])('it refuses %s before any request', async (_, params, options, message) => {
  const { embeddings, mock } = mocked();
  const error = await failureOf(embedAll(embeddings, { model, ...params } as EmbedAllParams, options));

  expect(error).toMatchObject({ message: expect.stringMatching(message) });
  expect(mock.requests).toEqual([]);
});

test('it refuses a client in the place of its embeddings', async () => {
  const mistral = new Mistral({ apiKey: 'test-key' });

  // @ts-expect-error -- what is tested
  expect(await failureOf(embedAll(mistral, { model, inputs: [] }))).toMatchObject({
    message: 'embedAll(): the first argument must be `mistral.embeddings`',
  });
});
