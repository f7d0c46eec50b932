import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { checkOpenness } from '../../../../codegen/lint/check-openness.js';
import { openEnums, openSharedEnums } from '../../../../codegen/propose/openness.js';
import { documentOf, proposedFor } from '../../../helpers/small-document.js';

const other = '{ type: string, x-open-enum: true }';
const closed = '{ type: string, enum: [a, b] }';
const open = '{ type: string, enum: [a, b], x-open-enum: true }';
const state = "{ $ref: '#/components/schemas/State' }";

/** Schemas after both rules; `Answer` is answered, `Request` is sent. */
function opened(schemas: string): unknown {
  const use = (name: string): string =>
    `content: { application/json: { schema: { $ref: '#/components/schemas/${name}' } } }`;
  const paths = `{ /v1/a: { post: { requestBody: { ${use('Request')} }, responses: { '200': { ${use('Answer')} } } } } }`;
  const first = proposedFor(openEnums, documentOf(paths, `{ schemas: ${schemas} }`));
  const { document } = proposedFor(openSharedEnums, first.document);
  checkOpenness(document);
  return (document.components as { schemas: unknown }).schemas;
}

test.each<[title: string, given: string, want: string]>([
  [
    'one that responds hold in place',
    `{ Request: {}, Answer: { properties: { state: ${closed} } } }`,
    `{ Request: {}, Answer: { properties: { state: ${open} } } }`,
  ],
  [
    'one that responds alone refer to, where it is written',
    `{ Request: {}, Answer: { properties: { state: ${state}, past: ${state} } }, State: ${closed} }`,
    `{ Request: {}, Answer: { properties: { state: ${state}, past: ${state} } }, State: ${open} }`,
  ],
  [
    'one in a union, by another member',
    `{ Request: {}, Answer: { properties: { state: { anyOf: [${closed}, { type: 'null' }] } } } }`,
    `{ Request: {}, Answer: { properties: { state: { anyOf: [${closed}, { type: 'null' }, ${other}] } } } }`,
  ],
  [
    'two in one union, by one other member',
    `{ Request: {}, Answer: { properties: { state: { anyOf: [${closed}, { type: string, enum: [c, d] }] } } } }`,
    `{ Request: {}, Answer: { properties: { state: { anyOf: [${closed}, { type: string, enum: [c, d] }, ${other}] } } } }`,
  ],
  [
    'one that requests share, where the responses refer to it',
    `{ Request: { properties: { state: ${state} } }, Answer: { properties: { state: ${state} } }, State: ${closed} }`,
    `{ Request: { properties: { state: ${state} } }, Answer: { properties: { state: { anyOf: [${state}, ${other}] } } }, State: ${closed} }`,
  ],
  [
    'one that requests share, in a union',
    `{ Request: { properties: { state: ${state} } }, Answer: { items: { oneOf: [${state}, { type: integer }] } }, State: ${closed} }`,
    `{ Request: { properties: { state: ${state} } }, Answer: { items: { oneOf: [${state}, { type: integer }, ${other}] } }, State: ${closed} }`,
  ],
  [
    'one under a name that needs quotes',
    `{ Request: {}, Answer: { properties: { "it's": ${closed} } } }`,
    `{ Request: {}, Answer: { properties: { "it's": ${open} } } }`,
  ],
  [
    'but none that requests alone hold, nor one of a single value',
    `{ Request: { properties: { state: ${closed} } }, Answer: { properties: { type: { type: string, enum: [a] } } } }`,
    `{ Request: { properties: { state: ${closed} } }, Answer: { properties: { type: { type: string, enum: [a] } } } }`,
  ],
])('enums are opened: %s', (_, given, want) => {
  expect(opened(given)).toEqual(parse(want));
});
