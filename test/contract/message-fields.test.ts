import { describe, expect, test } from 'vitest';

import { entryParts, messageParts, type Part, type TaggedPart } from '../../generated/message-fields.gen.js';
import { describedOperations, propertiesOf, resolve, type Schema } from '../helpers/description.js';

/** The object schemas that a value, or the items of a list, may be. */
function objectsIn(schema: Schema): Schema[] {
  const resolved = resolve(schema);
  const members = [...(resolved.anyOf ?? []), ...(resolved.oneOf ?? [])];
  if (members.length > 0) return members.flatMap(objectsIn);
  if (resolved.items) return objectsIn(resolved.items);
  return Object.keys(propertiesOf(resolved)).length > 0 ? [resolved] : [];
}

const listOf = (id: string, field: string): Schema[] =>
  objectsIn(propertiesOf(describedOperations.find((operation) => operation.id === id)!.body!.schema)[field]!);

const lists: [string, TaggedPart, Schema[]][] = [
  ['messages of chat.complete', messageParts, listOf('chat.complete', 'messages')],
  ['messages of agents.complete', messageParts, listOf('agents.complete', 'messages')],
  ['inputs of beta.conversations.append', entryParts, listOf('beta.conversations.append', 'inputs')],
];

/** Holds a part against all that the description says of it, to its ends. */
function compare(part: Part, schemas: readonly Schema[], place: string): number {
  if (typeof part === 'string' || 'values' in part) {
    expect(schemas.length === 1, `${place} is looked into`).toBe(false);
    return 0;
  }
  if ('tag' in part) {
    const tags = schemas.map((schema) => propertiesOf(schema)[part.tag]!.const as string);
    expect(Object.keys(part.members), place).toEqual([...new Set(tags)]);
    return Object.entries(part.members).reduce(
      (count, [tag, member]) => count + compare(member, [schemas[tags.indexOf(tag)]!], `${place}.${tag}`),
      0,
    );
  }
  const properties = propertiesOf(schemas[0]!);
  expect(Object.keys(part.fields), place).toEqual(Object.keys(properties));
  expect(part.required ?? [], place).toEqual(
    Object.keys(properties).filter((name) => resolve(schemas[0]!).required?.includes(name)),
  );
  expect(part.nullable ?? [], place).toEqual(
    Object.keys(properties).filter((name) =>
      resolve(properties[name]!).anyOf?.some((member) => resolve(member).type === 'null'),
    ),
  );
  return Object.entries(part.fields).reduce(
    (count, [name, field]) => count + compare(field, objectsIn(properties[name]!), `${place}.${name}`),
    1,
  );
}

describe.each(lists)('the fields of %s', (name, parts, schemas) => {
  test('are those of the description, in every part and no other', () => {
    expect(schemas.length).toBeGreaterThan(3);
    expect(compare(parts, schemas, name)).toBeGreaterThan(10);
  });
});
