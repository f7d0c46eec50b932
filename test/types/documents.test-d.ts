import { expectTypeOf, test } from 'vitest';

import {
  addDocument,
  images,
  markdown,
  ocrFile,
  tables,
  type CleanupError,
  type OcrFileResult,
} from '../../src/documents/index.js';
import { Mistral } from '../../src/index.js';

const mistral = new Mistral();

test('a client is what ocrFile needs, and files come in all forms', async () => {
  const params = { model: 'mistral-ocr-latest' };
  const answer = await ocrFile(mistral, new File([], 'a.pdf'), params);
  await ocrFile(mistral, { name: 'a.pdf', content: new Uint8Array() }, { ...params, pages: [0] });
  await ocrFile(mistral, { type: 'file', file_id: '1' }, params, { pageCount: 3 });

  expectTypeOf(answer).toEqualTypeOf<OcrFileResult>();
  expectTypeOf(answer.cleanupError).toEqualTypeOf<CleanupError | undefined>();

  // @ts-expect-error -- the document is the second argument
  await ocrFile(mistral, new File([], 'a.pdf'), { ...params, document: { type: 'file', file_id: '1' } });
});

test('an answer of the API is enough for its Markdown, images and tables', async () => {
  const answer = await mistral.ocr.process({ model: 'm', document: { type: 'file', file_id: '1' } });

  expectTypeOf(markdown(answer, { images: ({ fileName }) => fileName })).toEqualTypeOf<string>();
  expectTypeOf(images(answer)[0]!.bytes).toEqualTypeOf<Uint8Array<ArrayBuffer>>();
  expectTypeOf(tables(answer)[0]!.page).toEqualTypeOf<number>();
});

test('a document that was added has ended well', async () => {
  const file = new File([], 'a.pdf');
  const { document, isDuplicate } = await addDocument(mistral.beta.libraries.documents, {
    library_id: '1',
    file,
  });

  expectTypeOf(document.process_status).toExtend<'done' | 'noop' | 'self_managed'>();
  expectTypeOf(isDuplicate).toEqualTypeOf<boolean>();
});
