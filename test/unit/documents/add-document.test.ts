import { expect, test, vi } from 'vitest';

import type { Document } from '../../../generated/types.gen.js';
import { addDocument } from '../../../src/documents/index.js';
import { AbortError, InternalServerError, Mistral } from '../../../src/index.js';
import { createMockMistral } from '../../../src/testing/index.js';
import { JobFailedError, type WaitOptions } from '../../../src/waiting/index.js';
import { instantClock } from '../../helpers/instant-clock.js';

const library_id = '497f6eca-6276-4993-bfeb-53cbbbba6f09';
const document_id = '0b1c2d3e-6276-4993-bfeb-53cbbbba6f09';
const file = { name: 'brie.txt', content: 'Brie is soft.' };

/** A library whose document passes through these states, after an upload that is answered with this status. */
function mocked(states: readonly string[], status = 201) {
  const rest = [...states];
  const document = (process_status: string) => ({ id: document_id, library_id, process_status });
  const mock = createMockMistral({
    'beta.libraries.documents.upload': Response.json(status < 400 ? document('todo') : {}, { status }),
    'beta.libraries.documents.get': (() => document(rest.length > 1 ? rest.shift()! : rest[0]!)) as never,
  });
  const { documents } = new Mistral({ apiKey: 'test-key', fetch: mock.fetch, maxRetries: 0, logLevel: 'off' })
    .beta.libraries;
  const clock = instantClock();
  const add = (options: WaitOptions<Document> = {}) =>
    addDocument(documents, { library_id, file }, options, { clock, random: () => 0 });
  return { add, mock, clock };
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable('it should fail'),
    (error: unknown) => error,
  );

test('a document is uploaded and waited for', async () => {
  const { add, mock } = mocked(['todo', 'in_progress', 'done']);
  const seen: string[] = [];
  const onUpdate = ({ process_status }: Document) => void seen.push(process_status);
  const { document, isDuplicate } = await add({ onUpdate });

  expect(document).toMatchObject({ id: document_id, process_status: 'done' });
  expect(isDuplicate).toBe(false);
  expect(seen).toEqual(['todo', 'in_progress', 'done']);
  expect(mock.requests[0]!.pathParameters).toEqual({ library_id });
  expect(mock.requests[1]!.pathParameters).toEqual({ library_id, document_id });
});

test('a document that the library has is recognised by the status of the answer, and waited for as well', async () => {
  const { add } = mocked(['in_progress', 'done'], 200);

  expect(await add()).toMatchObject({ document: { process_status: 'done' }, isDuplicate: true });
});

test('processing that fails is an error with the document', async () => {
  const error = await failureOf(mocked(['in_progress', 'error']).add());

  expect(error).toBeInstanceOf(JobFailedError);
  expect((error as JobFailedError).job).toMatchObject({ id: document_id, process_status: 'error' });
});

test('an upload that fails is not waited for', async () => {
  const { add, mock } = mocked(['done'], 500);

  expect(await failureOf(add())).toBeInstanceOf(InternalServerError);
  expect(mock.requests.length).toBe(1);
});

test('an abort ends the upload, and the waiting', async () => {
  const before = mocked(['done']);
  expect(await failureOf(before.add({ signal: AbortSignal.abort('before') }))).toBeInstanceOf(AbortError);
  expect(before.mock.requests).toEqual([]);

  const controller = new AbortController();
  const onUpdate = vi.fn(() => controller.abort('enough'));
  const error = await failureOf(mocked(['todo']).add({ signal: controller.signal, onUpdate }));
  expect(error).toBeInstanceOf(AbortError);
  expect(error).toMatchObject({ cause: 'enough' });
  expect(onUpdate).toHaveBeenCalledOnce();
});

test('it is waited for no longer than timeoutMs', async () => {
  const { add } = mocked(['todo']);

  expect(await failureOf(add({ timeoutMs: 5 }))).toMatchObject({ name: 'TimeoutError', timeoutMs: 5 });
});

test.each<[string, unknown[], RegExp]>([
  [
    'the libraries in the place of their documents',
    [{}, { library_id, file }],
    /must be `mistral.beta.libraries.documents`/,
  ],
  ['no parameters', [{ upload: () => undefined }], /`params` must be an object/],
  [
    'an option that is wrong',
    [{ upload: () => undefined }, { library_id, file }, { timeoutMs: 0 }],
    /`timeoutMs` must be/,
  ],
  [
    'an option that there is not',
    [{ upload: () => undefined }, { library_id, file }, { intervalMs: 1 }],
    /has no option `intervalMs`/,
  ],
])('it refuses %s before anything is sent', async (_, given, message) => {
  const error = await failureOf((addDocument as (...values: unknown[]) => Promise<unknown>)(...given));

  expect(error).toMatchObject({ name: 'ArgumentError', message: expect.stringMatching(message) });
});
