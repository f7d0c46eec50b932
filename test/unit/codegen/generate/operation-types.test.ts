import { describe, expect, test } from 'vitest';

import { OperationTypes } from '../../../../codegen/generate/operation-types.js';

const text = `// Generated.

export type ClientOptions = { baseUrl: string };

/** A book. */
export interface Book { title: string }

/** Called like a type of an operation. */
export interface LampsListResponse { lamps: number }

export interface BooksGetData {
  body?: never;
  path: { book_id: string };
  query?: {
    /** How it is sorted. */
    order?: 'asc' | undefined;
  } | undefined;
  url: '/v1/books/{book_id}';
}

export interface BooksGetResponses { 200: Array<Book> | null }

export type BooksGetResponse = BooksGetResponses[keyof BooksGetResponses];

export interface LampsListData { url: '/v1/lamps' }
`;

const types = new OperationTypes(text, (name) => ['Book', 'LampsListResponse'].includes(name));

describe("hey-api's types", () => {
  test('are apart by whether a schema or an operation has them', () => {
    expect(types.schemas.match(/(?<=^export \w+ )\w+/gm)).toEqual(['Book', 'LampsListResponse']);
    expect(types.schemas).toMatch(/^\/\/ Generated\./);
    expect(types.operations.match(/(?<=^export \w+ )\w+/gm)).toEqual([
      'ClientOptions',
      'BooksGetData',
      'BooksGetResponses',
      'BooksGetResponse',
      'LampsListData',
    ]);
    expect(types.operations).toContain('200: Array<wire.Book> | null');
  });
});

describe('other code', () => {
  test.each([
    ['wire.BooksGetResponse', 'Array<wire.Book> | null'],
    ['wire.BooksGetResponse[number]', '(Array<wire.Book> | null)[number]'],
    ['wire.BooksGetResponses[200]', 'Array<wire.Book> | null'],
    ["NonNullable<wire.BooksGetData['path']> & wire.Book", '({ book_id: string }) & wire.Book'],
    ['wire.LampsListResponse', 'wire.LampsListResponse'],
    ["NonNullable<wire.Book['title']>", "NonNullable<wire.Book['title']>"],
  ])('has in the place of %s what it stands for', (type, meaning) => {
    expect(types.inline(`type Some = ${type};`)).toBe(`type Some = ${meaning};`);
  });

  test('has interfaces with the members that they would extend', () => {
    const places = ["NonNullable<wire.BooksGetData['path']>", "NonNullable<wire.BooksGetData['query']>"];

    expect(types.inline(`export interface Params extends ${places.join(', ')} {}`)).toMatch(
      /^export interface Params \{ book_id: string\s+\/\*\* How it is sorted\. \*\/\s+order\?: 'asc' \| undefined; \}$/,
    );
    expect(types.inline(`interface Params extends ${places[0]}, Named {}`)).toBe(
      'interface Params { book_id: string }',
    );
    expect(types.inline(`interface Params extends ${places[0]}, wire.Book {}`)).toBe(
      'interface Params extends wire.Book { book_id: string }',
    );
    expect(types.inline('interface Params extends wire.Book, Named {}')).toBe(
      'interface Params extends wire.Book, Named {}',
    );
  });
});
