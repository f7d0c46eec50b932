import { expect, test } from 'vitest';
import { z } from 'zod';

import type { OCRImageObject, OCRResponse } from '../../../generated/types.gen.js';
import { ArgumentError } from '../../../src/index.js';
import { responseFormat, structured } from '../../../src/structured/index.js';
import { createMockMistral } from '../../../src/testing/index.js';
import { client } from '../../helpers/api.js';
import { failureOf } from '../../helpers/failure-of.js';

const Invoice = z.object({ total: z.number() });
const Picture = z.object({ kind: z.enum(['chart', 'photo']) });
const params = {
  model: 'mistral-ocr-latest',
  document: { type: 'document_url' as const, document_url: 'https://example.org/invoice.pdf' },
};

const image = (id: string, image_annotation?: string | null): OCRImageObject => ({
  id,
  top_left_x: 0,
  top_left_y: 0,
  bottom_right_x: 1,
  bottom_right_y: 1,
  ...(image_annotation === undefined ? {} : { image_annotation }),
});

const responseOf = (document_annotation: string | null, ...images: OCRImageObject[][]): OCRResponse => ({
  model: 'mistral-ocr-latest',
  document_annotation,
  usage_info: { pages_processed: images.length },
  pages: images.map((each, index) => ({ index, markdown: '# Invoice', images: each, dimensions: null })),
});

function read(response: OCRResponse) {
  const mock = createMockMistral({ 'ocr.process': response });
  return { mock, ocr: structured(client({ fetch: mock.fetch }).ocr) };
}

test('annotations are read where they stand, and the rest is as it was', async () => {
  const response = responseOf(
    '{"total":12}',
    [image('a', '{"kind":"chart"}'), image('b', null)],
    [image('c')],
  );
  const { mock, ocr } = read(response);

  const result = await ocr.process({
    ...params,
    document_annotation_format: Invoice,
    bbox_annotation_format: responseFormat(Picture, { name: 'picture' }),
  });

  expect(result.document_annotation.total).toBe(12);
  expect(result.pages[0]?.images[0]?.image_annotation?.kind).toBe('chart');
  expect(result).toEqual({
    ...response,
    document_annotation: { total: 12 },
    pages: [
      {
        ...response.pages[0],
        images: [{ ...image('a'), image_annotation: { kind: 'chart' } }, image('b', null)],
      },
      response.pages[1],
    ],
  });
  expect(mock.requests[0]?.body).toMatchObject({
    document_annotation_format: { json_schema: { name: 'document_annotation', strict: true } },
    bbox_annotation_format: { json_schema: { name: 'picture', strict: true } },
  });
});

test('one format alone leaves the other annotation as it is', async () => {
  const response = responseOf('{"total":12}', [image('a', '{"kind":"chart"}')]);
  const ofDocument = await read(response).ocr.process({ ...params, document_annotation_format: Invoice });
  expect(ofDocument).toEqual({ ...response, document_annotation: { total: 12 } });
  const { mock, ocr } = read(response);
  const ofPictures = await ocr.process({ ...params, bbox_annotation_format: Picture });
  expect(ofPictures.document_annotation).toBe('{"total":12}');
  expect(ofPictures.pages[0]?.images[0]?.image_annotation).toEqual({ kind: 'chart' });
  expect(mock.requests[0]?.body).not.toHaveProperty('document_annotation_format');
});

test.each<[string, OCRResponse, object]>([
  ['missing', responseOf(null), { reason: 'empty', message: '`document_annotation` is empty' }],
  ['no JSON', responseOf('{"total":'), { reason: 'not-json', text: '{"total":' }],
  [
    'of another kind',
    responseOf('{"total":1}', [], [image('a'), image('b', '{"kind":"map"}')]),
    {
      reason: 'mismatch',
      text: '{"kind":"map"}',
      message: expect.stringContaining(
        '`pages[1].images[1].image_annotation` does not fit the schema: kind: ',
      ),
    },
  ],
])('an annotation that is %s is an error', async (_, response, failure) => {
  const formats = { document_annotation_format: Invoice, bbox_annotation_format: Picture };
  const call = read(response).ocr.process({ ...params, ...formats });
  expect(await failureOf(call)).toMatchObject({ name: 'StructuredOutputError', response, ...failure });
});

test.each([
  [params, '`document_annotation_format`, `bbox_annotation_format` or both must be a schema'],
  [{ ...params, bbox_annotation_format: z.string() }, '`bbox_annotation_format` must describe an object'],
  [undefined, '`params` must be an object'],
])('nothing is sent for %j', async (given, problem) => {
  const { mock, ocr } = read(responseOf(null));
  const failure = await failureOf(ocr.process(given as never));
  expect(failure).toBeInstanceOf(ArgumentError);
  expect((failure as Error).message).toContain(problem);
  expect(mock.requests).toEqual([]);
});
