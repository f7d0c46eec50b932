import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../../codegen/description/json.js';
import { proposePagination } from '../../../../codegen/propose/pagination.js';
import { documentOf, proposedFor } from '../../../helpers/small-document.js';

const page = '{ name: page, in: query, schema: { type: integer, default: 1 } }';
const size = '{ name: page_size, in: query, schema: { type: integer } }';
const list = '{ type: array, items: { type: object } }';

interface Given {
  readonly parameters?: readonly string[];
  readonly schema?: string;
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
  readonly more?: string;
}

/** What is said of paging by an operation with these parameters and this response. */
function paged({
  parameters = [page, size],
  schema = list,
  method = 'get',
  path = '/v1/judges',
  body,
  more = '',
}: Given): unknown {
  const response = `responses: { '200': { content: { application/json: { schema: ${schema} } } } }`;
  const request =
    body === undefined ? '' : `requestBody: { content: { application/json: { schema: ${body} } } },`;
  const paths = `{ ${path}: { ${method}: { ${more} parameters: [${parameters.join(', ')}], ${request} ${response} } } }`;
  const { document } = proposedFor(
    proposePagination,
    documentOf(
      paths,
      `{ schemas: { Judge: { properties: { parts: ${list} } }, Loop: { allOf: [{ $ref: '#/components/schemas/Loop' }] } } }`,
    ),
  );
  return (document.paths as Record<string, Record<string, JsonObject>>)[path]![method]!['x-pagination'];
}

const inQuery = (name: string, more = ''): string =>
  `{ name: ${name}, in: query, ${more} schema: { type: string } }`;
const text = '{ type: string }';
const textOrNull = '{ anyOf: [{ type: string }, { type: "null" }] }';

const object = (properties: string): string => `{ type: object, properties: { ${properties} } }`;
const usual = { style: 'page', page: 'page', size: 'page_size', first: 1 };

describe('the list of a page is found', () => {
  test.each<[title: string, schema: string, want: JsonObject]>([
    ['as the response itself', list, { ...usual, items: '' }],
    ['as its one array', object(`judges: ${list}, name: { type: string }`), { ...usual, items: 'judges' }],
    [
      'inside an object, whose count may be that of the page',
      object(`judges: ${object(`results: ${list}, count: { type: integer }, next: { type: string }`)}`),
      { ...usual, items: 'judges.results' },
    ],
    [
      'among several, by its name',
      object(`tags: ${list}, data: ${list}, total: { type: integer }, has_more: { type: boolean }`),
      { ...usual, items: 'data', total: 'total', more: 'has_more' },
    ],
    [
      'among several, by the path',
      object(`all_judges: ${list}, versions: ${list}`),
      { ...usual, items: 'all_judges' },
    ],
    [
      'beside a deprecated one',
      object(`judges: ${list}, rulings: { deprecated: true, type: array, items: {} }`),
      { ...usual, items: 'judges' },
    ],
    [
      'where it may be null',
      object(`judges: { anyOf: [${list}, { type: 'null' }] }, total: { type: [integer, 'null'] }`),
      { ...usual, items: 'judges', total: 'total' },
    ],
    [
      'through references and parts',
      `{ allOf: [${object(`items: ${list}`)}, ${object('total_items: { type: integer }')}] }`,
      { ...usual, items: 'items', total: 'total_items' },
    ],
  ])('%s', (_, schema, want) => {
    expect(paged({ schema })).toEqual(want);
  });
});

describe('the first page', () => {
  test.each([
    ['{ type: integer, default: 1 }', 1],
    ['{ type: integer, default: 0 }', 0],
    ['{ type: integer, minimum: 1 }', 1],
    ['{ type: integer, minimum: 1, default: 0 }', 0],
    ['{ type: integer }', 0],
  ])('of %s is %i', (schema, first) => {
    expect(paged({ parameters: [`{ name: page, in: query, schema: ${schema} }`, size] })).toHaveProperty(
      'first',
      first,
    );
  });
});

test.each([
  ['page_number', 'page_size'],
  ['page', 'per_page'],
  ['page', 'limit'],
])('the parameters may be called %s and %s', (number, count) => {
  const parameters = [number, count].map((name) => `{ name: ${name}, in: query, schema: {} }`);

  expect(paged({ parameters })).toMatchObject({ page: number, size: count });
});

describe('a list with cursors is found', () => {
  test.each<[input: string, size: string, schema: string, want: JsonObject]>([
    [
      'cursor',
      'limit',
      object(`logs: ${list}, next_cursor: ${textOrNull}`),
      { items: 'logs', next: 'next_cursor' },
    ],
    [
      'pageToken',
      'pageSize',
      object(`data: ${list}, nextPageToken: ${text}`),
      { items: 'data', next: 'nextPageToken' },
    ],
    [
      'page_token',
      'page_size',
      object(`data: ${list}, next_page_token: ${textOrNull}`),
      { items: 'data', next: 'next_page_token' },
    ],
    [
      'next_page_token',
      'page_size',
      object(`runs: ${list}, next_page_token: ${textOrNull}`),
      { items: 'runs', next: 'next_page_token' },
    ],
    [
      'cursor',
      'page_size',
      object(
        `items: ${list}, pagination: ${object(`next_cursor: ${textOrNull}, page_size: { type: integer }`)}`,
      ),
      { items: 'items', next: 'pagination.next_cursor' },
    ],
    [
      'cursor',
      'page_size',
      object(`spans: ${object(`results: ${list}, next: ${textOrNull}, cursor: ${textOrNull}`)}`),
      { items: 'spans.results', next: 'spans.cursor' },
    ],
    [
      'cursor',
      'limit',
      object(`data: ${list}, next: ${text}, has_more: { type: boolean }`),
      { items: 'data', next: 'next', more: 'has_more' },
    ],
  ])('by `%s` and `%s` in %s', (input, count, schema, want) => {
    for (const method of ['get', 'post'])
      expect(paged({ parameters: [inQuery(input), inQuery(count)], schema, method })).toEqual({
        style: 'cursor',
        page: input,
        size: count,
        ...want,
      });
  });

  test('without a size of the page', () => {
    const schema = object(`data: ${list}, next_cursor: ${text}`);

    expect(paged({ parameters: [inQuery('cursor')], schema })).toEqual({
      style: 'cursor',
      page: 'cursor',
      items: 'data',
      next: 'next_cursor',
    });
  });

  test('by a field of the body', () => {
    const given = {
      method: 'post',
      parameters: [],
      body: object(`query: ${text}, cursor: ${textOrNull}, page_size: { type: integer }`),
      schema: object(`data: ${list}, next_cursor: ${textOrNull}`),
    };

    expect(paged(given)).toEqual({
      style: 'cursor',
      page: 'cursor',
      size: 'page_size',
      items: 'data',
      next: 'next_cursor',
    });
  });

  test('before one with numbers', () => {
    const schema = object(`data: ${list}, next_cursor: ${text}`);

    expect(paged({ parameters: [page, size, inQuery('cursor')], schema })).toMatchObject({ style: 'cursor' });
  });
});

test.each(['offset', 'skip'])('a list with offsets is found by `%s`', (name) => {
  const schema = object(`keys: ${list}, total: { type: integer }`);

  expect(paged({ parameters: [inQuery(name), inQuery('limit')], schema })).toEqual({
    style: 'offset',
    page: name,
    size: 'limit',
    items: 'keys',
    total: 'total',
  });
});

describe('what upstream calls deprecated is not used', () => {
  const schema = object(
    `data: ${list}, next_page_token: ${textOrNull}, pagination: { deprecated: true, type: object, properties: { total_items: { type: integer } } }`,
  );
  const oldPage = page.replace('in: query', 'in: query, deprecated: true');

  test('though an overlay says so', () => {
    const more =
      'x-pagination: { style: page, page: page, size: page_size, first: 0, items: data, total: pagination.total_items },';

    for (const old of [oldPage, page.replace('type: integer', 'type: integer, deprecated: true')]) {
      expect(paged({ parameters: [old, size], schema, more })).toBeUndefined();
      expect(paged({ parameters: [old, size, inQuery('page_token')], schema, more })).toEqual({
        style: 'cursor',
        page: 'page_token',
        size: 'page_size',
        items: 'data',
        next: 'next_page_token',
      });
    }
  });

  test('though `x-speakeasy-pagination` says so', () => {
    const more = `x-speakeasy-pagination: { type: offsetLimit, inputs: [{ name: page, in: parameters, type: page }], outputs: { results: $.data } },`;

    expect(paged({ parameters: [oldPage, size], schema, more })).toBeUndefined();
  });
});

describe('what upstream states in `x-speakeasy-pagination` is taken', () => {
  const stated = (type: string, inputs: Record<string, string>, outputs: Record<string, string>): string => {
    const given = Object.entries(inputs).map(([kind, name]) => ({ name, in: 'parameters', type: kind }));
    return `x-speakeasy-pagination: ${JSON.stringify({ type, inputs: given, outputs })},`;
  };
  const parameters = [inQuery('from'), inQuery('count')];
  const schema = object(`a: ${object(`b: ${list}, c: ${text}`)}, d: ${list}`);

  test.each<[title: string, more: string, want: JsonObject]>([
    [
      'of cursors',
      stated('cursor', { cursor: 'from', limit: 'count' }, { results: '$.a.b', nextCursor: '$.a.c' }),
      { style: 'cursor', page: 'from', size: 'count', items: 'a.b', next: 'a.c' },
    ],
    [
      'of offsets',
      stated('offsetLimit', { offset: 'from', limit: 'count' }, { results: '$.d' }),
      { style: 'offset', page: 'from', size: 'count', items: 'd' },
    ],
    [
      'of numbers',
      stated('offsetLimit', { page: 'from', limit: 'count' }, { results: '$.d' }),
      { style: 'page', page: 'from', size: 'count', first: 0, items: 'd' },
    ],
  ])('%s', (_, more, want) => {
    expect(paged({ parameters, schema, more })).toEqual(want);
  });

  test('by POST with the cursor in the body, too', () => {
    const more = stated('cursor', { cursor: 'from' }, { results: '$.d', nextCursor: '$.a.c' });
    const body = object(`from: ${text}`);

    expect(paged({ method: 'post', parameters: [], body, schema, more })).toEqual({
      style: 'cursor',
      page: 'from',
      items: 'd',
      next: 'a.c',
    });
  });

  test.each([
    [
      'a place that is not there',
      stated('cursor', { cursor: 'from' }, { results: '$.d', nextCursor: '$.e' }),
    ],
    [
      'a path that no style can follow',
      stated('cursor', { cursor: 'from' }, { results: '$.d[-1]', nextCursor: '$.a.c' }),
    ],
    [
      'a parameter that is not there',
      stated('cursor', { cursor: 'to' }, { results: '$.d', nextCursor: '$.a.c' }),
    ],
    ['the URL of the next page', stated('url', {}, { results: '$.d', nextUrl: '$.a.c' })],
    ['nothing', 'x-speakeasy-pagination: true,'],
  ])('unless it states %s', (_, more) => {
    expect(paged({ parameters, schema, more })).toBeUndefined();
  });
});

describe('nothing is proposed', () => {
  test.each<[title: string, given: Given]>([
    ['without a number of the page', { parameters: [size] }],
    ['without a size of the page', { parameters: [page] }],
    ['for a cursor', { parameters: ['{ name: cursor, in: query, schema: {} }', size] }],
    ['for a number in the path', { parameters: [page.replace('query', 'path'), size] }],
    ['for a number by POST', { method: 'post' }],
    ['for an offset without a size', { parameters: [inQuery('offset')] }],
    [
      'for a cursor by PUT',
      {
        method: 'put',
        parameters: [inQuery('cursor')],
        schema: object(`data: ${list}, next_cursor: ${text}`),
      },
    ],
    [
      'for a cursor whose next one is a URL',
      {
        parameters: [inQuery('cursor')],
        schema: object(`data: ${list}, next: { type: string, format: uri }`),
      },
    ],
    [
      'for times that are called `after` and `before`',
      { parameters: [inQuery('after'), inQuery('before'), size] },
    ],
    ['where the response cannot be read', { schema: "{ $ref: '#/components/schemas/Loop' }" }],
    ['where the response is one of two lists', { schema: `{ anyOf: [${list}, ${list}] }` }],
    ['where no list is', { schema: object('count: { type: integer }') }],
    ['where several lists are', { schema: object(`a: ${list}, b: ${list}`) }],
    ['where the list is too deep', { schema: object(`a: ${object(`b: ${object(`c: ${list}`)}`)}`) }],
    ['where the list says nothing of its items', { schema: '{ type: array }' }],
  ])('%s', (_, given) => {
    expect(paged(given)).toBeUndefined();
  });
});

describe('what an overlay says', () => {
  const told = (items: string): string =>
    `x-pagination: { style: page, page: page, size: page_size, first: 0, items: ${items} },`;

  test('stays where the list is', () => {
    expect(paged({ more: told("''") })).toMatchObject({ first: 0, items: '' });
  });

  test('is corrected where the list moved', () => {
    expect(paged({ schema: object(`results: ${list}`), more: told('data') })).toEqual({
      ...usual,
      items: 'results',
    });
  });

  test('is corrected where the next cursor moved', () => {
    const more =
      'x-pagination: { style: cursor, page: cursor, items: data, next: next_cursor, total: pagination.total },';
    const schema = object(`data: ${list}, pagination: ${object(`next_cursor: ${text}`)}`);

    expect(paged({ parameters: [inQuery('cursor')], schema, more })).toEqual({
      style: 'cursor',
      page: 'cursor',
      items: 'data',
      next: 'pagination.next_cursor',
    });
  });

  test('goes where there is no list any more', () => {
    expect(paged({ schema: object('a: { type: string }'), more: told('data') })).toBeUndefined();
  });
});
