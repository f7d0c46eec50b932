import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { ArgumentError } from '../../../src/errors/argument-error.js';
import { responseFormat, type PlainJsonSchema, type Schema } from '../../../src/structured/index.js';

/** What is sent of a schema. */
const sent = (schema: Schema) => responseFormat(schema).json_schema!.schema;

const closed = (properties: object, required: string[] = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

test('a schema is sent as a strict format', () => {
  expect(responseFormat(z.object({ name: z.string() }))).toEqual({
    type: 'json_schema',
    json_schema: { name: 'response', schema: closed({ name: { type: 'string' } }), strict: true },
  });
});

describe('the name', () => {
  test('is the title of the schema, in the characters that a name may have', () => {
    const schema = z.object({}).meta({ title: 'A book, or two' });
    expect(responseFormat(schema).json_schema?.name).toBe('A_book_or_two');
  });

  test('can be given, with a description', () => {
    const options = { name: 'book', description: 'What was read' };
    const schema = z.object({}).meta({ title: 'Other' });
    expect(responseFormat(schema, options).json_schema).toMatchObject(options);
  });

  test.each(['', 'a book', 'é', 'x'.repeat(65), 1])('%s is refused', (name) => {
    const make = () => responseFormat(z.object({}), { name: name as string });
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow('`name` must be 1 to 64 letters');
  });
});

test.each([
  [{ schemaName: 'book' }, 'no option `schemaName`. Did you mean `name`?'],
  [{ description: 1 }, '`description` must be a string'],
  [{ strict: 'yes' }, '`strict` must be true or false'],
  [null, '`options` must be an object'],
])('the options %j are refused', (options, message) => {
  const make = () => responseFormat(z.object({}), options as object);
  expect(make).toThrow(ArgumentError);
  expect(make).toThrow(message);
});

describe('strictness', () => {
  const person = { name: { type: 'string' } };

  test('closes every object, wherever it is', () => {
    const Person = z.object({ name: z.string() });
    const schema = z.object({
      one: Person,
      list: z.array(Person),
      either: z.union([z.string(), Person]),
      tagged: z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') })]),
      maybe: Person.nullable(),
      pair: z.tuple([Person, z.string()]),
    });
    expect(sent(schema).properties).toMatchObject({
      one: closed(person),
      list: { items: closed(person) },
      either: { anyOf: [{ type: 'string' }, closed(person)] },
      tagged: { oneOf: [closed({ kind: { const: 'a' } })] },
      maybe: { anyOf: [closed(person), { type: 'null' }] },
      pair: { prefixItems: [closed(person), { type: 'string' }] },
    });
  });

  test('leaves what is optional optional', () => {
    const schema = z.object({ name: z.string().optional(), count: z.number().default(1) });
    expect(sent(schema)).toMatchObject({ properties: { name: { type: 'string' } } });
    expect(sent(schema)).not.toHaveProperty('required');
  });

  test('closes an object that takes keys beside its own', () => {
    expect(sent(z.looseObject({ name: z.string() }))).toEqual(closed(person));
    expect(sent({ type: 'object', properties: person, additionalProperties: true })).toMatchObject({
      additionalProperties: false,
    });
  });

  test('takes values that look like schemas for values', () => {
    const schema = {
      type: 'object',
      properties: { a: { const: { type: 'object' }, examples: [{ $ref: '#' }] } },
    };
    expect(sent(schema)).toEqual({ ...schema, additionalProperties: false });
  });

  test('leaves the schema that was given as it was', () => {
    const schema = { type: 'object', properties: { inner: { type: 'object', properties: {} } } };
    const copy = structuredClone(schema);
    sent(schema);
    expect(schema).toEqual(copy);
  });

  test('allows `allOf` for what is no object', () => {
    const schema = z.object({ code: z.string().regex(/a/).regex(/b/) });
    expect(sent(schema)).toMatchObject({
      properties: { code: { allOf: [{ pattern: 'a' }, { pattern: 'b' }] } },
    });
  });

  test.each<[string, Schema, string]>([
    ['a list as root', z.array(z.string()), 'must describe an object, but its root is of type "array"'],
    [
      'a union as root',
      z.union([z.object({}), z.null()]),
      'must describe an object, but its root is a union',
    ],
    ['a root without a type', {}, 'must describe an object, but its root is of no `type`'],
    [
      'objects merged by a library as root',
      toStandardJsonSchema(v.intersect([v.object({ a: v.string() }), v.object({ b: v.string() })])),
      'must describe an object, but its root is combined with `allOf`',
    ],
    [
      'a record',
      z.object({ scores: z.record(z.string(), z.number()) }),
      'at properties.scores is an object with arbitrary keys. Describe a list',
    ],
    [
      'a record of anything',
      z.object({ a: z.array(z.record(z.string(), z.unknown())) }),
      'at properties.a.items is',
    ],
    ['a record of arktype', type({ scores: { '[string]': 'number' } }), 'at properties.scores is'],
    [
      'an object with keys beside its own',
      z.object({ a: z.object({ name: z.string() }).catchall(z.number()) }),
      'at properties.a is an object with arbitrary keys',
    ],
    ['an object that says no keys', { type: 'object' }, 'is an object with arbitrary keys'],
    [
      'keys by pattern',
      { type: 'object', properties: {}, patternProperties: { '^a': {} } },
      'is an object with arbitrary keys',
    ],
    [
      'objects merged with `allOf`',
      {
        type: 'object',
        properties: { a: { allOf: [{ properties: { b: {} } }, { properties: { c: {} } }] } },
      },
      'at properties.a combines objects with `allOf`',
    ],
  ])('refuses %s, and says where', (_, schema, message) => {
    const make = () => responseFormat(schema);
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
    expect(make).toThrow('`responseFormat(schema, { strict: false })`');
  });

  test.each<[string, Schema]>([
    ['a list as root', z.array(z.string())],
    ['a record', z.object({ scores: z.record(z.string(), z.number()) })],
  ])('can be given up, for %s', (_, schema) => {
    const { $schema: __, ...given } = z.toJSONSchema(schema as z.ZodType, { io: 'input' });
    expect(responseFormat(schema, { strict: false }).json_schema).toEqual({
      name: 'response',
      schema: { ...given },
      strict: false,
    });
  });
});

describe('references', () => {
  const Node = z.object({
    name: z.string(),
    get children() {
      return z.array(Node);
    },
  });
  const ofValibot: v.GenericSchema<{ children: unknown[] }> = v.object({
    children: v.array(v.lazy(() => ofValibot)),
  });

  test('to the root become references to a definition', () => {
    const node = closed({
      name: { type: 'string' },
      children: { type: 'array', items: { $ref: '#/$defs/root' } },
    });
    expect(sent(Node)).toEqual({ ...node, $defs: { root: node } });
  });

  test('to definitions stay, and those that nothing refers to go', () => {
    const Person = z.object({ name: z.string() }).meta({ id: 'Person' });
    const schema = sent(z.object({ author: Person, editor: Person }));
    expect(schema).toMatchObject({
      properties: { author: { $ref: '#/$defs/Person' }, editor: { $ref: '#/$defs/Person' } },
      $defs: { Person: closed({ name: { type: 'string' } }) },
    });
    const plain = { type: 'object', properties: {}, $defs: { Unused: {} }, definitions: { Older: {} } };
    expect(Object.keys(sent(plain))).toEqual(['type', 'properties', 'additionalProperties']);
  });

  test('as the root are followed', () => {
    expect(sent(z.object({ name: z.string() }).meta({ id: 'Person' }))).toEqual(
      closed({ name: { type: 'string' } }),
    );
  });

  test('into the middle of a schema become definitions', () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $id: 'https://example.org/order',
      type: 'object',
      properties: {
        billing: { type: 'object', properties: { street: { type: 'string' } } },
        shipping: { $ref: '#/properties/billing', description: 'Where to' },
        old: { $ref: '#/definitions/a~1b%20c' },
        items: { type: 'array', items: { $ref: '#/properties/billing/properties/street' } },
        street: { type: 'array', items: { $ref: '#/$defs/street' } },
      },
      definitions: { 'a/b c': { type: 'string' } },
      $defs: { street: { type: 'number' } },
    };
    expect(sent(schema)).toEqual({
      type: 'object',
      additionalProperties: false,
      properties: {
        billing: { type: 'object', properties: { street: { type: 'string' } }, additionalProperties: false },
        shipping: { $ref: '#/$defs/billing', description: 'Where to' },
        old: { $ref: '#/$defs/a_b_c' },
        items: { type: 'array', items: { $ref: '#/$defs/street' } },
        street: { type: 'array', items: { $ref: '#/$defs/street_2' } },
      },
      $defs: {
        billing: { type: 'object', properties: { street: { type: 'string' } }, additionalProperties: false },
        a_b_c: { type: 'string' },
        street: { type: 'string' },
        street_2: { type: 'number' },
      },
    });
  });

  test.each<[string, Schema, object]>([
    ['zod', Node, { name: 'a', children: [{ name: 'b', children: [] }] }],
    ['valibot', toStandardJsonSchema(ofValibot), { children: [{ children: [] }] }],
    [
      'arktype',
      type.module({ node: { name: 'string', children: 'node[]' } }).node as Schema,
      { name: 'a', children: [{ name: 'b', children: [] }] },
    ],
  ])('a schema of %s that contains itself means what it meant', (_, schema, value) => {
    const fits = new Ajv2020().compile(sent(schema));
    expect(fits(value)).toBe(true);
    expect(fits({ ...value, children: [{ children: 1 }] })).toBe(false);
  });

  test.each(['#/$defs/Nothing', '#/properties/name/type', 'https://example.org/person', '#person', '#/%zz'])(
    '%s is refused, and where it is said',
    ($ref) => {
      const schema = { type: 'object', properties: { name: { type: 'string' }, list: { items: { $ref } } } };
      const make = () => sent(schema);
      expect(make).toThrow(ArgumentError);
      expect(make).toThrow(`at properties.list.items: \`${$ref}\` refers to nothing in this schema`);
    },
  );

  test('that lead in a circle are refused', () => {
    const schema = { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } };
    expect(() => sent(schema)).toThrow(ArgumentError);
  });
});

test('what is no JSON is refused', () => {
  const circle: Record<string, unknown> = { type: 'object' };
  circle.properties = { circle };
  expect(() => sent(circle)).toThrow(ArgumentError);
  expect(() => sent(circle)).toThrow('cannot be written as JSON');
  expect(() => sent({ type: 'object', properties: { a: { const: 1n } } })).toThrow(
    'cannot be written as JSON',
  );
});

test.each(['json_schema', 'json_object', 'text'])('a format of the API, such as %s, is no schema', (kind) => {
  const format: PlainJsonSchema = { type: kind };
  expect(() => responseFormat(format)).toThrow('is already a response format of the API');
});

test('a name that JavaScript has a meaning for is a name', () => {
  const properties = JSON.parse('{"__proto__":{"$ref":"#/$defs/__proto__"}}') as object;
  const $defs = JSON.parse('{"__proto__":{"type":"string"}}') as object;
  const schema = sent({ type: 'object', properties, $defs });
  expect(JSON.stringify(schema)).toContain('"properties":{"__proto__":{"$ref":"#/$defs/__proto___2"}}');
  expect(schema.$defs).toEqual({ __proto___2: { type: 'string' } });
});
