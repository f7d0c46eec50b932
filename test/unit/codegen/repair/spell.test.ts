import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../../codegen/description/json.js';
import { spell } from '../../../../codegen/repair/spell.js';

const inDocument = (schema: JsonObject): JsonObject => ({
  openapi: '3.1.0',
  paths: {},
  components: { schemas: { Book: structuredClone(schema) } },
});

/** What becomes of a schema, and what is reported. */
function spelled(schema: JsonObject): { schema: JsonObject; repairs: string[] } {
  const document = inDocument(schema);
  const repairs = spell(document);
  const { Book } = (document.components as { schemas: { Book: JsonObject } }).schemas;
  return { schema: Book, repairs };
}

const nothing: JsonObject = { type: 'null' };
const page: JsonObject = { $ref: '#/components/schemas/Page' };

describe('nullable', () => {
  test.each<[title: string, given: JsonObject, want: JsonObject]>([
    ['beside a type', { type: 'string' }, { type: ['string', 'null'] }],
    ['beside several types', { type: ['string', 'integer'] }, { type: ['string', 'integer', 'null'] }],
    ['beside null', { type: ['string', 'null'] }, { type: ['string', 'null'] }],
    [
      'beside an enum',
      { type: 'string', enum: ['a', 'b'] },
      { type: ['string', 'null'], enum: ['a', 'b', null] },
    ],
    ['beside an enum with null', { enum: ['a', null] }, { enum: ['a', null] }],
    ['beside a constant', { type: 'string', const: 'a' }, { type: ['string', 'null'], enum: ['a', null] }],
    [
      'beside a reference',
      { ...page, description: 'A page.' },
      { description: 'A page.', anyOf: [page, nothing] },
    ],
    ['beside allOf', { allOf: [page] }, { anyOf: [{ allOf: [page] }, nothing] }],
    [
      'beside allOf and a type',
      { type: 'object', allOf: [page] },
      { type: ['object', 'null'], anyOf: [{ allOf: [page] }, nothing] },
    ],
    [
      'beside allOf and a union',
      { allOf: [page], oneOf: [page, { type: 'string' }] },
      { anyOf: [{ allOf: [page], oneOf: [page, { type: 'string' }] }, nothing] },
    ],
    ['beside anyOf', { anyOf: [page] }, { anyOf: [page, nothing] }],
    ['beside oneOf', { oneOf: [page] }, { oneOf: [page, nothing] }],
    ['beside a union with null', { oneOf: [page, nothing] }, { oneOf: [page, nothing] }],
    [
      'beside a union and a type',
      { type: 'object', oneOf: [page] },
      { type: ['object', 'null'], oneOf: [page, nothing] },
    ],
    [
      'beside properties alone',
      { properties: { id: { type: 'string' } } },
      { type: ['object', 'null'], properties: { id: { type: 'string' } } },
    ],
    ['beside nothing', {}, {}],
  ])('%s lets null through', (_, given, want) => {
    const { schema, repairs } = spelled({ ...given, nullable: true });

    expect(schema).toEqual(want);
    expect(repairs).toEqual([
      '$.components.schemas.Book: `nullable` is OpenAPI 3.0; null is one of its types now',
    ]);
  });

  test('says nothing where it is false', () => {
    expect(spelled({ type: 'string', nullable: false })).toEqual({ schema: { type: 'string' }, repairs: [] });
  });
});

describe('a type', () => {
  test.each([
    ['bool', 'boolean'],
    ['Bool', 'boolean'],
    ['int', 'integer'],
    ['float', 'number'],
    ['double', 'number'],
    ['str', 'string'],
    ['list', 'array'],
    ['dict', 'object'],
    ['none', 'null'],
    ['None', 'null'],
  ])('%s is meant to be %s', (type, meant) => {
    expect(spelled({ type })).toEqual({
      schema: { type: meant },
      repairs: [`$.components.schemas.Book: \`type: ${type}\` is no type; it was meant to be \`${meant}\``],
    });
  });

  test.each(['string', 'sandwich', 'constructor'])('%s stays', (type) => {
    expect(spelled({ type })).toEqual({ schema: { type }, repairs: [] });
  });
});

test.each([true, false])('a `required` of a schema that is %s goes', (required) => {
  expect(spelled({ properties: { id: { type: 'string', required } } })).toEqual({
    schema: { properties: { id: { type: 'string' } } },
    repairs: [
      `$.components.schemas.Book.properties.id: \`required\` of a schema is a list of names; ${required} says nothing`,
    ],
  });
});

describe('every place of a schema is looked at:', () => {
  const old: JsonObject = { type: 'bool', nullable: true };
  const right: JsonObject = { type: ['boolean', 'null'] };

  test.each<[place: string, around: (schema: JsonObject) => JsonObject]>([
    ['a property', (schema) => ({ properties: { id: schema } })],
    ['a property with an odd name', (schema) => ({ properties: { "it's-odd": schema } })],
    ['a property called properties', (schema) => ({ properties: { properties: schema } })],
    ['a property of that one', (schema) => ({ properties: { properties: { properties: { id: schema } } } })],
    ['a property called default', (schema) => ({ properties: { default: schema } })],
    ['items', (schema) => ({ items: schema })],
    ['the items of a tuple', (schema) => ({ prefixItems: [{}, schema] })],
    ['additional properties', (schema) => ({ additionalProperties: schema })],
    ['properties of a pattern', (schema) => ({ patternProperties: { '^x-': schema } })],
    ['a member of a union', (schema) => ({ oneOf: [schema] })],
    ['a member of an open union', (schema) => ({ anyOf: [{}, schema] })],
    ['a part', (schema) => ({ allOf: [schema] })],
    ['a negation', (schema) => ({ not: schema })],
  ])('%s', (_, around) => {
    expect(spelled(around(old)).schema).toEqual(around(right));
  });

  test('those of parameters, bodies and responses', () => {
    const use = (schema: JsonObject): JsonObject => ({
      paths: {
        '/v1/books': {
          parameters: [{ name: 'nullable', in: 'query', required: true, schema }],
          post: {
            requestBody: { required: true, content: { 'application/json': { schema } } },
            responses: { 200: { content: { 'application/json': { schema: { items: schema } } } } },
          },
        },
      },
    });
    // Without shared objects: the rule changes what it finds in place.
    const document = structuredClone(JSON.parse(JSON.stringify(use(old))) as JsonObject);

    spell(document);

    expect(document).toEqual(use(right));
  });
});

test.each<[title: string, schema: JsonObject]>([
  [
    'properties that are called like keywords',
    {
      type: 'object',
      properties: { type: { type: 'string' }, nullable: { type: 'boolean' }, required: { type: 'boolean' } },
      required: ['type'],
    },
  ],
  [
    'such properties of a property called properties',
    {
      properties: { properties: { properties: { nullable: { type: 'boolean' }, type: { type: 'string' } } } },
    },
  ],
  ['examples', { example: { type: 'bool', nullable: true, required: true } }],
  ['defaults', { default: { type: 'bool', nullable: true } }],
  ['constants', { enum: [{ type: 'int', nullable: true }] }],
  ['extensions', { 'x-column': { type: 'int', nullable: true, required: true } }],
])('%s are left alone', (_, schema) => {
  expect(spelled(schema)).toEqual({ schema, repairs: [] });
});

test('schemas that are true or false become objects, without a word', () => {
  const all: JsonObject = {
    properties: { a: true, b: false, items: { items: true } },
    anyOf: [true, { not: false }],
    additionalProperties: true,
    uniqueItems: true,
    deprecated: false,
  };

  expect(spelled(all)).toEqual({
    schema: {
      properties: { a: {}, b: { not: {} }, items: { items: {} } },
      anyOf: [{}, { not: { not: {} } }],
      additionalProperties: true,
      uniqueItems: true,
      deprecated: false,
    },
    repairs: [],
  });
});
