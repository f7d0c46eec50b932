import { describe, expect, test } from 'vitest';

import type { JsonObject, JsonValue } from '../../../../codegen/description/json.js';
import { createSampler } from '../../../../codegen/emit/sample.js';

const samplerOf = (schemas: JsonObject = {}) => createSampler({ components: { schemas } });

test('a sample shows everything that a schema has', () => {
  const schema: JsonObject = {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string' }, pages: { type: 'integer' } },
  };

  expect(samplerOf().sample(schema)).toEqual({ id: 'example_1', pages: 0 });
});

describe('where everything together does not fit', () => {
  const fussy: JsonObject = { type: 'string', pattern: '^(?=never).(?<!never)$', minLength: 40 };

  test('a sample shows what is required, and that fits', () => {
    const schema: JsonObject = {
      type: 'object',
      required: ['title'],
      properties: { title: { type: 'string' }, odd: fussy },
    };
    const sampler = samplerOf();

    const sample = sampler.sample(schema);

    expect(sample).toEqual({ title: 'Example title' });
    expect(sampler.faultOf(schema, sample)).toBeUndefined();
  });

  test('a sample shows everything where what is required does not fit, either, and the fault can be asked for', () => {
    const schema: JsonObject = {
      type: 'object',
      required: ['odd'],
      properties: { title: { type: 'string' }, odd: fussy },
    };
    const sampler = samplerOf();

    const sample = sampler.sample(schema);

    expect(sample).toHaveProperty('title');
    expect(sampler.faultOf(schema, sample)).toMatch(/^response\/odd: /);
  });
});

test.each<JsonObject>([
  { type: 'array', items: { type: 'integer' }, minItems: 1e9 },
  { type: 'string', minLength: 1e9 },
])('of %j, which asks for more than fits into the memory, there is a sample that does not fit', (schema) => {
  const sampler = samplerOf();

  expect(sampler.faultOf(schema, sampler.sample(schema))).toMatch(/< 1000000000/);
});

test.each<[schema: JsonObject, value: JsonValue, fault: string | undefined]>([
  [{ type: 'integer' }, 1, undefined],
  [{ type: 'integer' }, 'a', 'response: Instance type "string" is invalid. Expected "integer".'],
  [{ $ref: '#/components/schemas/Page' }, { next: { next: {} } }, undefined],
  [
    { $ref: '#/components/schemas/Page' },
    { next: 1 },
    'response/next: Instance type "number" is invalid. Expected "object".',
  ],
])('of %j, %j has the fault %j', (schema, value, fault) => {
  const Page: JsonObject = { type: 'object', properties: { next: { $ref: '#/components/schemas/Page' } } };

  expect(samplerOf({ Page }).faultOf(schema, value)).toBe(fault);
});

test('a pattern that JavaScript cannot read asks nothing', () => {
  const schema: JsonObject = {
    type: 'object',
    required: ['code', 'other'],
    properties: { code: { type: 'string', pattern: '(?P<x>a)' }, other: { type: 'integer' } },
  };
  const sampler = samplerOf();

  const sample = sampler.sample(schema);

  expect(sample).toEqual({ code: 'Example code', other: 0 });
  expect(sampler.faultOf(schema, sample)).toBeUndefined();
});
