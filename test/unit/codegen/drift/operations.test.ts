import { describe, expect, test } from 'vitest';

import type { JsonObject, JsonValue } from '../../../../codegen/description/json.js';
import { driftBetween, linesOf } from '../../../helpers/drift.js';

const description = (operation: JsonObject, path = '/v1/things/{id}', rest: JsonObject = {}): JsonObject => ({
  openapi: '3.1.0',
  paths: { [path]: { post: { operationId: 'things', ...operation } } },
  ...rest,
});

/** What is said of the one operation. */
const lines = (before: JsonObject, after: JsonObject): string =>
  linesOf(driftBetween(before, after))
    .map((line) => line.replace(' POST /v1/things/{id}', ''))
    .join(', ');

const json = (schema: JsonObject = {}) => ({ content: { 'application/json': { schema } } });
const query = (name: string, rest: JsonObject = {}) => ({
  name,
  in: 'query',
  schema: { type: 'string' },
  ...rest,
});
const path = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'string' } });
const sse = { 'text/event-stream': { schema: { type: 'object' } } };

describe('of an operation', () => {
  test.each<[string, JsonObject, JsonObject, string]>([
    ['a new optional parameter', {}, { parameters: [query('a')] }, 'additive parameter-added query.a'],
    [
      'a new required parameter',
      {},
      { parameters: [query('a', { required: true })] },
      'breaking required-parameter-added query.a',
    ],
    ['a parameter that is gone', { parameters: [query('a')] }, {}, 'breaking parameter-removed query.a'],
    [
      'a parameter that is required now',
      { parameters: [query('a')] },
      { parameters: [query('a', { required: true })] },
      'breaking parameter-required query.a',
    ],
    [
      'a parameter that is optional now',
      { parameters: [query('a', { required: true })] },
      { parameters: [query('a')] },
      'additive parameter-optional query.a',
    ],
    [
      'a parameter that went to a header',
      { parameters: [query('a')] },
      { parameters: [query('a', { in: 'header' })] },
      'breaking parameter-removed query.a, additive parameter-added header.a',
    ],
    [
      'a parameter of another type',
      { parameters: [query('a')] },
      { parameters: [query('a', { schema: { type: 'integer' } })] },
      'breaking type-changed query.a',
    ],
    [
      'a parameter that repeats its name',
      { parameters: [query('a')] },
      { parameters: [query('a', { explode: false })] },
      'breaking parameter-encoding-changed query.a',
    ],
    [
      'a default that is spelled out',
      { parameters: [query('a')] },
      { parameters: [query('a', { style: 'form', explode: true, required: false })] },
      '',
    ],
    [
      'another order of parameters',
      { parameters: [query('a'), query('b')] },
      { parameters: [query('b'), query('a')] },
      '',
    ],
    [
      'another description of a parameter',
      { parameters: [query('a')] },
      { parameters: [query('a', { description: 'A' })] },
      'documentation text-changed query.a',
    ],
    ['a new optional body', {}, { requestBody: json() }, 'additive body-added body'],
    [
      'a new required body',
      {},
      { requestBody: { required: true, ...json() } },
      'breaking required-body-added body',
    ],
    ['no body any more', { requestBody: json() }, {}, 'breaking body-removed body'],
    [
      'a body that is required now',
      { requestBody: json() },
      { requestBody: { required: true, ...json() } },
      'breaking body-required body',
    ],
    [
      'a body that is optional now',
      { requestBody: { required: true, ...json() } },
      { requestBody: json() },
      'additive body-optional body',
    ],
    [
      'a body of another type',
      { requestBody: json() },
      { requestBody: { content: { 'multipart/form-data': {} } } },
      'breaking media-type-changed body',
    ],
    [
      'the parameters of a media type',
      { requestBody: json() },
      { requestBody: { content: { 'Application/JSON; charset=utf-8': {} } } },
      '',
    ],
    [
      'a stream beside the whole response',
      { responses: { 200: json() } },
      { responses: { 200: { content: { ...json().content, ...sse } } } },
      'additive media-type-added 200',
    ],
    [
      'a stream that is gone',
      { responses: { 200: { content: { ...json().content, ...sse } } } },
      { responses: { 200: json() } },
      'breaking media-type-removed 200',
    ],
    [
      'another successful status',
      { responses: { 200: json({ type: 'string' }) } },
      { responses: { 201: json({ type: 'integer' }) } },
      'documentation success-status-changed, breaking type-changed 201',
    ],
    [
      'one more successful status',
      { responses: { 200: json() } },
      { responses: { 200: json(), 201: json() } },
      'additive success-status-added',
    ],
    [
      'one successful status fewer',
      { responses: { 200: json(), 201: json() } },
      { responses: { 201: json() } },
      'documentation success-status-removed',
    ],
    [
      'a response without content',
      { responses: { 200: json() } },
      { responses: { 200: {} } },
      'breaking content-removed',
    ],
    [
      'content where there was none',
      { responses: { 204: {} } },
      { responses: { 200: json() } },
      'documentation success-status-changed, additive content-added',
    ],
    [
      'an error',
      { responses: {} },
      { responses: { 422: json(), '4XX': json() } },
      'documentation error-status-added, documentation error-status-added',
    ],
    [
      'an error fewer',
      { responses: { 422: json() } },
      { responses: {} },
      'documentation error-status-removed',
    ],
    ['a status in another case', { responses: { '4XX': json() } }, { responses: { '4xx': json() } }, ''],
    ['another operationId', {}, { operationId: 'stuff' }, 'documentation operation-id-changed'],
    ['deprecation', {}, { deprecated: true }, 'documentation deprecated'],
    ['another summary', { summary: 'A' }, { summary: 'B' }, 'documentation text-changed'],
    ['tags in another order', { tags: ['a', 'b'] }, { tags: ['b', 'a'] }, ''],
    ['other tags', { tags: ['a'] }, { tags: ['b'] }, 'documentation tags-changed'],
    [
      'no authentication, which costs no caller anything',
      {},
      { security: [] },
      'documentation security-changed',
    ],
    ['a key that is not known', {}, { security: [{ Odd: [] }] }, 'breaking key-changed'],
    ['a callback', {}, { callbacks: {} }, 'documentation other-changed'],
  ])('tells %s', (_, before, after, want) => {
    expect(lines(description(before), description(after))).toBe(want);
  });

  test('reads parameters and bodies that stand elsewhere, and those of the path', () => {
    const after = {
      ...description({
        parameters: [{ $ref: '#/components/parameters/A' }],
        requestBody: { $ref: '#/components/requestBodies/Body' },
        responses: { 200: { $ref: '#/components/responses/Answer' } },
      }),
      components: {
        parameters: { A: query('a') },
        requestBodies: { Body: json({ type: 'string' }) },
        responses: { Answer: json({ type: 'string' }) },
      },
    };
    const before: JsonObject = {
      openapi: '3.1.0',
      paths: {
        '/v1/things/{id}': {
          parameters: [query('a')],
          post: {
            operationId: 'things',
            requestBody: json({ type: 'string' }),
            responses: { 200: json({ type: 'string' }) },
          },
        },
      },
    };

    expect(lines(before, after)).toBe('');
  });
});

describe('of the operations as a whole', () => {
  test('tells those that are new and those that are gone', () => {
    expect(lines(description({}, '/v1/a'), description({ operationId: 'b' }, '/v1/b'))).toBe(
      'breaking operation-removed POST /v1/a, additive operation-added POST /v1/b',
    );
  });

  test('follows an operationId to another path, and says what else changed there', () => {
    const after = description({ parameters: [query('a')] }, '/v2/things/{id}');

    expect(lines(description({}), after)).toBe('breaking operation-moved, additive parameter-added query.a');
  });

  test('follows an operationId to another method', () => {
    const after = { openapi: '3.1.0', paths: { '/v1/things/{id}': { put: { operationId: 'things' } } } };

    expect(lines(description({}), after)).toBe('breaking operation-moved');
  });

  test('tells a parameter in the path that has another name', () => {
    const before = description({ parameters: [path('id')] });
    const after = description({ operationId: 'b', parameters: [path('thing_id')] }, '/v1/things/{thing_id}');

    expect(lines(before, after)).toBe(
      'breaking operation-moved, documentation operation-id-changed, breaking parameter-renamed path.thing_id',
    );
  });
});

const bearer: JsonObject = { type: 'http', scheme: 'bearer' };
const secured = (securitySchemes: JsonObject, security: JsonValue = []): JsonObject => ({
  security,
  components: { securitySchemes },
});

describe('of the document', () => {
  const document = (rest: JsonObject) => description({}, '/v1/things/{id}', rest);
  const servers = (...urls: string[]) => ({ servers: urls.map((url) => ({ url })) });

  test.each<[string, JsonObject, JsonObject, string]>([
    [
      'its version',
      { info: { version: '1' } },
      { info: { version: '2' } },
      'documentation document-changed info.version',
    ],
    ['a server', servers('https://a'), servers('https://b', 'https://a'), 'additive server-added servers'],
    [
      'a server that is gone',
      servers('https://a', 'https://b'),
      servers('https://b'),
      'breaking server-removed servers',
    ],
    [
      'what a server is called',
      { servers: [{ url: 'https://a' }] },
      { servers: [{ url: 'https://a', description: 'A' }] },
      'documentation document-changed servers',
    ],
    [
      'the authentication',
      secured({ Key: bearer, AdminKey: bearer }, [{ Key: [] }]),
      secured({ Key: bearer, AdminKey: bearer }, [{ AdminKey: [] }]),
      'breaking key-changed security',
    ],
    [
      'another name of the same authentication',
      secured({ Key: bearer, Token: bearer }, [{ Key: [] }]),
      secured({ Key: bearer, Token: bearer }, [{ Token: [] }]),
      'documentation security-changed security',
    ],
    [
      'a security scheme that is new, gone or another one, but not what is said of it',
      secured({ Gone: bearer, Other: bearer, Same: bearer }),
      secured({
        New: bearer,
        Other: { ...bearer, scheme: 'basic' },
        Same: { ...bearer, description: 'A key.' },
      }),
      'breaking security-scheme-removed Gone, breaking security-scheme-changed Other, additive security-scheme-added New',
    ],
    ['its tags', { tags: [{ name: 'a' }] }, { tags: [{ name: 'b' }] }, 'documentation document-changed tags'],
    [
      'the order of its tags',
      { tags: [{ name: 'a' }, { name: 'b' }] },
      { tags: [{ name: 'b' }, { name: 'a' }] },
      '',
    ],
    ['what it says besides', {}, { webhooks: {} }, 'documentation document-changed webhooks'],
  ])('tells %s', (_, before, after, want) => {
    expect(lines(document(before), document(after)).replaceAll('the document ', '')).toBe(want);
  });

  test('tells what a path says of its operations', () => {
    const after = description({});
    (after.paths as JsonObject)['/v1/things/{id}'] = { post: { operationId: 'things' }, summary: 'Things' };

    expect(lines(description({}), after)).toBe(
      'documentation document-changed the document paths./v1/things/{id}.summary',
    );
  });
});
