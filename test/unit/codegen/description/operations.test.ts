import { describe, expect, test } from 'vitest';

import type { JsonObject, JsonValue } from '../../../../codegen/description/json.js';
import {
  collectOperations,
  faultOf,
  isMethodName,
  type Operation,
} from '../../../../codegen/description/operations.js';
import { PipelineError } from '../../../../codegen/run/pipeline-error.js';
import { routesOf } from '../../../../codegen/description/routes.js';
import { failureOf } from '../../../helpers/failure-of.js';
import { libraryDocument } from '../../../helpers/library.js';

const fine: JsonObject = { '200': { description: 'Fine.' } };

const describing = (paths: JsonObject, components: JsonObject = {}): JsonObject => ({
  openapi: '3.1.0',
  paths,
  components,
});

/** A description of one operation, `POST /v1/things`, with the given fields. */
const posting = (fields: JsonObject): JsonObject =>
  describing({ '/v1/things': { post: { operationId: 'things.create', responses: fine, ...fields } } });

const only = (document: JsonObject): Operation => {
  const [operation, ...others] = collectOperations(document);
  expect(others).toEqual([]);
  return operation!;
};

const sending = (type: string, schema: JsonValue): JsonObject =>
  posting({ requestBody: { required: true, content: { [type]: { schema } } } });

const sendingJson = (schema: JsonValue): JsonObject => sending('application/json', schema);

const answering = (responses: JsonObject, fields: JsonObject = {}): JsonObject =>
  posting({ responses, ...fields });

const json = (schema: JsonValue = {}): JsonObject => ({
  description: 'Fine.',
  content: { 'application/json': { schema } },
});

async function messageOf(document: JsonObject): Promise<string> {
  const failure = await failureOf(() => collectOperations(document));
  expect(failure).toBeInstanceOf(PipelineError);
  return (failure as PipelineError).message;
}

describe('the operations of a description', () => {
  const operations = collectOperations(libraryDocument());

  test('are all there, sorted by name', () => {
    expect(operations.map(({ id, kind, method, path }) => `${id}: ${kind}, ${method} ${path}`)).toEqual([
      'books.covers.upload: json, PUT /v1/books/{book_id}/cover',
      'books.create: json, POST /v1/books',
      'books.delete: void, DELETE /v1/books/{book_id}',
      'books.download: binary, GET /v1/books/{book_id}/text',
      'books.list: page, GET /v1/books',
      'books.retrieve: json, GET /v1/books/{book_id}',
      'books.update: json, PATCH /v1/books/{book_id}',
      'loans.search: page, POST /v1/loans/search',
      'readers.list: page, GET /v1/readers',
      'shelves.list: page, GET /v1/shelves',
      'stories.stream: stream, POST /v1/stories',
      'stories.write: json, POST /v1/stories',
    ]);
  });

  test('have a name for the function and one for the types', () => {
    expect(operations[0]).toMatchObject({
      functionName: 'booksCoversUpload',
      typeName: 'BooksCoversUpload',
    });
  });

  test('keep the key of the document beside the path that is requested', () => {
    expect(operations.find(({ id }) => id === 'stories.stream')).toMatchObject({
      pathKey: '/v1/stories#stream',
      path: '/v1/stories',
    });
  });

  test('refer to the one on the same URL, and to no other', () => {
    const twins = operations.flatMap(({ id, twin }) => (twin === undefined ? [] : [`${id} – ${twin}`]));

    expect(twins).toEqual(['stories.stream – stories.write', 'stories.write – stories.stream']);
  });

  test('say what they are for, and whether they are deprecated', () => {
    expect(operations.filter(({ deprecated }) => deprecated).map(({ id }) => id)).toEqual(['books.delete']);
    expect(operations.find(({ id }) => id === 'books.list')).toMatchObject({
      summary: 'List books',
      description: 'The newest books come first.',
    });
  });

  test('carry what the extensions say of streams and pages', () => {
    expect(operations.find(({ id }) => id === 'stories.stream')?.stream).toEqual({
      format: 'sse',
      tag: 'type',
      terminal: ['story.done'],
    });
    expect(operations.find(({ id }) => id === 'shelves.list')?.pagination).toEqual({
      style: 'offset',
      page: 'offset',
      size: 'limit',
      items: '',
    });
    expect(operations.find(({ id }) => id === 'books.create')).toMatchObject({
      stream: undefined,
      pagination: undefined,
      twin: undefined,
    });
  });
});

test('a description without paths has no operations', () => {
  expect(collectOperations(describing({}))).toEqual([]);
});

test('a path may stand elsewhere', () => {
  const item = { get: { operationId: 'things.list', responses: fine } };
  const document = describing(
    { '/v1/things': { $ref: '#/components/pathItems/Things' } },
    { pathItems: { Things: item } },
  );

  expect(only(document)).toMatchObject({ id: 'things.list', method: 'GET', path: '/v1/things' });
});

test.each(['get', 'put', 'post', 'delete', 'patch'])('%s is a method', (method) => {
  const document = describing({ '/v1/things': { [method]: { operationId: 'things.do', responses: fine } } });

  expect(only(document).method).toBe(method.toUpperCase());
});

describe('parameters', () => {
  const inPath = (schema: JsonObject): JsonObject => ({ name: 'id', in: 'path', required: true, schema });

  test('are those of the path and those of the operation, in this order', () => {
    const { pathParameters, queryParameters } = only(
      describing({
        '/v1/things/{id}': {
          parameters: [inPath({ type: 'string' }), { name: 'page', in: 'query', schema: {} }],
          get: {
            operationId: 'things.list',
            parameters: [
              { name: 'filter', in: 'query', schema: {}, 'x-json-query': true, description: 'Which.' },
            ],
            responses: fine,
          },
        },
      }),
    );

    expect(pathParameters).toEqual([
      { name: 'id', required: true, json: false, schema: { type: 'string' }, description: '' },
    ]);
    expect(queryParameters).toEqual([
      { name: 'page', required: false, json: false, schema: {}, description: '' },
      { name: 'filter', required: false, json: true, schema: {}, description: 'Which.' },
    ]);
  });

  test('may be references', () => {
    const document = describing(
      {
        '/v1/things/{id}': {
          get: {
            operationId: 'things.get',
            parameters: [{ $ref: '#/components/parameters/Id' }],
            responses: fine,
          },
        },
      },
      { parameters: { Id: inPath({ type: 'integer' }) } },
    );

    expect(only(document).pathParameters.map(({ name }) => name)).toEqual(['id']);
  });

  test('of the operation replace those of the path', () => {
    const document = describing({
      '/v1/things/{id}': {
        parameters: [inPath({ type: 'string' })],
        get: { operationId: 'things.get', parameters: [inPath({ type: 'integer' })], responses: fine },
      },
    });

    expect(only(document).pathParameters).toMatchObject([{ name: 'id', schema: { type: 'integer' } }]);
  });

  test.each(['header', 'cookie'])('in a %s, which no method can send, are refused', async (place) => {
    const document = posting({ parameters: [{ name: 'X-Tenant', in: place, required: true, schema: {} }] });

    const message = await messageOf(document);

    expect(message).toContain('X-Tenant');
    expect(message).toContain('things.create');
  });
});

describe('a body', () => {
  test.each([
    ['application/json', 'json'],
    ['multipart/form-data', 'multipart'],
  ])('of type %s is sent as %s', (type, encoding) => {
    const schema = { type: 'object', required: ['a'], properties: { a: { type: 'string' }, b: {} } };

    const { body } = only(sending(type, schema));

    expect(body).toMatchObject({ encoding, required: true, schema, fixed: {} });
    expect(body?.properties.map(({ name, required }) => [name, required])).toEqual([
      ['a', true],
      ['b', false],
    ]);
  });

  test('may be absent, or left out', () => {
    expect(only(posting({})).body).toBeUndefined();
    expect(only(posting({ requestBody: { content: { 'application/json': {} } } })).body).toMatchObject({
      required: false,
      schema: {},
      properties: [],
    });
  });

  test('may be a reference', () => {
    const requestBody = {
      required: true,
      content: { 'application/json': { schema: { properties: { a: {} } } } },
    };
    const document = describing(
      {
        '/v1/things': {
          post: {
            operationId: 'things.create',
            requestBody: { $ref: '#/components/requestBodies/Thing' },
            responses: fine,
          },
        },
      },
      { requestBodies: { Thing: requestBody } },
    );

    expect(only(document).body).toMatchObject({ encoding: 'json', required: true });
  });

  test.each<[string, Record<string, boolean>, JsonValue]>([
    ['a constant', { stream: true }, { type: 'boolean', const: true }],
    ['a constant that is false', { stream: false }, { type: 'boolean', const: false }],
    ['an enum of one', { stream: false }, { type: 'boolean', enum: [false] }],
    ['an enum of two', {}, { type: 'boolean', enum: [false, true] }],
    ['any boolean', {}, { type: 'boolean' }],
    ['a text, which is a tag', {}, { type: 'string', const: 'thing' }],
  ])('with a field that is %s has %j decided', (_, fixed, stream) => {
    expect(only(sendingJson({ properties: { stream, other: {} } })).body?.fixed).toEqual(fixed);
  });

  const list = { type: 'array', items: { type: 'string' } };
  const thing = { type: 'object', properties: { a: {} } };

  test.each<[string, JsonObject]>([
    ['a list', list],
    ['a list or nothing', { anyOf: [list, { type: 'null' }] }],
    ['a list or a text', { oneOf: [list, { type: 'string' }] }],
    ['a list and more', { allOf: [list, { minItems: 1 }] }],
    ['a number', { type: 'number' }],
  ])('that is %s is one parameter, by the name of `body`', (_, schema) => {
    const { body } = only(sendingJson(schema));

    expect(body).toMatchObject({ isWhole: true, isUnion: false, fixed: {} });
    expect(body?.properties).toEqual([{ name: 'body', schema, written: schema, required: true }]);
  });

  test.each<[string, JsonObject, string[]]>([
    ['anything', {}, []],
    ['an object', thing, ['a']],
    ['an object or nothing', { anyOf: [thing, { type: 'null' }] }, ['a']],
    ['an object or a list', { oneOf: [thing, list] }, ['a']],
    ['an object of two types', { type: ['object', 'null'], properties: { a: {} } }, ['a']],
  ])('that may be %s has its fields as parameters', (_, schema, fields) => {
    const { body } = only(sendingJson(schema));

    expect(body?.isWhole).toBe(false);
    expect(body?.properties.map(({ name }) => name)).toEqual(fields);
  });

  test('decides a field that comes with `allOf`', () => {
    const base = { properties: { stream: { type: 'boolean' } } };
    const schema = { allOf: [base, { properties: { stream: { type: 'boolean', enum: [true] } } }] };

    expect(only(sendingJson(schema)).body?.fixed).toEqual({ stream: true });
  });

  test.each([
    ['application/x-www-form-urlencoded'],
    ['application/octet-stream'],
    ['text/plain'],
    ['application/xml'],
  ])('of type %s is refused, with where to begin', async (type) => {
    const message = await messageOf(sending(type, {}));

    expect(message).toContain(`POST /v1/things: the body is ${type}.`);
    expect(message).toContain('src/transport/send.ts');
  });

  test('without any type is refused', async () => {
    expect(await messageOf(posting({ requestBody: { content: {} } }))).toContain(
      'POST /v1/things: the body is of no type',
    );
  });
});

describe('a response', () => {
  test.each<[string, JsonObject, JsonObject, string]>([
    ['JSON', { '200': json() }, {}, 'json'],
    ['nothing', { '204': { description: 'Gone.' } }, {}, 'void'],
    ['nothing, though with status 200', { '200': { description: 'Fine.' } }, {}, 'void'],
    ['bytes', { '200': { content: { 'application/octet-stream': {} } } }, {}, 'binary'],
    [
      'a stream',
      { '200': { content: { 'text/event-stream': {} } } },
      { 'x-stream': { format: 'sse' } },
      'stream',
    ],
    ['a list', { '200': json() }, { 'x-pagination': { style: 'page' } }, 'page'],
  ])('of %s makes the operation one of its kind', (_, responses, fields, kind) => {
    expect(only(answering(responses, fields)).kind).toBe(kind);
  });

  test('is the first that succeeds', () => {
    const responses = { '201': json({ type: 'string' }), '200': json({ type: 'number' }), '422': json() };

    expect(only(answering(responses)).success).toMatchObject({ status: '200', schema: { type: 'number' } });
  });

  test('carries type, schema and examples', () => {
    const media = { schema: { type: 'string' }, example: 'a' };

    expect(only(answering({ '201': { content: { 'application/json': media } } })).success).toEqual({
      status: '201',
      contentType: 'application/json',
      schema: { type: 'string' },
      shape: 'string',
      media,
    });
  });

  test.each<[JsonValue, string | undefined]>([
    [{ type: 'object' }, 'object'],
    [{ type: 'string' }, 'string'],
    [{ allOf: [{}, { type: 'object' }] }, 'object'],
    [{ allOf: [{ allOf: [{ type: 'array' }] }, { description: 'a' }] }, 'array'],
    [{ anyOf: [{ type: 'object' }, { allOf: [{ type: 'object' }] }] }, 'object'],
    [{ anyOf: [{ type: 'object' }, { type: 'null' }] }, undefined],
    [{ type: 'integer' }, undefined],
    [{}, undefined],
  ])('of %j is %s at its root', (schema, shape) => {
    const { success } = only(answering({ '200': { content: { 'application/json': { schema } } } }));

    expect(success.shape).toBe(shape);
  });

  test('may be a reference', () => {
    const document = describing(
      {
        '/v1/things': {
          get: {
            operationId: 'things.list',
            responses: { '200': { $ref: '#/components/responses/Things' } },
          },
        },
      },
      { responses: { Things: json({ type: 'array' }) } },
    );

    expect(only(document)).toMatchObject({ kind: 'json', success: { schema: { type: 'array' } } });
  });

  test.each([
    ['only errors', { '404': json() }],
    ['only a default', { default: json() }],
    ['nothing at all', {}],
  ])('is missing where there is %s, which is refused', async (_, responses) => {
    expect(await messageOf(answering(responses))).toBe(
      'POST /v1/things: no 2xx response. Add one with an overlay.',
    );
  });

  test('of two media types is refused: one of them would be lost', async () => {
    const both = { content: { 'application/json': { schema: {} }, 'text/event-stream': { schema: {} } } };

    const message = await messageOf(answering({ '200': both }));

    expect(message).toContain('POST /v1/things');
    expect(message).toContain('application/json and text/event-stream');
  });

  test('of any status from 200 to 299 is refused: nothing says which of them a mock would give', async () => {
    const message = await messageOf(answering({ '2XX': json() }));

    expect(message).toContain('POST /v1/things');
    expect(message).toContain('2XX');
  });
});

describe('a name', () => {
  const named = (...names: JsonValue[]): JsonObject =>
    describing(
      Object.fromEntries(
        names.map((operationId, index) => [
          `/v1/${index}`,
          { get: { ...(operationId === null ? {} : { operationId }), responses: fine } },
        ]),
      ),
    );

  test.each(['things.list', 'beta.agents.list', 'a.b', 'ocr2.runFast2'])('may be %s', (name) => {
    expect(only(named(name)).id).toBe(name);
  });

  test.each<[JsonValue, string]>([
    [null, 'none'],
    ['', 'none'],
    ['list', 'list'],
    ['list_things_v1_things_get', 'list_things_v1_things_get'],
    ['things.list_all', 'things.list_all'],
    ['Things.list', 'Things.list'],
    ['things.List', 'things.List'],
    ['things..list', 'things..list'],
    ['things.list.', 'things.list.'],
    ['.list', '.list'],
    ['things.2d', 'things.2d'],
    ['things-list.all', 'things-list.all'],
    ['things. list', 'things. list'],
    [7, '7'],
  ])('is not %j, and the message has the action that gives one', async (name, shown) => {
    const message = await messageOf(named('fine.list', name));

    expect(message).toContain('1 operations cannot be exposed');
    expect(message).toContain(`GET /v1/1 has no name (operationId: ${shown}).`);
    expect(message).toContain(
      `- target: $.paths['/v1/1'].get\n        update: { operationId: resource.method }`,
    );
  });

  test('that two operations have is refused with both', async () => {
    const message = await messageOf(named('things.list', 'things.list'));

    expect(message).toContain('`things.list` names both GET /v1/0 and GET /v1/1.');
    expect(message).toContain('another name');
  });

  test('that makes the same function as another is refused with both names', async () => {
    const message = await messageOf(named('beta.agentsList', 'beta.agents.list'));

    expect(message).toContain('beta.agentsList');
    expect(message).toContain('beta.agents.list');
    expect(message).toContain('GET /v1/0');
    expect(message).toContain('GET /v1/1');
  });

  test('of a method cannot be that of a resource', async () => {
    const message = await messageOf(named('beta.agents', 'beta.agents.list'));

    expect(message).toContain('`beta.agents` is a method and the resource of `beta.agents.list`. Rename one');
  });

  test('may be the beginning of another', () => {
    expect(collectOperations(named('things.list', 'things.listAll', 'things.lists.all'))).toHaveLength(3);
  });

  test('is refused together with all others at fault', async () => {
    const message = await messageOf(named(null, 'a.b', 'a.b', 'a.b.c', 'x'));

    expect(message).toContain('GET /v1/0 has no name');
    expect(message).toContain('GET /v1/4 has no name');
    expect(message).toContain('`a.b` names both');
    expect(message).toContain('`a.b` is a method and the resource of `a.b.c`');
  });
});

describe('a parameter name in two places is refused', () => {
  const clashing = (parameters: readonly string[], bodyFields: readonly string[]): JsonObject =>
    describing({
      '/v1/things/{id}': {
        post: {
          operationId: 'things.do',
          parameters: parameters.map((place) => ({ name: 'id', in: place, required: true, schema: {} })),
          requestBody: {
            content: {
              'application/json': {
                schema: { properties: Object.fromEntries(bodyFields.map((name) => [name, {}])) },
              },
            },
          },
          responses: fine,
        },
      },
    });

  test.each([
    ['path and query', ['path', 'query'], [], '`id` is in the path and in the query'],
    ['path and body', ['path'], ['id', 'other'], '`id` is in the path and in the body'],
    ['query and body', ['query'], ['other', 'id'], '`id` is in the query and in the body'],
  ])('in %s', async (_, parameters, bodyFields, reason) => {
    const message = await messageOf(clashing(parameters, bodyFields));

    expect(message).toContain(`- things.do: ${reason}`);
    expect(message).toContain('leave one place out with an overlay');
  });

  test('in all three, twice', async () => {
    const message = await messageOf(clashing(['path', 'query'], ['id']));

    expect(message).toContain('in the path and in the query');
    expect(message).toContain('and in the body');
  });

  test('and one that stands in one place is not', () => {
    expect(only(clashing(['path'], ['other'])).id).toBe('things.do');
  });
});

test.each([
  ['beta.agents.list', true],
  ['chat.complete', true],
  ['n3d.list', true],
  ['chat', false],
  ['', false],
  ['list_models_v1_models_get', false],
  ['Chat.complete', false],
  ['chat.Complete', false],
  ['chat..complete', false],
  ['chat.complete ', false],
  ['chat.2d', false],
])('%j says where a method lives: %s', (id, says) => {
  expect(isMethodName(id)).toBe(says);
});

test.each<[codes: string[], hasErrors: boolean]>([
  [['200'], false],
  [['204', '302'], false],
  [['200', '422'], true],
  [['200', '5XX'], true],
  [['200', 'default'], true],
])('an operation that responds with %j has failures: %s', (codes, hasErrors) => {
  expect(only(answering(Object.fromEntries(codes.map((code) => [code, {}]))))).toHaveProperty(
    'hasErrors',
    hasErrors,
  );
});

describe('the fault of a route', () => {
  const faultIn = (document: JsonObject): string | undefined => {
    const routes = routesOf(document);
    return faultOf(document, routes[0]!, routes);
  };

  test('is none where a method can be made of it, whatever it is called', () => {
    expect(faultIn(posting({ operationId: 'create_thing_v1_things_post' }))).toBeUndefined();
    expect(faultIn(posting({ operationId: '' }))).toBeUndefined();
  });

  test.each<[title: string, document: JsonObject, says: RegExp]>([
    [
      'a response of several kinds',
      answering({ '200': { content: { 'application/json': {}, 'audio/wav': {} } } }),
      /and a method has one kind of response/,
    ],
    ['a body of another kind', sending('text/plain', {}), /the body is text\/plain/],
    ['a parameter in a header', posting({ parameters: [{ name: 'h', in: 'header' }] }), /`h` is in a header/],
    [
      'a name in two places',
      posting({
        parameters: [{ name: 'a', in: 'query' }],
        requestBody: { content: { 'application/json': { schema: { properties: { a: {} } } } } },
      }),
      /`a` is in the query and in the body/,
    ],
    ['no success', answering({ '422': {} }), /no 2xx response/],
  ])('is one line: %s', (_, document, says) => {
    const fault = faultIn(document);

    expect(fault).toMatch(says);
    expect(fault).not.toContain('\n');
  });
});
