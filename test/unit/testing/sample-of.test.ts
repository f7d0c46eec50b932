import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';

import { sampleOf } from '../../../src/testing/sample-of.js';

type Schema = Record<string, unknown>;

// Typed as a namespace by its CommonJS build.
const ajv = (formats as unknown as (ajv: Ajv2020) => Ajv2020)(
  new Ajv2020({ strict: false, addUsedSchema: false }),
);

/** What it samples besides, limits in every combination that something fits. */
const limits = (kind: 'integer' | 'number'): fc.Arbitrary<Schema> =>
  fc
    .record({
      // Something that fits, with the limits around it.
      center:
        kind === 'integer'
          ? fc.integer({ min: -60, max: 60 })
          : fc.double({ min: -60, max: 60, noNaN: true }),
      below: fc.constantFrom(0, 0.01, 0.4, 1, 3, 50),
      above: fc.constantFrom(0, 0.01, 0.4, 1, 3, 50),
      lower: fc.constantFrom('minimum', 'exclusiveMinimum', undefined),
      upper: fc.constantFrom('maximum', 'exclusiveMaximum', undefined),
      multipleOf: fc.constantFrom(undefined, 1, 2, 5, 0.5, 0.25),
    })
    .map(({ center, below, above, lower, upper, multipleOf }) => {
      const step = multipleOf ?? (kind === 'integer' ? 1 : undefined);
      const fitting = step === undefined ? center : Math.round(center / step) * step;
      const whole = kind === 'integer' ? Math.round(fitting) : fitting;
      const isMultiple = multipleOf === undefined || Number.isInteger(whole / multipleOf);
      return {
        type: kind,
        ...(lower && { [lower]: whole - (lower === 'minimum' ? below : Math.max(below, 0.01)) }),
        ...(upper && { [upper]: whole + (upper === 'maximum' ? above : Math.max(above, 0.01)) }),
        ...(multipleOf !== undefined && isMultiple && { multipleOf }),
      };
    });

const formatNames = [
  'date',
  'time',
  'date-time',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uri',
  'uuid',
];

const texts: fc.Arbitrary<Schema> = fc.oneof(
  fc.constantFrom(...formatNames).map((format) => ({ type: 'string', format })),
  fc
    .tuple(fc.nat(20), fc.nat(20))
    .map(([minLength, more]) => ({ type: 'string', minLength, maxLength: minLength + more })),
  fc.nat(20).map((maxLength) => ({ type: 'string', maxLength })),
);

const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'name', 'd'), { maxLength: 4 });

const { schema } = fc.letrec<{ schema: Schema; value: unknown }>((tie) => ({
  value: fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constant({ a: [1] })),
  schema: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    limits('integer'),
    limits('number'),
    texts,
    fc.constantFrom<Schema>({}, { type: 'boolean' }, { type: 'null' }, { type: ['string', 'null'] }),
    tie('value').map((value) => ({ const: value })),
    fc.array(tie('value'), { minLength: 1 }).map((list) => ({ enum: list })),
    // Lists.
    fc
      .record({ items: tie('schema'), minItems: fc.nat(3), more: fc.nat(2), has: fc.nat(7) })
      .map(({ items, minItems, more, has }) => ({
        type: 'array',
        ...(has & 1 ? { items } : {}),
        ...(has & 2 ? { minItems } : {}),
        ...(has & 4 ? { maxItems: (has & 2 ? minItems : 0) + more } : {}),
      })),
    fc
      .tuple(fc.array(tie('schema'), { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([prefixItems, isClosed]) => ({ type: 'array', prefixItems, ...(isClosed && { items: false }) })),
    fc
      .tuple(fc.array(tie('schema'), { minLength: 1, maxLength: 3 }), fc.nat(3))
      .map(([prefixItems, maxItems]) => ({ type: 'array', prefixItems, maxItems })),
    // Objects and records.
    fc
      .record({
        names,
        fields: fc.array(tie('schema'), { minLength: 5, maxLength: 5 }),
        required: fc.nat(31),
        other: tie('schema'),
        has: fc.nat(3),
      })
      .map(({ names: fields, fields: schemas, required, other, has }) => ({
        type: 'object',
        properties: Object.fromEntries(
          fields
            .filter((_, index) => (has & 1) === 0 || index % 2 === 0)
            .map((name, index) => [name, schemas[index]]),
        ),
        required: fields.filter((_, index) => required & (1 << index)),
        ...(has & 1 ? { additionalProperties: other } : {}),
      })),
    fc
      .tuple(fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 1 }), tie('schema'), fc.boolean())
      .map(([keys, additionalProperties, isRequired]) => ({
        type: 'object',
        propertyNames: { type: 'string', enum: keys },
        additionalProperties,
        ...(isRequired ? { required: keys } : { minProperties: 1 }),
      })),
    fc.tuple(fc.nat(3), tie('schema')).map(([minProperties, additionalProperties]) => ({
      type: 'object',
      minProperties,
      additionalProperties,
    })),
    // Unions.
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    tie('schema').map((inner) => ({ $ref: '#/$defs/a', $defs: { a: inner } })),
  ),
}));

/** With references that lead to the right place, wherever a schema stands. */
function rooted(given: Schema): Schema {
  const $defs: Schema = {};
  const lift = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(lift);
    if (typeof value !== 'object' || value === null) return value;
    const { $defs: own, ...rest } = value as Schema;
    const lifted = Object.entries(rest).map(([name, inner]) =>
      name === 'const' || name === 'enum' ? [name, inner] : [name, lift(inner)],
    );
    if (typeof own !== 'object' || own === null) return Object.fromEntries(lifted) as unknown;
    const name = `d${Object.keys($defs).length}`;
    $defs[name] = null;
    $defs[name] = lift((own as Schema).a);
    return { $ref: `#/$defs/${name}` };
  };
  const root = lift(given) as Schema;
  return { ...root, $defs };
}

test('a sample of whatever schema fits it', () => {
  fc.assert(
    fc.property(schema.map(rooted), (given) => {
      const check = ajv.compile(given);
      const value = sampleOf(given);
      expect(check(value), JSON.stringify([given, value, check.errors])).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test.each<[string, z.ZodType]>([
  ['a number between', z.number().gt(0.5).lt(0.6)],
  ['an empty list', z.array(z.string()).max(0)],
  ['a time', z.iso.time()],
  ['a time of hours and minutes', z.iso.time({ precision: -1 })],
  ['a date and time', z.iso.datetime()],
  ['a local date and time', z.iso.datetime({ local: true, offset: false })],
  ['a record with all its keys', z.record(z.enum(['a', 'b']), z.number())],
  ['a record with some of its keys', z.partialRecord(z.enum(['a', 'b']), z.number())],
  ['a tuple with a rest', z.tuple([z.string()], z.number())],
  ['a set of numbers', z.array(z.int().multipleOf(7)).length(3)],
  ['an intersection', z.intersection(z.object({ a: z.string() }), z.object({ b: z.string() }))],
])('a sample of %s fits what zod says', (_, type) => {
  const value = sampleOf(z.toJSONSchema(type) as Schema);

  expect(type.parse(value)).toEqual(value);
});
