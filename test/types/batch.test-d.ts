import { describe, expectTypeOf, test } from 'vitest';

import type {
  ApiEndpoint,
  ChatCompletionResponse,
  EmbeddingResponse,
  Mistral,
  MistralError,
  OCRResponse,
} from '../../src/index.js';
import {
  decodeJsonl,
  runBatch,
  type BatchBody,
  type BatchLine,
  type BatchOutput,
} from '../../src/batch/index.js';

declare const mistral: Mistral;

describe('a batch', () => {
  test('is typed by its endpoint', async () => {
    const requests = [{ messages: [{ role: 'user' as const, content: 'Hi' }] }];
    for await (const result of runBatch(mistral, requests, {
      endpoint: '/v1/chat/completions',
      model: 'm',
    })) {
      expectTypeOf(result.input).toEqualTypeOf<BatchBody<'/v1/chat/completions'>>();
      if (result.error) {
        expectTypeOf(result.error).toEqualTypeOf<MistralError>();
        expectTypeOf(result.output).toEqualTypeOf<undefined>();
      } else {
        expectTypeOf(result.output).toEqualTypeOf<ChatCompletionResponse>();
      }
    }
    expectTypeOf<BatchOutput<'/v1/embeddings'>>().toEqualTypeOf<EmbeddingResponse>();
    expectTypeOf<BatchOutput<'/v1/ocr'>>().toEqualTypeOf<OCRResponse>();
    expectTypeOf<BatchOutput<ApiEndpoint>>().not.toBeAny();
  });

  test('narrows when its result is taken apart', async () => {
    for await (const { output, error } of runBatch(mistral, [{ input: 'a' }], {
      endpoint: '/v1/embeddings',
    })) {
      if (!error) expectTypeOf(output).toEqualTypeOf<EmbeddingResponse>();
    }
  });

  test('takes a literal as the API shows it, and checks it', () => {
    const endpoint = '/v1/chat/completions';
    runBatch(mistral, [{ messages: [{ role: 'user', content: 'Hi' }], max_tokens: 5 }], { endpoint });
    // @ts-expect-error a message has a role
    runBatch(mistral, [{ messages: [{ content: 'Hi' }] }], { endpoint });
    // @ts-expect-error nothing streams in a batch
    runBatch(mistral, [{ messages: [], stream: true }], { endpoint });
    // @ts-expect-error no such endpoint
    runBatch(mistral, [{ input: 'a' }], { endpoint: '/v1/models' });
    // @ts-expect-error these are requests of another endpoint
    runBatch(mistral, [{ input: 'a' }], { endpoint });
  });

  test('keeps the type of inputs that are made into requests', async () => {
    const rows = [{ id: 1, text: 'a' }];
    const run = runBatch(mistral, rows, {
      endpoint: '/v1/embeddings',
      toRequest: (row, index) => {
        expectTypeOf(row).toEqualTypeOf<{ id: number; text: string }>();
        expectTypeOf(index).toEqualTypeOf<number>();
        return { input: row.text };
      },
    });
    for await (const { input, output } of run) {
      expectTypeOf(input).toEqualTypeOf<{ id: number; text: string }>();
      expectTypeOf(output).toEqualTypeOf<EmbeddingResponse | undefined>();
    }
  });
});

test('lines are what the caller says they are', async () => {
  for await (const line of decodeJsonl(mistral.files.download({ file_id: 'f' })))
    expectTypeOf(line).toEqualTypeOf<unknown>();
  for await (const line of decodeJsonl<BatchLine<EmbeddingResponse>>('{}'))
    expectTypeOf(line.response?.body).toEqualTypeOf<EmbeddingResponse | undefined>();
});
