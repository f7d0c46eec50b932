import { describe, expect, test } from 'vitest';

import type { JsonObject } from '../../../../codegen/description/json.js';
import { simplify } from '../../../../codegen/repair/simplify.js';

const text: JsonObject = { type: 'string' };
const of = (schema: JsonObject): JsonObject => ({ components: { schemas: { Lamp: schema } } });

function simplified(schema: JsonObject): { schema: JsonObject; repairs: string[] } {
  const document = of(structuredClone(schema));
  const repairs = simplify(document);
  return { schema: (document.components as { schemas: Record<string, JsonObject> }).schemas.Lamp!, repairs };
}

describe('what stands in a schema twice', () => {
  test.each(['anyOf', 'oneOf', 'allOf'])('is said once in `%s`', (keyword) => {
    const { schema, repairs } = simplified({ [keyword]: [text, { type: 'null' }, { type: 'string' }] });

    expect(schema).toEqual({ [keyword]: [text, { type: 'null' }] });
    expect(repairs).toEqual([`$.components.schemas.Lamp.${keyword}: a member stands there twice`]);
  });

  test('is said once in an enum', () => {
    const { schema, repairs } = simplified({ enum: ['on', 'off', 'on'] });

    expect(schema).toEqual({ enum: ['on', 'off'] });
    expect(repairs).toEqual(['$.components.schemas.Lamp.enum: a value stands there twice']);
  });

  test('is left alone where it differs, and in examples', () => {
    const schema = {
      anyOf: [text, { type: 'string', title: 'Name' }],
      enum: ['on', 'ON'],
      example: { enum: ['on', 'on'] },
    };

    expect(simplified(schema)).toEqual({ schema, repairs: [] });
  });
});

describe('a union one of whose members is any value', () => {
  test('is any value, whatever the others are', () => {
    const { schema, repairs } = simplified({ title: 'Result', anyOf: [{ title: 'Any' }, { type: 'null' }] });

    expect(schema).toEqual({ title: 'Result' });
    expect(repairs).toEqual(['$.components.schemas.Lamp.anyOf: one member is any value, so the union is']);
  });

  test('is left alone with `oneOf`, where it means none of the others', () => {
    const schema: JsonObject = { oneOf: [{}, { type: 'null' }] };

    expect(simplified(schema)).toEqual({ schema, repairs: [] });
  });
});
