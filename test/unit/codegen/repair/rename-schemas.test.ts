import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../../codegen/description/json.js';
import { PipelineError } from '../../../../codegen/run/pipeline-error.js';
import { repairNames } from '../../../../codegen/repair/repair-document.js';
import { renameSchemas } from '../../../../codegen/repair/rename-schemas.js';

const documentOf = (...names: readonly string[]): JsonObject => ({
  paths: {},
  components: { schemas: Object.fromEntries(names.map((name) => [name, { title: name }])) },
});

/** What schemas of these names are called afterwards, in their order. */
function renamed(names: readonly string[], typeNames: readonly string[] = []): string[] {
  const document = documentOf(...names);
  renameSchemas(document, typeNames);
  const { schemas } = document.components as { schemas: Record<string, JsonObject> };
  expect(Object.values(schemas).map(({ title }) => title)).toEqual(names);
  return Object.keys(schemas);
}

describe('a schema whose name no type can have gets another:', () => {
  test.each([
    ['Event', 'EventDefinition'],
    ['Map', 'MapDefinition'],
    ['Function', 'FunctionDefinition'],
    ['Record', 'RecordDefinition'],
    ['Promise', 'PromiseDefinition'],
    ['string', 'stringDefinition'],
    ['class', 'classDefinition'],
    ['undefined', 'undefinedDefinition'],
    ['Page[Run]', 'PageRun'],
    ['Page[List[Run]]', 'PageListRun'],
    ['books.v1-Book', 'BooksV1Book'],
    ['books__Book', 'books__Book'],
    ['2Book', 'Schema2Book'],
    ['été', 'T'],
    ['[]', 'Schema'],
    ['Book', 'Book'],
    ['$Book', '$Book'],
  ])('%s is called %s', (name, want) => {
    expect(renamed([name])).toEqual([want]);
  });

  test.each(['Data', 'Errors', 'Error', 'Responses', 'Params'])(
    'one that is called like the %s of an operation',
    (ending) => {
      expect(renamed([`BooksList${ending}`, 'BooksList'], ['BooksList'])).toEqual([
        `BooksList${ending}Definition`,
        'BooksList',
      ]);
    },
  );

  test('by the operations that have names, where a document has some', () => {
    const document = documentOf('BooksListData', 'ListBooksV1Data');
    document.paths = {
      '/v1/books': { get: { operationId: 'books.list' }, post: { operationId: 'list_books_v1' } },
    };

    expect(repairNames(document)).toEqual([
      '$.components.schemas: `BooksListData` is called `BooksListDataDefinition`',
    ]);
  });
});

describe('`x-type-name`', () => {
  const described = (schemas: JsonObject): JsonObject => ({
    paths: { '/v1/books': { get: { operationId: 'books.list', responses: reference('BookOut') } } },
    components: { schemas },
  });
  const reference = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

  test('is what the type of a schema is called, and is gone then', () => {
    const document = described({
      BookOut: { type: 'object', 'x-type-name': 'Book' },
      Shelf: { type: 'array', items: reference('BookOut') },
    });

    expect(repairNames(document)).toEqual(['$.components.schemas: `BookOut` is called `Book`']);
    expect(document).toEqual({
      paths: { '/v1/books': { get: { operationId: 'books.list', responses: reference('Book') } } },
      components: {
        schemas: { Book: { type: 'object' }, Shelf: { type: 'array', items: reference('Book') } },
      },
    });
  });

  test('may be the name that another schema gives up', () => {
    const document = described({ Book: { 'x-type-name': 'Volume' }, BookOut: { 'x-type-name': 'Book' } });

    repairNames(document);

    expect(document.components).toEqual({ schemas: { Volume: {}, Book: {} } });
  });

  test('that is the name of the schema already changes nothing', () => {
    const document = described({ BookOut: { 'x-type-name': 'BookOut' } });

    expect(repairNames(document)).toEqual([]);
    expect(document.components).toEqual({ schemas: { BookOut: {} } });
  });

  test.each([
    ['Shelf', 'is taken'],
    ['Event', 'is a name of the language'],
    ['BooksListData', 'is a type of an operation'],
    ['Book Out', 'is not a name'],
    [7, 'is not a name'],
  ])('`%s` stops the pipeline: it %s', (name, reason) => {
    const document = described({ BookOut: { 'x-type-name': name }, Shelf: {} });

    expect(() => repairNames(document)).toThrow(
      new PipelineError(
        `$.components.schemas.BookOut: \`x-type-name: ${name}\` ${reason}. Choose another name in the overlay.`,
      ),
    );
  });

  test('of two schemas stops the pipeline: it is taken', () => {
    const document = described({ BookOut: { 'x-type-name': 'Book' }, BookIn: { 'x-type-name': 'Book' } });

    expect(() => repairNames(document)).toThrow('$.components.schemas.BookIn: `x-type-name: Book` is taken.');
  });
});

describe('a new name', () => {
  test('gives way to what is there', () => {
    expect(renamed(['PageRun', 'Page[Run]', 'Page.Run', 'Event', 'EventDefinition'])).toEqual([
      'PageRun',
      'PageRun2',
      'PageRun3',
      'EventDefinition2',
      'EventDefinition',
    ]);
  });

  test('gives way to globals and to the types of operations', () => {
    expect(renamed(['Read.able', 'url', 'U.R.L', 'Books.list-data'], ['BooksList'])).toEqual([
      'ReadAble',
      'url',
      'URL2',
      'BooksListData2',
    ]);
  });
});

test('references and mappings follow, however they are written', () => {
  const prefix = '#/components/schemas/';
  const document: JsonObject = {
    paths: {
      '/v1/runs': {
        get: {
          responses: { 200: { content: { 'application/json': { schema: { $ref: `${prefix}Page[Run]` } } } } },
        },
      },
    },
    components: {
      responses: {
        Runs: { content: { 'application/json': { schema: { $ref: `${prefix}Page%5BRun%5D` } } } },
      },
      schemas: {
        'Page[Run]': { properties: { next: { $ref: `${prefix}Page[Run]/properties/name` }, name: {} } },
        'a/b': {},
        Union: {
          oneOf: [{ $ref: `${prefix}a~1b` }, { $ref: `${prefix}Event` }, { $ref: `${prefix}Book` }],
          discriminator: {
            propertyName: 'type',
            mapping: { ab: `${prefix}a~1b`, event: `${prefix}Event`, book: `${prefix}Book` },
          },
        },
        Event: { properties: { mapping: { type: 'string' }, $ref: { type: 'string' } } },
        Book: { example: { $ref: `${prefix}Event` } },
      },
    },
  };

  expect(renameSchemas(document, [])).toEqual([
    '$.components.schemas: `Page[Run]` is called `PageRun`',
    '$.components.schemas: `a/b` is called `AB`',
    '$.components.schemas: `Event` is called `EventDefinition`',
  ]);
  expect(document).toEqual({
    paths: {
      '/v1/runs': {
        get: {
          responses: { 200: { content: { 'application/json': { schema: { $ref: `${prefix}PageRun` } } } } },
        },
      },
    },
    components: {
      responses: { Runs: { content: { 'application/json': { schema: { $ref: `${prefix}PageRun` } } } } },
      schemas: {
        PageRun: { properties: { next: { $ref: `${prefix}PageRun/properties/name` }, name: {} } },
        AB: {},
        Union: {
          oneOf: [{ $ref: `${prefix}AB` }, { $ref: `${prefix}EventDefinition` }, { $ref: `${prefix}Book` }],
          discriminator: {
            propertyName: 'type',
            mapping: { ab: `${prefix}AB`, event: `${prefix}EventDefinition`, book: `${prefix}Book` },
          },
        },
        EventDefinition: { properties: { mapping: { type: 'string' }, $ref: { type: 'string' } } },
        Book: { example: { $ref: `${prefix}Event` } },
      },
    },
  });
});

test.each<[title: string, document: JsonObject]>([
  ['without components', { paths: {} }],
  ['without schemas', { paths: {}, components: {} }],
  ['whose names are fine', documentOf('Book', 'Shelf')],
])('a document %s stays as it is', (_, document) => {
  const before = structuredClone(document);

  expect(renameSchemas(document, ['BooksList'])).toEqual([]);
  expect(document).toEqual(before);
});
