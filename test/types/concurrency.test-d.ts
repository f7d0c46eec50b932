import { expectTypeOf, test } from 'vitest';

import type { EmbeddingRequest } from '../../generated/types.gen.js';
import {
  createLimiter,
  decodeEmbedding,
  embedAll,
  mapConcurrent,
  type EmbeddingArrays,
} from '../../src/concurrency/index.js';
import { Mistral, type MistralOptions } from '../../src/index.js';

const { embeddings, models } = new Mistral();

test('the results of a map are what the function gives, awaited', async () => {
  const results = mapConcurrent(['a'], (model_id, { index, signal }) => {
    expectTypeOf(model_id).toEqualTypeOf<string>();
    expectTypeOf(index).toEqualTypeOf<number>();
    return models.retrieve({ model_id }, { signal });
  });

  expectTypeOf(await results).toEqualTypeOf<Awaited<ReturnType<typeof models.retrieve>>[]>();
  for await (const model of results) expectTypeOf(model.id).toEqualTypeOf<string>();
  expectTypeOf(await mapConcurrent(new Set([1]), String)).toEqualTypeOf<string[]>();
});

test('a limiter is a middleware of any client', () => {
  const limiter = createLimiter({ maxConcurrency: 3 });
  expectTypeOf<MistralOptions>().toExtend<{
    middleware?: readonly (typeof limiter.middleware)[] | undefined;
  }>();

  // @ts-expect-error -- only the limiter changes it
  limiter.concurrency = 2;
});

test('embeddings are numbers, or the array of the output_dtype that was asked for in base64', async () => {
  const inputs: string[] = [];
  const of = { model: 'mistral-embed', inputs };

  expectTypeOf((await embedAll(embeddings, of)).embeddings).toEqualTypeOf<number[][]>();
  expectTypeOf(
    (await embedAll(embeddings, { ...of, encoding_format: 'float', output_dtype: 'int8' })).embeddings,
  ).toEqualTypeOf<number[][]>();
  expectTypeOf(
    (await embedAll(embeddings, { model: 'm', inputs, encoding_format: 'base64' })).embeddings,
  ).toEqualTypeOf<Float32Array<ArrayBuffer>[]>();
  expectTypeOf(
    (await embedAll(embeddings, { model: 'm', inputs, encoding_format: 'base64', output_dtype: 'binary' }))
      .embeddings,
  ).toEqualTypeOf<Int8Array<ArrayBuffer>[]>();
  const unknown = {} as Pick<EmbeddingRequest, 'encoding_format' | 'output_dtype'>;
  expectTypeOf((await embedAll(embeddings, { ...of, ...unknown })).embeddings).toEqualTypeOf<
    (number[] | EmbeddingArrays[keyof EmbeddingArrays])[]
  >();
});

test('embedAll takes any list of strings, and a fake in the place of the API', async () => {
  await embedAll(embeddings, { model: 'm', inputs: ['a', 'b'] as const });
  await embedAll(
    { create: () => Promise.resolve({ id: '', object: '', model: '', data: [], usage: {} as never }) },
    { model: 'm', inputs: [] },
  );

  // @ts-expect-error -- the list is called `inputs`
  await embedAll(embeddings, { model: 'm', input: ['a'] }).catch(() => undefined);
});

test('a decoded embedding is the array of its type', () => {
  expectTypeOf(decodeEmbedding('')).toEqualTypeOf<Float32Array<ArrayBuffer>>();
  expectTypeOf(decodeEmbedding('', 'uint8')).toEqualTypeOf<Uint8Array<ArrayBuffer>>();
});
