import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';

import { jsonSchema, type OutputOf, type Schema } from '../../src/structured/index.js';

const ofZod = z.object({ name: z.string(), age: z.string().transform(Number).optional() });
const ofValibot = v.object({ name: v.string(), age: v.optional(v.number()) });
const withJsonSchema = toStandardJsonSchema(ofValibot);
const ofArktype = type({ name: 'string', 'age?': 'number' });
const plain = { type: 'object', properties: { name: { type: 'string' } } } as const;

test('what passed a schema has the type that its library gives it', () => {
  expectTypeOf<OutputOf<typeof ofZod>>().toEqualTypeOf<{ name: string; age?: number | undefined }>();
  expectTypeOf<OutputOf<typeof withJsonSchema>>().toEqualTypeOf<{ name: string; age?: number | undefined }>();
  expectTypeOf<OutputOf<typeof ofArktype>>().toEqualTypeOf<{ name: string; age?: number }>();
});

test('plain JSON Schema has no type, unless it is given one', () => {
  expectTypeOf<OutputOf<typeof plain>>().toBeUnknown();
  const typed = jsonSchema<{ name: string }>(plain);
  expectTypeOf<OutputOf<typeof typed>>().toEqualTypeOf<{ name: string }>();
});

test('a schema is one of a library that speaks both standards, or plain JSON Schema', () => {
  expectTypeOf<typeof ofZod>().toExtend<Schema>();
  expectTypeOf<typeof withJsonSchema>().toExtend<Schema>();
  expectTypeOf<typeof ofArktype>().toExtend<Schema>();
  expectTypeOf<typeof plain>().toExtend<Schema>();
  expectTypeOf<typeof ofValibot>().not.toExtend<Schema>();
  expectTypeOf<string>().not.toExtend<Schema>();
});
