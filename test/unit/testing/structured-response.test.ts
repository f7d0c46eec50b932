import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { structured } from '../../../src/structured/index.js';
import { createMockMistral } from '../../../src/testing/index.js';
import { sampleOf } from '../../../src/testing/sample-of.js';
import { client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';

const Book = z.object({
  title: z.string().min(6),
  year: z.int().min(1450).max(2026),
  kind: z.enum(['novel', 'essay']),
  authors: z.array(z.object({ name: z.string(), email: z.email().optional() })).min(2),
});
const fits = (value: unknown) => expect(Book.parse(value)).toEqual(value);
const messages = [{ role: 'user' as const, content: 'Which book?' }];

describe('asked by schema, the mock responses with JSON that fits', () => {
  const { chat, agents, beta, ocr } = client({ fetch: createMockMistral().fetch });
  const conversation = { inputs: 'Which book?', completion_args: { response_format: Book } };

  test('in a chat and of an agent', async () => {
    fits((await structured(chat).parse({ model: 'm', messages, response_format: Book })).parsed);
    fits((await structured(agents).parse({ agent_id: 'a', messages, response_format: Book })).parsed);
  });

  test('in the pieces of a stream', async () => {
    const stream = structured(chat).stream({ model: 'm', messages, response_format: Book });
    const seen = await collect(stream);
    fits(seen.at(-1));
    expect(seen.length).toBeGreaterThan(1);
  });

  test('in a conversation', async () => {
    const conversations = structured(beta.conversations);
    fits((await conversations.start({ model: 'm', ...conversation })).parsed);
    fits((await conversations.startStream({ model: 'm', ...conversation }).finalParsed()).parsed);
    fits((await conversations.append({ conversation_id: 'c', ...conversation })).parsed);
  });

  test('in the annotations of a document', async () => {
    const document = { type: 'document_url' as const, document_url: 'https://example.org/a.pdf' };
    const annotationFormats = { document_annotation_format: Book, bbox_annotation_format: Book };
    const { document_annotation, pages } = await structured(ocr).process({
      model: 'm',
      document,
      ...annotationFormats,
    });
    fits(document_annotation);
    const pictures = pages.flatMap(({ images }) => images);
    expect(pictures.length).toBeGreaterThan(0);
    for (const { image_annotation } of pictures) fits(image_annotation);
  });
});

test('a response that was given is left as it is', async () => {
  const content = '{"a":1}';
  const mock = createMockMistral({
    'chat.complete': (_, usual) => ({
      ...usual,
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
    }),
  });
  const schema = { type: 'object', properties: {} };
  const call = structured(client({ fetch: mock.fetch }).chat).parse({
    model: 'm',
    messages,
    response_format: schema,
  });
  expect((await call).parsed).toEqual({ a: 1 });
});

describe('a sample', () => {
  // Typed as a namespace by its CommonJS build.
  const ajv = (formats as unknown as (ajv: Ajv2020) => Ajv2020)(new Ajv2020({ strict: false }));

  test.each<Record<string, unknown>>([
    { type: 'string', format: 'date-time' },
    { type: 'string', format: 'uri' },
    { type: 'string', minLength: 10 },
    { type: 'string', maxLength: 2 },
    { type: 'integer', exclusiveMinimum: 3, maximum: 4 },
    { type: 'number', maximum: -3 },
    { type: 'number', exclusiveMaximum: 0 },
    { type: 'integer', minimum: 7, multipleOf: 5 },
    { type: ['string', 'null'] },
    { type: 'boolean' },
    { type: 'null' },
    {},
    { const: [1] },
    { enum: ['a'] },
    { type: 'number', examples: [42] },
    { type: 'string', default: 'usual' },
    { properties: { a: { type: 'string' } } },
    { allOf: [{ type: 'string' }, { minLength: 9 }] },
    { oneOf: [{ type: 'string' }, { type: 'null' }] },
    { type: 'array', items: { type: 'string' }, minItems: 3 },
    { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false, minItems: 2 },
    { type: 'array', prefixItems: [{ type: 'string' }], items: { type: 'number' }, minItems: 2 },
    {
      type: 'object',
      properties: {
        next: { anyOf: [{ $ref: '#' }, { type: 'null' }] },
        more: { type: 'array', items: { $ref: '#' } },
      },
      required: ['next', 'more'],
    },
    { $ref: '#/$defs/a', $defs: { a: { type: 'integer' } } },
  ])('of %j fits', (schema) => {
    const check = ajv.compile(schema);
    expect(check(sampleOf(schema)), JSON.stringify([sampleOf(schema), check.errors])).toBe(true);
  });

  test('of whatever numbers are allowed fits', () => {
    const limits = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 50 }));
    fc.assert(
      fc.property(limits, ([minimum, more]) => {
        const value = sampleOf({ type: 'integer', minimum, maximum: minimum + more });
        expect(value).toBeGreaterThanOrEqual(minimum);
        expect(value).toBeLessThanOrEqual(minimum + more);
      }),
    );
  });
});
