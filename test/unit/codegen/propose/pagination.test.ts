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
  readonly more?: string;
}

/** What is said of paging by an operation with these parameters and this answer. */
function paged({ parameters = [page, size], schema = list, method = 'get', more = '' }: Given): unknown {
  const paths = `{ /v1/judges: { ${method}: { ${more} parameters: [${parameters.join(', ')}], responses: { '200': { content: { application/json: { schema: ${schema} } } } } } } }`;
  const { document } = proposedFor(
    proposePagination,
    documentOf(paths, `{ schemas: { Judge: { properties: { parts: ${list} } } } }`),
  );
  return (document.paths as Record<string, Record<string, JsonObject>>)['/v1/judges']![method]![
    'x-pagination'
  ];
}

const object = (properties: string): string => `{ type: object, properties: { ${properties} } }`;
const usual = { style: 'page', page: 'page', size: 'page_size', first: 1 };

describe('the list of a page is found', () => {
  test.each<[title: string, schema: string, want: JsonObject]>([
    ['as the answer itself', list, { ...usual, items: '' }],
    ['as its one array', object(`judges: ${list}, name: { type: string }`), { ...usual, items: 'judges' }],
    [
      'inside an object, with its count',
      object(`judges: ${object(`results: ${list}, count: { type: integer }, next: { type: string }`)}`),
      { ...usual, items: 'judges.results', total: 'judges.count' },
    ],
    [
      'among several, by its name',
      object(`tags: ${list}, data: ${list}, total: { type: integer }, has_more: { type: boolean }`),
      { ...usual, items: 'data', total: 'total', more: 'has_more' },
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

describe('nothing is proposed', () => {
  test.each<[title: string, given: Given]>([
    ['without a number of the page', { parameters: [size] }],
    ['without a size of the page', { parameters: [page] }],
    ['for a cursor', { parameters: ['{ name: cursor, in: query, schema: {} }', size] }],
    ['for a number in the path', { parameters: [page.replace('query', 'path'), size] }],
    ['for what is no GET', { method: 'post' }],
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
    expect(paged({ schema: object(`results: ${list}`), more: told('data') })).toMatchObject({
      items: 'results',
    });
  });

  test('goes where there is no list any more', () => {
    expect(paged({ schema: object('a: { type: string }'), more: told('data') })).toBeUndefined();
  });
});
