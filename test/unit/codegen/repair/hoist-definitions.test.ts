import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../../codegen/description/json.js';
import { hoistDefinitions } from '../../../../codegen/repair/hoist-definitions.js';

/** The schemas of a document, before and after. */
function hoist(schemas: JsonObject): { schemas: JsonObject; repairs: string[] } {
  const document: JsonObject = {
    openapi: '3.1.0',
    paths: {},
    components: { schemas: structuredClone(schemas) },
  };
  const repairs = hoistDefinitions(document);
  return { schemas: (document.components as { schemas: JsonObject }).schemas, repairs };
}

const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
const local = (name: string): JsonObject => ({ $ref: `#/$defs/${name}` });
const number: JsonObject = { type: 'number' };
const string: JsonObject = { type: 'string' };

describe('definitions inside a schema', () => {
  test.each<[title: string, given: JsonObject, want: JsonObject]>([
    [
      'become components, and the references follow',
      { Book: { items: local('Page'), $defs: { Page: number } } },
      { Book: { items: ref('Page') }, Page: number },
    ],
    [
      'may refer to each other and to themselves',
      {
        Book: {
          items: local('A'),
          $defs: { A: { items: local('B') }, B: { anyOf: [local('A'), local('B')] } },
        },
      },
      { Book: { items: ref('A') }, A: { items: ref('B') }, B: { anyOf: [ref('A'), ref('B')] } },
    ],
    [
      'belong to the innermost schema that has them',
      {
        Book: {
          properties: { cover: { items: local('Page'), $defs: { Page: string } }, text: local('Page') },
          $defs: { Page: number },
        },
      },
      {
        Book: { properties: { cover: { items: ref('Page') }, text: ref('Page2') } },
        Page: string,
        Page2: number,
      },
    ],
    [
      'may be nested',
      { Book: { items: local('A'), $defs: { A: { items: local('B'), $defs: { B: number } } } } },
      { Book: { items: ref('A') }, A: { items: ref('B') }, B: number },
    ],
    [
      'are one component where two schemas say the same',
      {
        Book: { items: local('Page'), $defs: { Page: number } },
        Map: { items: local('Page'), $defs: { Page: number } },
      },
      { Book: { items: ref('Page') }, Map: { items: ref('Page') }, Page: number },
    ],
    [
      'are one component where they say the same of each other, too',
      {
        Book: { items: local('A'), $defs: { A: { items: local('B') }, B: number } },
        Map: { items: local('A'), $defs: { A: { items: local('B') }, B: number } },
      },
      { Book: { items: ref('A') }, Map: { items: ref('A') }, A: { items: ref('B') }, B: number },
    ],
    [
      'get another name where two schemas mean different things by it',
      {
        Book: { items: local('Page'), $defs: { Page: number } },
        Map: { items: local('Page'), $defs: { Page: string } },
      },
      { Book: { items: ref('Page2') }, Map: { items: ref('Page') }, Page: string, Page2: number },
    ],
    [
      'are not the same where what they refer to is not',
      {
        Book: { items: local('A'), $defs: { A: { items: local('B') }, B: number } },
        Map: { items: local('A'), $defs: { A: { items: local('B') }, B: string } },
      },
      {
        Book: { items: ref('A2') },
        Map: { items: ref('A') },
        A: { items: ref('B') },
        B: string,
        A2: { items: ref('B2') },
        B2: number,
      },
    ],
    [
      'give way to a component, and to the other definitions',
      {
        Page: string,
        Book: { properties: { a: local('Page'), b: local('Page2') }, $defs: { Page: number, Page2: string } },
      },
      {
        Page: string,
        Book: { properties: { a: ref('Page3'), b: ref('Page2') } },
        Page3: number,
        Page2: string,
      },
    ],
    [
      'are the component that says the same',
      { Page: number, Book: { items: local('Page'), $defs: { Page: number } } },
      { Page: number, Book: { items: ref('Page') } },
    ],
    [
      'are found by a reference that leads through the schema',
      {
        Book: { $defs: { Page: { properties: { size: number } } } },
        Shelf: { items: { $ref: '#/components/schemas/Book/$defs/Page' } },
        Sheet: { items: { $ref: '#/components/schemas/Book/$defs/Page/properties/size' } },
      },
      {
        Book: {},
        Shelf: { items: ref('Page') },
        Sheet: { items: ref('Page/properties/size') },
        Page: { properties: { size: number } },
      },
    ],
    [
      'are found by a reference that leads through two of them',
      {
        Book: { $defs: { A: { $defs: { B: number } } } },
        Shelf: { items: { $ref: '#/components/schemas/Book/$defs/A/$defs/B' } },
      },
      { Book: {}, Shelf: { items: ref('B') }, B: number, A: {} },
    ],
    [
      'are found in the mapping of a discriminator',
      {
        Event: {
          oneOf: [local('Start'), local('End')],
          discriminator: { propertyName: 'type', mapping: { start: '#/$defs/Start', end: '#/$defs/End' } },
          $defs: { Start: { type: 'object' }, End: string },
        },
      },
      {
        Event: {
          oneOf: [ref('Start'), ref('End')],
          discriminator: {
            propertyName: 'type',
            mapping: { start: '#/components/schemas/Start', end: '#/components/schemas/End' },
          },
        },
        Start: { type: 'object' },
        End: string,
      },
    ],
    [
      'are no property that is called so',
      {
        Book: {
          properties: {
            $defs: { type: 'object', properties: { Page: number } },
            properties: { properties: { $defs: string } },
          },
        },
      },
      {
        Book: {
          properties: {
            $defs: { type: 'object', properties: { Page: number } },
            properties: { properties: { $defs: string } },
          },
        },
      },
    ],
    [
      'are found in a property that is called properties',
      { Book: { properties: { properties: { items: local('Page'), $defs: { Page: number } } } } },
      { Book: { properties: { properties: { items: ref('Page') } } }, Page: number },
    ],
    [
      'are left alone in examples',
      { Book: { example: { $defs: { Page: number }, items: local('Page') } } },
      { Book: { example: { $defs: { Page: number }, items: local('Page') } } },
    ],
    [
      'leave references that lead elsewhere as they are',
      { Book: { items: local('Other'), not: { $ref: 'other.yaml#/$defs/Page' }, $defs: { Page: number } } },
      { Book: { items: local('Other'), not: { $ref: 'other.yaml#/$defs/Page' } }, Page: number },
    ],
  ])('%s', (_, given, want) => {
    expect(hoist(given).schemas).toEqual(want);
  });

  test('are reported with the place that they were in', () => {
    expect(hoist({ 'Book.v1': { $defs: { Page: number, Sheet: number } } }).repairs).toEqual([
      "$.components.schemas['Book.v1'].$defs: moved to the components: Page, Sheet",
    ]);
  });

  test('are found in an operation of a document without components', () => {
    const schema = { items: local('Page'), $defs: { Page: number } };
    const document: JsonObject = { paths: { '/v1/~books': { get: { responses: { 200: { schema } } } } } };
    const other: JsonObject = { $ref: '#/paths/~1v1~1~0books/get/responses/200/schema/$defs/Page' };
    (document.paths as JsonObject)['/v1/maps'] = { schema: other };

    hoistDefinitions(document);

    expect(document.components).toEqual({ schemas: { Page: number } });
    expect(schema).toEqual({ items: ref('Page') });
    expect(other).toEqual(ref('Page'));
  });

  test('cost nothing where there are none', () => {
    const document: JsonObject = { paths: {} };

    expect(hoistDefinitions(document)).toEqual([]);
    expect(document).toEqual({ paths: {} });
  });
});
