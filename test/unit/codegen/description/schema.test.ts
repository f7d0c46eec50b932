import { describe, expect, test } from 'vitest';

import type { JsonObject, JsonValue } from '../../../../codegen/description/json.js';
import { PipelineError } from '../../../../codegen/run/pipeline-error.js';
import { keysOf, propertiesOf, resolve, schemaName } from '../../../../codegen/description/schema.js';
import { failureOf } from '../../../helpers/failure-of.js';

const document: JsonObject = {
  paths: { '/v1/things/{id}': { get: { operationId: 'things.retrieve' } } },
  components: {
    schemas: {
      Thing: { type: 'object', properties: { id: { type: 'string' } } },
      Alias: { $ref: '#/components/schemas/Thing' },
      AliasOfAlias: { $ref: '#/components/schemas/Alias' },
      Circle: { $ref: '#/components/schemas/Square' },
      Square: { $ref: '#/components/schemas/Circle' },
      'odd/na~me': { type: 'string' },
      'a b': { type: 'number' },
      List: [{ type: 'string' }],
    },
  },
};

const thing = { type: 'object', properties: { id: { type: 'string' } } };
const to = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

describe('resolve', () => {
  test('gives what is written in place as it is', () => {
    const written: JsonObject = { type: 'string' };

    expect(resolve(document, written)).toBe(written);
  });

  test.each([
    ['a reference', to('Thing'), thing],
    ['a reference to a reference', to('AliasOfAlias'), thing],
    ['a name with a slash and a tilde', to('odd~1na~0me'), { type: 'string' }],
    ['a name in the escapes of a URL', to('a%20b'), { type: 'number' }],
    [
      'a path',
      { $ref: '#/paths/~1v1~1things~1{id}' },
      { get: expect.objectContaining({ operationId: 'things.retrieve' }) },
    ],
  ])('follows %s', (_, reference, target) => {
    expect(resolve(document, reference)).toEqual(target);
  });

  test.each<[string, JsonValue | undefined, string]>([
    ['a reference that leads nowhere', to('Nowhere'), '#/components/schemas/Nowhere: leads nowhere'],
    [
      'a reference beyond what is there',
      to('Thing/properties/size/type'),
      '#/components/schemas/Thing/properties/size/type: leads nowhere',
    ],
    [
      'a reference into another file',
      { $ref: 'other.yaml#/Thing' },
      'other.yaml#/Thing: only references inside',
    ],
    ['a reference to another site', { $ref: 'https://a.test/b' }, 'https://a.test/b: only references inside'],
    ['references that go round', to('Circle'), 'the reference leads back to itself'],
    ['nothing', undefined, 'Expected an object or a reference to one, found undefined'],
    ['null', null, 'found null'],
    ['a text', 'Thing', 'found "Thing"'],
    ['a list', [thing], 'found [{'],
    ['a reference to a list', to('List'), 'found [{'],
  ])('refuses %s', async (_, value, reason) => {
    const failure = await failureOf(() => resolve(document, value));

    expect(failure).toBeInstanceOf(PipelineError);
    expect(failure).toHaveProperty('message', expect.stringContaining(reason));
  });
});

describe('schemaName', () => {
  test.each<[string, JsonValue | undefined, string | undefined]>([
    ['the last part of a reference to a schema', to('Thing'), 'Thing'],
    ['nothing for a schema written in place', { type: 'string' }, undefined],
    ['nothing for what a schema holds', to('Thing/properties/id'), undefined],
    ['nothing for another component', { $ref: '#/components/responses/Thing' }, undefined],
    ['nothing for a schema of another file', { $ref: 'a.yaml#/components/schemas/Thing' }, undefined],
    ['nothing where there is no schema', undefined, undefined],
    ['nothing for `true`, which is a schema, too', true, undefined],
  ])('is %s', (_, schema, name) => {
    expect(schemaName(schema)).toBe(name);
  });
});

describe('propertiesOf', () => {
  const base = {
    type: 'object',
    required: ['a'],
    properties: { a: { type: 'string' }, b: { type: 'number' } },
  };

  test('lists the properties of an object in their order', () => {
    expect(propertiesOf(document, base)).toEqual([
      { name: 'a', schema: { type: 'string' }, written: { type: 'string' }, required: true },
      { name: 'b', schema: { type: 'number' }, written: { type: 'number' }, required: false },
    ]);
  });

  test('tells the schema as written from the one it refers to', () => {
    expect(propertiesOf(document, { properties: { thing: to('Alias') } })).toEqual([
      { name: 'thing', schema: thing, written: to('Alias'), required: false },
    ]);
  });

  test('finds nothing in what is no object', () => {
    expect(propertiesOf(document, { type: 'string' })).toEqual([]);
    expect(propertiesOf(document, { type: 'object' })).toEqual([]);
    expect(propertiesOf(document, { oneOf: [{ type: 'string' }, { type: 'null' }] })).toEqual([]);
  });

  test('looks behind references', () => {
    expect(namesOf(to('AliasOfAlias'))).toEqual(['id?']);
  });

  test.each<[string, JsonObject, string[]]>([
    ['members of `allOf` keep what they require', { allOf: [base, to('Thing')] }, ['a', 'b?', 'id?']],
    ['members of `oneOf` that differ require nothing', { oneOf: [base, to('Thing')] }, ['a?', 'b?', 'id?']],
    ['members of `anyOf` that differ require nothing', { anyOf: [base, to('Thing')] }, ['a?', 'b?', 'id?']],
    ['an object that may be null requires nothing', { anyOf: [base, { type: 'null' }] }, ['a?', 'b?']],
    [
      'properties stand beside those of `allOf`',
      { allOf: [base], required: ['c'], properties: { c: {}, d: {} } },
      ['a', 'b?', 'c', 'd?'],
    ],
    ['an object requires what its `allOf` has', { allOf: [base], required: ['b'] }, ['a', 'b']],
    ['an object requires what its `oneOf` has', { oneOf: [base, base], required: ['b', 'a'] }, ['a', 'b']],
    ['composition goes deep', { allOf: [{ allOf: [{ allOf: [base] }] }] }, ['a', 'b?']],
    ['what is required and not there is no property', { ...base, required: ['a', 'z'] }, ['a', 'b?']],
    [
      'what one member of `allOf` requires, another does not make optional',
      { allOf: [base, { properties: { a: { minLength: 1 } } }] },
      ['a', 'b?'],
    ],
    [
      'what a member of `allOf` requires, the object itself does not make optional',
      { allOf: [base], properties: { a: { minLength: 1 } } },
      ['a', 'b?'],
    ],
    [
      'what every member of `oneOf` requires is required',
      { oneOf: [base, { ...base, required: ['a', 'b'] }] },
      ['a', 'b?'],
    ],
  ])('%s', (_, schema, names) => {
    expect(namesOf(schema)).toEqual(names);
  });

  test('a property of the object replaces one of its `allOf`', () => {
    const schema = { allOf: [base], properties: { a: { const: 'x' } } };

    expect(propertiesOf(document, schema)[0]).toMatchObject({ name: 'a', schema: { const: 'x' } });
  });

  test('refuses a schema that is composed of itself', async () => {
    const loop: JsonObject = {
      components: { schemas: { Loop: { allOf: [to('Loop'), { properties: { a: {} } }] } } },
    };

    expect(await failureOf(() => propertiesOf(loop, to('Loop')))).toBeInstanceOf(PipelineError);
  });

  test('refuses a property that leads nowhere', async () => {
    const failure = await failureOf(() => propertiesOf(document, { properties: { a: to('Nowhere') } }));

    expect(failure).toHaveProperty('message', expect.stringContaining('#/components/schemas/Nowhere'));
  });

  const namesOf = (schema: JsonObject): string[] =>
    propertiesOf(document, schema).map(({ name, required }) => (required ? name : `${name}?`));
});

test('keysOf gives the names on the way, without their escapes', () => {
  expect(keysOf('#/paths/~1v1~1a~01/get')).toEqual(['paths', '/v1/a~1', 'get']);
  expect(keysOf('#/components/schemas/a%20b%C3%A9')).toEqual(['components', 'schemas', 'a bé']);
});
