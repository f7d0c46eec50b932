import { expectTypeOf, test } from 'vitest';

import type { ChatCompletionResponse, CompletionChunk, Stream } from '../../src/index.js';
import {
  call,
  chatComplete,
  chatStream,
  createTransport,
  filesUpload,
  modelsList,
  stream,
  upload,
} from '../../src/operations/index.js';

const transport = createTransport({ apiKey: 'key' });
const params = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };

test('a flat call has the types of the method', () => {
  expectTypeOf(call(transport, chatComplete, params)).resolves.toEqualTypeOf<ChatCompletionResponse>();
  expectTypeOf(call(transport, modelsList)).resolves.toHaveProperty('data');
  expectTypeOf(stream(transport, chatStream, params)).toExtend<Stream<CompletionChunk>>();
});

test('parameters that are needed are asked for, and the wrong verb does not compile', () => {
  // @ts-expect-error -- needs `model` and `messages`
  void call(transport, chatComplete);
  // @ts-expect-error -- is a stream
  void call(transport, chatStream, params);
  // @ts-expect-error -- is no stream
  void stream(transport, chatComplete, params);
  // @ts-expect-error -- takes files
  void call(transport, filesUpload, { file: new File([], 'a.jsonl') });
  void upload(transport, filesUpload, { file: new File([], 'a.jsonl') });
});
