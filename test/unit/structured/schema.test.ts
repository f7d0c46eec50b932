import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import * as mini from 'zod/mini';

import { ArgumentError } from '../../../src/errors/argument-error.js';
import { MistralError } from '../../../src/errors/mistral-error.js';
import { check, jsonSchema, jsonSchemaOf, type Schema } from '../../../src/structured/schema.js';

const place = '`response_format`';

/** The same in each library: a name, how often, and who. */
const libraries = {
  zod: z.object({
    name: z.string(),
    count: z.optional(z.number()),
    who: z.array(z.object({ email: z.string() })),
  }),
  valibot: toStandardJsonSchema(
    v.object({
      name: v.string(),
      count: v.optional(v.number()),
      who: v.array(v.object({ email: v.string() })),
    }),
  ),
  arktype: type({ name: 'string', 'count?': 'number', who: type({ email: 'string' }).array() }),
} satisfies Record<string, Schema>;

describe.each(Object.entries(libraries))('a schema of %s', (_, schema: Schema) => {
  test('becomes JSON Schema, without saying which draft', () => {
    const converted = jsonSchemaOf(schema, place);
    expect(converted).toMatchObject({
      type: 'object',
      properties: {
        name: { type: 'string' },
        count: { type: 'number' },
        who: {
          type: 'array',
          items: { type: 'object', properties: { email: { type: 'string' } }, required: ['email'] },
        },
      },
      required: ['name', 'who'],
    });
    expect(converted).not.toHaveProperty('$schema');
  });

  test('lets a value through that fits', async () => {
    const value = { name: 'Ada', who: [{ email: 'ada@example.org' }] };
    expect(await check(schema, value)).toEqual({ value });
  });

  test('says what is wrong with one that does not, and where', async () => {
    const checked = await check(schema, { name: 'Ada', who: [{ email: 1 }] });
    expect(checked).toEqual({
      issues: [{ message: expect.stringMatching(/string/), path: ['who', 0, 'email'] }],
    });
  });
});

test('a model writes what a schema takes in, not what it makes of it', () => {
  const schema = z.object({
    born: z
      .string()
      .transform((text) => new Date(text))
      .optional(),
  });
  expect(jsonSchemaOf(schema, place)).toMatchObject({ properties: { born: { type: 'string' } } });
});

test('transforms and defaults apply to what is checked', async () => {
  const schema = z.object({ born: z.string().transform(Number), count: z.number().default(3) });
  expect(await check(schema, { born: '1815' })).toEqual({ value: { born: 1815, count: 3 } });
});

test('a check may take its time', async () => {
  const schema = z.string().refine(async (text) => text === 'yes', 'says no');
  expect(await check(schema, 'yes')).toEqual({ value: 'yes' });
  expect(await check(schema, 'no')).toEqual({ issues: [{ message: 'says no', path: [] }] });
});

test('a check that takes its time runs once', async () => {
  const refine = vi.fn(async () => true);
  await check(z.string().refine(refine), 'text');
  expect(refine).toHaveBeenCalledOnce();
});

test.each([
  ['throws', z.string().refine(() => fail())],
  ['rejects', z.string().refine(async () => fail())],
])('a check that %s is an error with the cause', async (_, schema) => {
  const failure = await check(schema, 'text').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(MistralError);
  expect(failure).toMatchObject({
    message: 'The check of zod failed: database is down',
    cause: new Error('database is down'),
  });
});

const fail: () => never = () => {
  throw new Error('database is down');
};

describe('plain JSON Schema', () => {
  const schema = { type: 'object', properties: { name: { type: 'string' } } };

  test('is taken as it is, and copied', () => {
    expect(jsonSchemaOf(schema, place)).toEqual(schema);
    expect(jsonSchemaOf(schema, place)).not.toBe(schema);
  });

  test('lets everything pass', async () => {
    expect(await check(schema, 1)).toEqual({ value: 1 });
  });

  test('is the same with a type of its own', async () => {
    const typed = jsonSchema<{ name: string }>(schema);
    expect(jsonSchemaOf(typed, place)).toEqual(schema);
    expect(await check(typed, { name: 'Ada' })).toEqual({ value: { name: 'Ada' } });
  });
});

test('what zod/mini makes of its own schemas is a schema with a check', async () => {
  const schema = z.toJSONSchema(mini.object({ name: mini.string() })) as Schema;
  expect(jsonSchemaOf(schema, place)).toMatchObject({ properties: { name: { type: 'string' } } });
  expect(await check(schema, {})).toHaveProperty('issues');
});

describe('a schema is refused', () => {
  test.each([
    [
      'of valibot as it is',
      v.object({}),
      'valibot has no JSON Schema for this schema; wrap it in `toStandardJsonSchema()` of @valibot/to-json-schema',
    ],
    [
      'of zod/mini',
      mini.object({}),
      'zod has no JSON Schema for this schema; update zod to 4.2 or later; of zod/mini, pass `z.toJSONSchema(schema)`',
    ],
    [
      'of another library without JSON Schema',
      { '~standard': { version: 1, vendor: 'other', validate: () => ({ value: 1 }) } },
      'other has no JSON Schema for this schema; pass its JSON Schema instead, through `jsonSchema()`',
    ],
    [
      'of zod that JSON cannot carry, naming where',
      z.object({ people: z.array(z.object({ born: z.date() })) }),
      'zod cannot convert this schema to JSON Schema: Date cannot be represented in JSON Schema (at properties.people.items.properties.born)',
    ],
    [
      'of arktype that JSON cannot carry, naming where',
      type({ people: type({ born: 'Date' }).array() }),
      'arktype cannot convert this schema to JSON Schema: there is none for `date` (at properties.people.items.properties.born)',
    ],
    [
      'of zod that JSON cannot carry at all',
      z.date(),
      'zod cannot convert this schema to JSON Schema: Date cannot be represented in JSON Schema (at the root)',
    ],
    [
      'of valibot that JSON cannot carry',
      toStandardJsonSchema(v.object({ born: v.date() })),
      'valibot cannot convert this schema to JSON Schema: The "date" schema cannot be converted to JSON Schema.',
    ],
  ])('%s', (_, schema, message) => {
    const convert = () => jsonSchemaOf(schema as Schema, place);
    expect(convert).toThrow(ArgumentError);
    expect(convert).toThrow(`${place}: ${message}`);
  });

  test.each([undefined, null, 'string', 1, [], () => 1])('that is none: %s', (schema) => {
    const convert = () => jsonSchemaOf(schema as unknown as Schema, place);
    expect(convert).toThrow(ArgumentError);
    expect(convert).toThrow('`response_format` must be a schema');
  });
});
