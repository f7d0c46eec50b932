import { describe, expect, test } from 'vitest';

import { checkUnions } from '../../../../codegen/lint/check-unions.js';
import type { JsonObject } from '../../../../codegen/description/json.js';
import { nameDiscriminators, requireTags } from '../../../../codegen/propose/unions.js';
import { documentOf, proposedFor } from '../../../helpers/small-document.js';

const a = "{ $ref: '#/components/schemas/A' }";
const b = "{ $ref: '#/components/schemas/B' }";
const mapping = { a: '#/components/schemas/A', b: '#/components/schemas/B' };

/** A union of two members as both rules leave it; the check must accept it then. */
function mended(
  union: string,
  tags = ['{ const: a }', '{ enum: [b] }'],
): { schemas: Record<string, JsonObject>; targets: string[] } {
  const [first, second] = tags.map(
    (tag) => `{ type: object, properties: { type: ${tag}, text: { type: string } } }`,
  );
  const document = documentOf('{}', `{ schemas: { A: ${first}, B: ${second}, Union: ${union} } }`);
  const required = proposedFor(requireTags, document);
  const named = proposedFor(nameDiscriminators, required.document);
  checkUnions(named.document);
  return {
    schemas: (named.document.components as { schemas: Record<string, JsonObject> }).schemas,
    targets: [...required.targets, ...named.targets],
  };
}

test.each<[title: string, union: string]>([
  ['says nothing of it', `{ oneOf: [${a}, ${b}] }`],
  ['is open', `{ anyOf: [${a}, ${b}] }`],
  ['has no mapping', `{ oneOf: [${a}, ${b}], discriminator: { propertyName: type } }`],
  [
    'maps one of them',
    `{ oneOf: [${a}, ${b}], discriminator: { propertyName: type, mapping: { a: '#/components/schemas/A' } } }`,
  ],
  [
    'maps to names',
    `{ oneOf: [${a}, ${b}], discriminator: { propertyName: type, mapping: { a: A, b: B } } }`,
  ],
  [
    'maps to what is gone',
    `{ oneOf: [${a}, ${b}], discriminator: { propertyName: type, mapping: { a: '#/components/schemas/A', b: '#/components/schemas/B', c: '#/components/schemas/C' } } }`,
  ],
])('a union whose members have a tag, and that %s, names it, and they require it', (_, union) => {
  const { schemas } = mended(union);

  expect(schemas.Union!.discriminator).toEqual({ propertyName: 'type', mapping });
  expect([schemas.A!.required, schemas.B!.required]).toEqual([['type'], ['type']]);
});

test('members of several unions are told to require their tag once', () => {
  const { targets } = mended(`{ properties: { x: { oneOf: [${a}, ${b}] }, y: { oneOf: [${a}, ${b}] } } }`);

  expect(targets.filter((target) => target === '$.components.schemas.A')).toHaveLength(1);
});

test('a discriminator that tells nothing apart goes', () => {
  const union = `{ oneOf: [${a}, ${b}], discriminator: { propertyName: type } }`;

  expect(mended(union, ['{ type: string }', '{ type: string }']).schemas.Union).not.toHaveProperty(
    'discriminator',
  );
});

test.each<[title: string, union: string, tags?: string[]]>([
  ['has no tag', `{ oneOf: [${a}, ${b}] }`, ['{ type: string }', '{ const: b }']],
  ['has one value for two members', `{ oneOf: [${a}, ${b}] }`, ['{ const: a }', '{ const: a }']],
  ['has one member with properties', `{ oneOf: [${a}, { type: string }] }`],
])('a union that %s stays as it is', (_, union, tags) => {
  expect(mended(union, tags).targets).toEqual([]);
});

describe('a tag that upstream leaves optional', () => {
  const union = `{ oneOf: [${a}, ${b}] }`;
  const member = (tag: string) =>
    `{ type: object, properties: { type: { const: ${tag} }, text: { type: string } } }`;
  const components = `{ schemas: { A: ${member('a')}, B: ${member('b')}, Union: ${union} } }`;
  const json = "content: { application/json: { schema: { $ref: '#/components/schemas/Union' } } }";
  const response = (content = '') => `responses: { 200: { description: Done., ${content} } }`;
  const requiredAfter = (operation: string): unknown[] => {
    const paths = `{ /v1/things: { post: { operationId: send, ${operation} } } }`;
    const required = proposedFor(requireTags, documentOf(paths, components));
    const { document } = proposedFor(nameDiscriminators, required.document);
    expect(checkUnions(document)).toBe(1);
    const { schemas } = document.components as { schemas: Record<string, JsonObject> };
    return [schemas.A!.required, schemas.B!.required];
  };

  test('stays optional where requests alone have the union', () => {
    expect(requiredAfter(`requestBody: { ${json} }, ${response()}`)).toEqual([undefined, undefined]);
  });

  test('is required where responses have it, too: there it narrows', () => {
    expect(requiredAfter(`requestBody: { ${json} }, ${response(json)}`)).toEqual([['type'], ['type']]);
    expect(requiredAfter(response(json))).toEqual([['type'], ['type']]);
  });
});
