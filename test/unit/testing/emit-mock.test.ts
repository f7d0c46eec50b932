import ts from 'typescript';
import { describe, expect, test } from 'vitest';

import { emitMock } from '../../../codegen/emit/mock.js';
import type { JsonObject } from '../../../codegen/description/json.js';
import { collectOperations } from '../../../codegen/description/operations.js';
import { PipelineError, refuse } from '../../../codegen/run/pipeline-error.js';
import { named, type MockOperation, type MockPage, type MockResponse } from '../../../generated/mock.gen.js';
import { checkValue } from '../../../src/testing/check-value.js';
import { makeItems } from '../../../src/testing/make-data.js';

/** The emitted response of the only operation. */
const answerOf = async (document: JsonObject): Promise<MockResponse> =>
  (await operationOf(document)).response;

/** The only operation, as it is emitted. */
async function operationOf(document: JsonObject): Promise<MockOperation> {
  const text = emitMock(document, collectOperations(document), refuse);
  const script = ts.transpile(text, { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext });
  const module: { mockOperations: MockOperation[] } = await import(
    `data:text/javascript,${encodeURIComponent(script)}`
  );
  return module.mockOperations[0]!;
}

interface Described {
  readonly response: JsonObject;
  readonly operation?: JsonObject;
  readonly path?: string;
  readonly contentType?: string;
  readonly schemas?: JsonObject;
}

function describing({
  response,
  operation = {},
  path = '/v1/things',
  contentType = 'application/json',
  schemas = {},
}: Described): JsonObject {
  const get: JsonObject = {
    operationId: 'things.get',
    responses: { '200': { description: 'Fine', content: { [contentType]: response } } },
    ...operation,
  };
  return { openapi: '3.1.0', paths: { [path]: { get } }, components: { schemas } };
}

const thing = (properties: JsonObject): JsonObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});

describe('a response', () => {
  test('is the example that the description gives', async () => {
    const schema = thing({ name: { type: 'string' } });

    const response = await answerOf(
      describing({ response: { schema, examples: { first: { value: { name: 'Ada' } } } } }),
    );

    expect(response).toEqual({ kind: 'json', body: { name: 'Ada' } });
  });

  test('with an example that does not fit its schema is refused, naming the operation', () => {
    const document = describing({
      response: { schema: thing({ count: { type: 'integer' } }), example: { count: 'many' } },
    });

    expect(() => emitMock(document, collectOperations(document), refuse)).toThrow(PipelineError);
    expect(() => emitMock(document, collectOperations(document), refuse)).toThrow(
      /^things\.get: the mock response does not fit its schema: response\/count: .*Expected "integer"\.\n.*"many"[\s\S]*overlay/,
    );
  });

  test('without an example is a sample that leaves to the mock what its property says, and is never null where it need not be', async () => {
    const schema = thing({
      id: { type: 'string' },
      title: { anyOf: [{ type: 'null' }, { type: 'string' }] },
      owner_id: { type: ['string', 'null'] },
      created_at: { type: 'integer' },
      updated_at: { type: 'string', format: 'date-time' },
      language: { type: 'string', pattern: '^\\w{2}$' },
      state: { type: 'string', enum: ['ready', 'busy'] },
    });

    expect(await answerOf(describing({ response: { schema } }))).toEqual({
      kind: 'json',
      body: {
        id: 'thing_1',
        title: named,
        owner_id: named,
        created_at: 1772614800,
        updated_at: '2026-03-04T09:00:00Z',
        language: 'en',
        state: 'ready',
      },
    });
  });

  test('uses the example of a named schema wherever the schema is part of another', async () => {
    const document = describing({
      response: { schema: { type: 'array', items: { $ref: '#/components/schemas/Thing' } } },
      operation: { operationId: 'things.list' },
      schemas: { Thing: thing({ name: { type: 'string' } }) },
    });
    const response = { schema: { $ref: '#/components/schemas/Thing' }, example: { name: 'Ada' } };
    const { paths } = describing({
      response,
      path: '/v1/things/one',
      operation: { operationId: 'things.one' },
    });
    Object.assign(document.paths!, paths);

    expect(await answerOf(document)).toEqual({ kind: 'json', body: [{ name: 'Ada' }] });
  });

  test('is the same each time', () => {
    const document = describing({ response: { schema: thing({ id: { type: 'string', format: 'uuid' } }) } });
    const emit = () => emitMock(document, collectOperations(document), refuse);

    expect(emit()).toBe(emit());
  });
});

describe('an echo', () => {
  const parameters = (schema: JsonObject) => [{ name: 'name', in: 'query', schema }];
  const echoing = (inAnswer: JsonObject, inRequest: JsonObject) =>
    answerOf(
      describing({
        response: { schema: thing({ name: inAnswer }) },
        operation: { parameters: parameters(inRequest) },
      }),
    );

  test.each<[string, JsonObject, JsonObject]>([
    ['the same type', { type: 'string' }, { type: 'string' }],
    ['text for a choice', { type: 'string' }, { type: 'string', enum: ['a', 'b'] }],
    ['a number for an integer', { type: 'number' }, { type: 'integer' }],
    ['what may be null too', { type: 'string' }, { anyOf: [{ type: 'string' }, { type: 'null' }] }],
  ])('is promised for %s', async (_, inAnswer, inRequest) => {
    expect(await echoing(inAnswer, inRequest)).toMatchObject({ echo: { name: 'query.name' } });
  });

  test.each<[string, JsonObject, JsonObject]>([
    ['another type', { type: 'string' }, { type: 'integer' }],
    ['a choice for any text', { type: 'string', enum: ['a'] }, { type: 'string' }],
    ['one of two types', { type: 'string' }, { anyOf: [{ type: 'string' }, { type: 'integer' }] }],
    ['a pattern, which is not checked', { type: 'string', pattern: '^a' }, { type: 'string', pattern: '^a' }],
  ])('is not promised for %s', async (_, inAnswer, inRequest) => {
    expect(await echoing(inAnswer, inRequest)).not.toHaveProperty('echo');
  });
});

describe('a stream without examples', () => {
  test('has one event of each kind that is no error, and the one that ends it last', async () => {
    const event = (type: string) => thing({ type: { type: 'string', const: type } });
    const operation = { 'x-stream': { format: 'sse', tag: 'type', terminal: ['done'], error: ['failed'] } };
    const schema = { oneOf: [event('done'), event('failed'), event('delta')] };

    const response = await answerOf(
      describing({ response: { schema }, operation, contentType: 'text/event-stream' }),
    );

    expect(response).toEqual({ kind: 'stream', tag: 'type', events: [{ type: 'delta' }, { type: 'done' }] });
  });
});

describe('what is asked of a request', () => {
  const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
    type: 'object',
    properties,
    ...more,
  });
  const askedFor = async (schema: JsonObject, schemas: JsonObject = {}) => {
    const requestBody = { required: true, content: { 'application/json': { schema } } };
    const document = describing({ response: { schema: thing({}) }, operation: { requestBody }, schemas });
    return (await operationOf(document)).body!.schema;
  };

  test.each<[string, JsonObject, unknown]>([
    ['types', { type: ['string', 'null'], minLength: 1 }, 'string>=1|null'],
    ['limits', { type: 'number', minimum: -2, exclusiveMaximum: 2 }, 'number>=-2<2'],
    ['values', { enum: ['a', 'b'] }, '"a"|"b"'],
    ['an open enum', { type: 'string', enum: ['a'], 'x-open-enum': true }, 'string'],
    ['a value with a stroke in it', { type: 'string', enum: ['a|b'] }, 'string'],
    ['a format that is known', { type: 'string', format: 'uuid' }, 'string:uuid'],
    ['a format that is not', { type: 'string', format: 'iban' }, 'string'],
    ['a pattern of Python', { type: 'string', pattern: '(?P<year>\\d)' }, 'string'],
    ['what no keyword says', { not: { type: 'string' } }, 'any'],
    ['a list', { type: 'array', items: { type: 'string' }, minItems: 1 }, { items: 'string', size: '>=1' }],
    ['any object', { type: 'object', additionalProperties: true }, 'object'],
    [
      'values of one type',
      { type: 'object', additionalProperties: { type: 'integer' } },
      { values: 'integer' },
    ],
  ])('is written for %s', async (_, schema, expected) => {
    expect(await askedFor(object({ it: schema }, { required: ['it'] }))).toEqual({
      fields: { it: expected },
    });
  });

  test('is no tag that has a default, and no other field where upstream closes the object', async () => {
    const kind = { type: 'string', const: 'a', default: 'a' };
    const schema = object({ kind, size: { type: 'integer', default: 1 } }, { required: ['kind', 'size'] });

    for (const closed of [{ 'x-closed': true }, { additionalProperties: false }] as JsonObject[])
      expect(await askedFor({ ...schema, ...closed })).toEqual({
        only: { 'kind?': '"a"', size: 'integer' },
      });
  });

  test('is all that the parts of an object ask, which is closed if a part knows all of its fields', async () => {
    const base = object({ a: { type: 'string' }, stream: { type: 'boolean' } }, { required: ['a'] });
    const streamed = object({ stream: { const: true } });
    const further = object({ b: { type: 'string' } });
    const only = { 'x-closed': true };

    expect(await askedFor({ allOf: [{ ...base, ...only }, streamed] })).toEqual({
      only: { a: 'string', 'stream?': 'true' },
    });
    expect(await askedFor({ allOf: [{ ...base, ...only }, further] })).toEqual({
      fields: { a: 'string', 'stream?': 'boolean', 'b?': 'string' },
    });
  });

  test('may be of a schema that contains itself', async () => {
    const $ref = '#/components/schemas/Tree';
    const schema = await askedFor({ $ref }, { Tree: object({ parts: { type: 'array', items: { $ref } } }) });

    expect(checkValue(schema, { parts: [{ parts: [] }] }, [])).toEqual([]);
    expect(checkValue(schema, { parts: [{ parts: 1 }] }, [])).toMatchObject([
      { type: 'list_type', loc: ['parts', 0, 'parts'] },
    ]);
  });
});

describe('a list', () => {
  const listOf = (items: JsonObject, more: JsonObject = {}, pagination: JsonObject = {}) =>
    answerOf(
      describing({
        response: { schema: { type: 'object', properties: { data: { type: 'array', items }, ...more } } },
        operation: {
          parameters: [{ name: 'cursor', in: 'query', schema: { type: 'string' } }],
          'x-pagination': { style: 'cursor', page: 'cursor', items: 'data', next: 'next', ...pagination },
        },
      }),
    );
  const withName = thing({ name: { type: 'string' } });
  const text: JsonObject = { type: 'string' };
  const textOrNull: JsonObject = { type: ['string', 'null'] };

  test.each<[title: string, next: JsonObject, end: unknown]>([
    ['null, where it may be', textOrNull, null],
    ['null, where it is one of several', { anyOf: [text, { type: 'null' }] }, null],
    ['nothing, where it is a text', text, ''],
  ])('ends with a cursor that is %s', async (_, next, end) => {
    expect(await listOf(withName, { next })).toMatchObject({
      style: 'cursor',
      page: 'cursor',
      defaultSize: 2,
      body: { data: [], next: end },
      figures: { next: 'next' },
    });
  });

  test('says of no other page beside its items', async () => {
    const more = { cursor: textOrNull, next: textOrNull, previous: textOrNull, count: { type: 'integer' } };

    expect(await listOf(withName, more, { next: 'cursor' })).toMatchObject({
      body: { cursor: null, next: null, previous: null },
      figures: { cursor: 'next', count: 'total' },
    });
  });

  test.each<[title: string, items: JsonObject]>([
    ['that have neither id nor name', thing({ level: { enum: ['info'] }, line: text })],
    ['that are texts', text],
  ])('has items %s, and no two that are the same', async (_, items) => {
    const made = makeItems((await listOf(items, { next: text })) as MockPage);

    expect(new Set(made.map((item) => JSON.stringify(item))).size).toBe(5);
  });
});
