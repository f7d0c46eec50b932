import { expect, test, vi } from 'vitest';

import type { OCRRequest, OCRResponse } from '../../../generated/types.gen.js';
import {
  CleanupError,
  ocrFile,
  type OcrClient,
  type OcrFileOptions,
  type OcrParams,
} from '../../../src/documents/index.js';
import { AbortError, InternalServerError, Mistral, MistralError } from '../../../src/index.js';
import { createMockMistral, type MockResponses } from '../../../src/testing/index.js';

const model = 'mistral-ocr-latest';
const file_id = '497f6eca-6276-4993-bfeb-53cbbbba6f09';
const file = { name: 'report.pdf', content: '%PDF-1.7' };

/** An API that reads documents of so many pages. */
function mocked(
  pageCount: number,
  answers: MockResponses = {},
  numbers: (page: number, position: number) => number = (page) => page,
) {
  const mock = createMockMistral({
    'files.upload': { id: file_id },
    'files.delete': { id: file_id, deleted: true },
    'ocr.process': ({ body }: { body: unknown }) => answerTo(body as OCRRequest, pageCount, numbers),
    ...answers,
  } as MockResponses);
  const mistral = new Mistral({ apiKey: 'test-key', fetch: mock.fetch, maxRetries: 0, logLevel: 'off' });
  const calls = () => mock.requests.map(({ operation }) => operation);
  const bodies = () =>
    mock.requests
      .filter(({ operation }) => operation === 'ocr.process')
      .map(({ body }) => body as OCRRequest);
  return { mistral, mock, calls, bodies };
}

function answerTo(
  request: OCRRequest,
  pageCount: number,
  numbers: (page: number, position: number) => number,
): OCRResponse {
  const all = Array.from({ length: pageCount }, (_, page) => page);
  const pages = Array.isArray(request.pages) ? request.pages.filter((page) => page < pageCount) : all;
  return {
    model: 'mistral-ocr-2512',
    pages: pages.map((page, position) => ({
      index: numbers(page, position),
      markdown: `page ${page}`,
      images: [],
      dimensions: null,
    })),
    usage_info: { pages_processed: pages.length, doc_size_bytes: 8 },
  };
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => expect.unreachable('it should fail'),
    (error: unknown) => error,
  );

const textOf = ({ pages }: OCRResponse) => pages.map(({ index, markdown }) => `${index}: ${markdown}`);

test('a file is uploaded, read by one request, and deleted again', async () => {
  const { mistral, mock, calls, bodies } = mocked(3);
  const answer = await ocrFile(mistral, file, { model, include_image_base64: true });

  expect(calls()).toEqual(['files.upload', 'ocr.process', 'files.delete']);
  expect((mock.requests[0]!.body as FormData).get('purpose')).toBe('ocr');
  expect(bodies()).toEqual([{ model, include_image_base64: true, document: { type: 'file', file_id } }]);
  expect(mock.requests[2]!.pathParameters).toEqual({ file_id });
  expect(textOf(answer)).toEqual(['0: page 0', '1: page 1', '2: page 2']);
  expect(answer).toMatchObject({ model: 'mistral-ocr-2512', missingPages: [] });
  expect(answer).not.toHaveProperty('cleanupError');
});

test.each<OCRRequest['document']>([
  { type: 'file', file_id: '00000000-0000-4000-8000-000000000002' },
  { type: 'document_url', document_url: 'https://example.com/signed.pdf' },
  { type: 'image_url', image_url: 'https://example.com/photo.png' },
])('a document that is there ($type) is read, and neither uploaded nor deleted', async (document) => {
  const { mistral, calls, bodies } = mocked(1);
  await ocrFile(mistral, document, { model });

  expect(calls()).toEqual(['ocr.process']);
  expect(bodies()).toEqual([{ model, document }]);
});

test('a long document is read by ranges, and is one answer with the pages in order', async () => {
  const { mistral, bodies, calls } = mocked(25);
  const answer = await ocrFile(mistral, file, { model }, { pageCount: 25, pagesPerRequest: 10 });

  expect(bodies().map(({ pages }) => pages!.length)).toEqual([10, 10, 5]);
  expect(textOf(answer)).toEqual(Array.from({ length: 25 }, (_, page) => `${page}: page ${page}`));
  expect(answer.usage_info).toEqual({ pages_processed: 25, doc_size_bytes: 8 });
  expect(answer.missingPages).toEqual([]);
  expect(calls().filter((call) => call !== 'ocr.process')).toEqual(['files.upload', 'files.delete']);
});

test('pages that are named are read by ranges, each once and in ascending order', async () => {
  const { mistral, bodies } = mocked(100);
  const answer = await ocrFile(mistral, file, { model, pages: [40, 7, 7, 3] }, { pagesPerRequest: 2 });

  expect(bodies().map(({ pages }) => pages)).toEqual([[3, 7], [40]]);
  expect(textOf(answer)).toEqual(['3: page 3', '7: page 7', '40: page 40']);
});

test.each([
  ['in the request', (_: number, position: number) => position],
  ['in the request, from 1', (_: number, position: number) => position + 1],
  ['in the document', (page: number) => page],
])('page numbers are those of the document, though the API counts them %s', async (_, numbers) => {
  const { mistral } = mocked(30, {}, numbers);
  const answer = await ocrFile(mistral, file, { model, pages: [3, 4, 11, 25] }, { pagesPerRequest: 2 });

  expect(textOf(answer)).toEqual(['3: page 3', '4: page 4', '11: page 11', '25: page 25']);
});

test.each([
  ['in the request', (_: number, position: number) => position],
  ['in the document', (page: number) => page],
])('pages beyond the end are told, numbers counted %s', async (_, numbers) => {
  const { mistral } = mocked(13, {}, numbers);
  const answer = await ocrFile(mistral, file, { model }, { pageCount: 15, pagesPerRequest: 10 });

  expect(answer.pages.at(-1)).toMatchObject({ index: 12, markdown: 'page 12' });
  expect(answer.missingPages).toEqual([13, 14]);
});

test('pages come in order, though the API gives them in another', async () => {
  const { mistral } = mocked(6, {
    'ocr.process': (({ body }: { body: OCRRequest }) => {
      const answer = answerTo(body, 6, (page) => page);
      return { ...answer, pages: answer.pages.toReversed() };
    }) as never,
  });
  const answer = await ocrFile(mistral, file, { model }, { pageCount: 6, pagesPerRequest: 3 });

  expect(answer.pages.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
});

test('pages that a text names are read by one request, since the server reads the text', async () => {
  const requests: OCRRequest[] = [];
  const { mistral } = mocked(1);
  const process: OcrClient['ocr']['process'] = async (request) => {
    requests.push(request);
    return answerTo(request, 2, (page) => page);
  };
  // Not every version of the description has the text.
  const params = { model, pages: '0-250' } as unknown as OcrParams;
  const result = await ocrFile({ files: mistral.files, ocr: { process } }, file, params);

  expect(requests.map(({ pages }) => pages)).toEqual(['0-250']);
  expect(textOf(result)).toEqual(['0: page 0', '1: page 1']);
  expect(result.missingPages).toEqual([]);
});

test('pages that nobody asked for are an error, and no guess', async () => {
  const { mistral, calls } = mocked(30, {}, (page) => page + 50);

  expect(await failureOf(ocrFile(mistral, file, { model, pages: [3, 40] }))).toMatchObject({
    name: 'MistralError',
    message: 'ocrFile(): expected the pages 3, 40, got 53',
  });
  expect(calls().at(-1)).toBe('files.delete');
});

test('no more ranges than `concurrency` are read at once', async () => {
  let running = 0;
  let most = 0;
  const client: OcrClient = {
    files: { upload: () => Promise.resolve({ id: file_id }), delete: () => Promise.resolve({}) },
    ocr: {
      process: async (request) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return answerTo(request, 20, (page) => page);
      },
    },
  };
  await ocrFile(client, file, { model }, { pageCount: 20, pagesPerRequest: 2, concurrency: 3 });

  expect(most).toBe(3);
});

test('after a failure the file is deleted, and the failure thrown as it is', async () => {
  const { mistral, calls } = mocked(1, { 'ocr.process': Response.json({ message: 'no' }, { status: 500 }) });
  const error = await failureOf(ocrFile(mistral, file, { model }));

  expect(error).toBeInstanceOf(InternalServerError);
  expect(error).not.toHaveProperty('cleanupError');
  expect(calls()).toEqual(['files.upload', 'ocr.process', 'files.delete']);
});

test('a file that was not uploaded is neither read nor deleted', async () => {
  const { mistral, calls } = mocked(1, { 'files.upload': Response.json({ message: 'no' }, { status: 500 }) });

  expect(await failureOf(ocrFile(mistral, file, { model }))).toBeInstanceOf(InternalServerError);
  expect(calls()).toEqual(['files.upload']);
});

test('a deletion that fails does not hide the result, and is told there', async () => {
  const { mistral } = mocked(2, { 'files.delete': Response.json({ message: 'no' }, { status: 500 }) });
  const answer = await ocrFile(mistral, file, { model });

  expect(answer.pages.length).toBe(2);
  expect(answer.cleanupError).toBeInstanceOf(CleanupError);
  expect(answer.cleanupError).toMatchObject({
    file_id,
    message: `The uploaded file ${file_id} could not be deleted`,
    cause: expect.any(InternalServerError),
  });
});

test.each([
  ['frozen', Object.freeze(new Error('unreadable'))],
  ['sealed', Object.seal(new Error('unreadable'))],
  ['a text', 'unreadable'],
])('a failure that is %s is thrown as it is, also where the deletion fails', async (_, failure) => {
  const { mistral } = mocked(4, { 'files.delete': Response.json({ message: 'no' }, { status: 500 }) });
  let calls = 0;
  const client = {
    files: mistral.files,
    ocr: {
      process: async (...given: Parameters<typeof mistral.ocr.process>) => {
        if (calls++ > 0) throw failure as Error;
        return mistral.ocr.process(...given);
      },
    },
  };

  const reading = ocrFile(client, file, { model }, { pageCount: 4, pagesPerRequest: 2, concurrency: 1 });

  expect(await failureOf(reading)).toBe(failure);
});

test('a frozen error of this package is thrown as it is', async () => {
  const failure = Object.freeze(new MistralError('unreadable'));
  const { mistral } = mocked(4);
  let calls = 0;
  const client = {
    files: mistral.files,
    ocr: {
      process: async (...given: Parameters<typeof mistral.ocr.process>) => {
        if (calls++ > 0) throw failure;
        return mistral.ocr.process(...given);
      },
    },
  };

  const reading = ocrFile(client, file, { model }, { pageCount: 4, pagesPerRequest: 2, concurrency: 1 });

  expect(await failureOf(reading)).toBe(failure);
});

test('a deletion that fails does not hide the failure of the reading, and is told there', async () => {
  const { mistral } = mocked(2, {
    'ocr.process': Response.json({ message: 'unreadable' }, { status: 500 }),
    'files.delete': Response.json({ message: 'no' }, { status: 500 }),
  });
  const error = await failureOf(ocrFile(mistral, file, { model }));

  expect(error).toMatchObject({ message: expect.stringContaining('unreadable') });
  expect((error as { cleanupError?: unknown }).cleanupError).toBeInstanceOf(CleanupError);
});

test('what was read before a range failed is the `partial` of the error', async () => {
  const { mistral } = mocked(30, {
    'ocr.process': (({ body }: { body: OCRRequest }) =>
      Array.isArray(body.pages) && body.pages.includes(25)
        ? Response.json({ message: 'no' }, { status: 500 })
        : answerTo(body, 30, (page) => page)) as never,
  });
  const error = await failureOf(
    ocrFile(mistral, file, { model }, { pageCount: 30, pagesPerRequest: 10, concurrency: 1 }),
  );

  expect(error).toBeInstanceOf(InternalServerError);
  expect((error as MistralError).partial).toMatchObject({ usage_info: { pages_processed: 20 } });
  expect(((error as MistralError).partial as OCRResponse).pages.length).toBe(20);
});

/** A client whose calls hang, one by one, until they are aborted, the deletion aside. */
function hanging(where: 'upload' | 'process') {
  const hang = (_: unknown, { signal }: { readonly signal: AbortSignal | undefined }) =>
    new Promise<never>((__, reject) => {
      signal!.addEventListener('abort', () => reject(new AbortError(signal!.reason)));
    });
  const upload = vi.fn(where === 'upload' ? hang : () => Promise.resolve({ id: file_id }));
  const process = vi.fn(hang);
  const remove = vi.fn(() => Promise.resolve({}));
  return { files: { upload, delete: remove }, ocr: { process } } satisfies OcrClient;
}

test.each<[string, OcrFileOptions]>([
  ['all pages', {}],
  ['ranges', { pageCount: 9, pagesPerRequest: 3 }],
])('an abort while %s are read rejects with its reason, after the file was deleted', async (_, options) => {
  const controller = new AbortController();
  const client = hanging('process');
  const failure = failureOf(ocrFile(client, file, { model }, { ...options, signal: controller.signal }));
  await vi.waitFor(() => expect(client.ocr.process).toHaveBeenCalled());
  controller.abort('enough');

  expect(await failure).toBeInstanceOf(AbortError);
  expect(await failure).toMatchObject({ cause: 'enough' });
  expect(client.files.delete).toHaveBeenCalledExactlyOnceWith(
    { file_id },
    { timeoutMs: 10_000, maxRetries: 1 },
  );
});

test('an abort while the file is uploaded rejects, and reads nothing', async () => {
  const controller = new AbortController();
  const client = hanging('upload');
  const failure = failureOf(ocrFile(client, file, { model }, { signal: controller.signal }));
  controller.abort('enough');

  expect(await failure).toMatchObject({ name: 'AbortError', cause: 'enough' });
  expect(client.ocr.process).not.toHaveBeenCalled();
  expect(client.files.delete).not.toHaveBeenCalled();
});

test('a signal that has aborted sends nothing', async () => {
  const { mistral, calls } = mocked(1);

  expect(
    await failureOf(ocrFile(mistral, file, { model }, { signal: AbortSignal.abort('before') })),
  ).toBeInstanceOf(AbortError);
  expect(calls()).toEqual([]);
});

test.each<[string, object | undefined, OcrFileOptions, RegExp]>([
  ['no parameters', undefined, {}, /`params` must be an object/],
  ['pages that are none', { pages: [1, -1] }, {}, /`pages` must be an array of page numbers from 0/],
  ['halves of pages', { pages: [0.5] }, {}, /`pages` must be an array of page numbers/],
  ['no pages', { pages: [] }, {}, /and not be empty/],
  [
    'a text to be split',
    { pages: '0-5' },
    { pagesPerRequest: 2 },
    /`pages` must be an array of page numbers, not a text/,
  ],
  ['a text and a count of pages', { pages: '0-5' }, { pageCount: 3 }, /leave out `pageCount`/],
  ['pages and a count of them', { pages: [1] }, { pageCount: 3 }, /leave out `pageCount`/],
  ['no page count', {}, { pageCount: 0 }, /`pageCount` must be a positive integer/],
  ['ranges of nothing', {}, { pagesPerRequest: 0 }, /`pagesPerRequest` must be a positive integer/],
  ['no concurrency', {}, { concurrency: -1 }, /`concurrency` must be a positive integer/],
  ['a misspelt option', {}, { pagecount: 3 } as object, /has no option `pagecount`/],
  [
    'an annotation of a document that is read by ranges',
    { document_annotation_format: { type: 'json_schema' } },
    { pageCount: 101 },
    /`document_annotation_format` is about the whole document, which would be read by 2 requests/,
  ],
])('it refuses %s before anything is sent', async (_, params, options, message) => {
  const { mistral, calls } = mocked(1);
  const error = await failureOf(
    ocrFile(mistral, file, (params && { model, ...params }) as OcrParams, options),
  );

  expect(error).toMatchObject({ name: 'ArgumentError', message: expect.stringMatching(message) });
  expect(calls()).toEqual([]);
});

test('an annotation of the whole document is fine where one request reads it', async () => {
  const { mistral, bodies } = mocked(100);
  await ocrFile(
    mistral,
    file,
    { model, document_annotation_format: { type: 'json_schema' } },
    { pageCount: 100 },
  );

  expect(bodies().length).toBe(1);
});
