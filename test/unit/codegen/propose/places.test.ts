import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import type { JsonObject } from '../../../../codegen/description/json.js';
import { faultOf } from '../../../../codegen/description/operations.js';
import {
  settleBodies,
  settlePaths,
  settlePlaces,
  settleQueries,
} from '../../../../codegen/propose/places.js';
import type { Proposer } from '../../../../codegen/propose/proposal.js';
import { routesOf } from '../../../../codegen/description/routes.js';
import { documentOf, proposedFor } from '../../../helpers/small-document.js';

const inPath = '{ name: id, in: path, required: true, schema: { type: string } }';
const done = "responses: { '204': {} }";
const components = `
parameters:
  Trace: { name: trace, in: header, schema: { type: string } }
  Id: ${inPath}
schemas:
  Book: { type: object, properties: { id: { type: string }, title: { type: string } } }
`;
const body =
  "requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Book' } } } }";

/** The paths after a rule, of which every operation must be readable then. */
function after(propose: Proposer, paths: string): unknown {
  const { document } = proposedFor(propose, documentOf(paths, components));
  const routes = routesOf(document);
  expect(routes.map((route) => faultOf(document, route, routes))).toEqual(routes.map(() => undefined));
  return document.paths;
}

describe('of several kinds of body', () => {
  const typesAfter = (content: string): string[] => {
    const { document } = proposedFor(
      settleBodies,
      documentOf(`{ /v1/a: { post: { requestBody: { content: ${content} }, ${done} } } }`),
    );
    return Object.keys((routesOf(document)[0]!.definition.requestBody as JsonObject).content as JsonObject);
  };

  test.each([
    [
      'JSON stays',
      '{ application/x-www-form-urlencoded: {}, multipart/form-data: {}, application/json: {} }',
      ['application/json'],
    ],
    ['multipart stays without JSON', '{ text/plain: {}, multipart/form-data: {} }', ['multipart/form-data']],
    [
      'all stay where the client can send none',
      '{ text/plain: {}, text/html: {} }',
      ['text/plain', 'text/html'],
    ],
  ])('%s', (_, content, want) => {
    expect(typesAfter(content)).toEqual(want);
  });
});

test.each<[title: string, given: string, want: string]>([
  [
    'that may be left out loses null',
    '{ anyOf: [{ $ref: "#/components/schemas/Book" }, { type: "null" }], title: T }',
    '{ $ref: "#/components/schemas/Book" }',
  ],
  [
    'keeps its other members',
    '{ title: T, oneOf: [{ type: object }, { type: "null" }, { type: string }] }',
    '{ title: T, oneOf: [{ type: object }, { type: string }] }',
  ],
  ['without null stays', '{ anyOf: [{ type: object }] }', '{ anyOf: [{ type: object }] }'],
])('a body %s', (_, given, want) => {
  const described = (more: string, schema: string): string =>
    `{ /v1/a: { post: { requestBody: { ${more} content: { application/json: { schema: ${schema} } } }, ${done} } } }`;

  expect(after(settleBodies, described('', given))).toEqual(parse(described('', want)));
  // There, leaving it out says something else.
  const needed = described('required: true,', given);
  expect(after(settleBodies, needed)).toEqual(parse(needed));
});

describe('parameters in other places go', () => {
  test.each<[title: string, given: string, want: string]>([
    [
      'from the operation',
      `{ /v1/a: { get: { parameters: [{ name: h, in: header }, { name: q, in: query }, { name: c, in: cookie }], ${done} } } }`,
      `{ /v1/a: { get: { parameters: [{ name: q, in: query }], ${done} } } }`,
    ],
    [
      'from the path',
      `{ /v1/a: { parameters: [{ name: h, in: header }], get: { ${done} } } }`,
      `{ /v1/a: { parameters: [], get: { ${done} } } }`,
    ],
    [
      'where they are references',
      `{ /v1/a: { get: { parameters: [{ $ref: '#/components/parameters/Trace' }], ${done} } } }`,
      `{ /v1/a: { get: { parameters: [], ${done} } } }`,
    ],
    [
      'with names that need quotes',
      `{ /v1/a: { get: { parameters: [{ name: "it's", in: header }], ${done} } } }`,
      `{ /v1/a: { get: { parameters: [], ${done} } } }`,
    ],
    [
      'once, where several operations share them',
      `{ /v1/a: { parameters: [{ name: h, in: header }], get: { ${done} }, post: { ${done} } } }`,
      `{ /v1/a: { parameters: [], get: { ${done} }, post: { ${done} } } }`,
    ],
    [
      'and not those of their names in the query',
      `{ /v1/a: { get: { parameters: [{ name: a, in: header }, { name: a, in: query }], ${done} } } }`,
      `{ /v1/a: { get: { parameters: [{ name: a, in: query }], ${done} } } }`,
    ],
  ])('%s', (_, given, want) => {
    expect(after(settlePlaces, given)).toEqual(parse(want));
  });
});

describe('what the path needs', () => {
  test('is declared where nothing does', () => {
    expect(
      after(settlePlaces, `{ '/v1/{id}/{page}': { get: { parameters: [${inPath}], ${done} } } }`),
    ).toEqual(
      parse(
        `{ '/v1/{id}/{page}': { get: { parameters: [${inPath}, ${inPath.replace('id', 'page')}], ${done} } } }`,
      ),
    );
  });

  test.each([
    `{ '/v1/{id}': { parameters: [${inPath}], get: { ${done} } } }`,
    `{ '/v1/{id}': { get: { parameters: [{ $ref: '#/components/parameters/Id' }], ${done} } } }`,
  ])('is left alone where it is: %s', (paths) => {
    expect(after(settlePlaces, paths)).toEqual(parse(paths));
  });
});

describe('a parameter of the query gives way', () => {
  test.each<[title: string, given: string, want: string]>([
    [
      'to a field of the body',
      `{ /v1/a: { post: { parameters: [{ name: title, in: query }, { name: q, in: query }], ${body}, ${done} } } }`,
      `{ /v1/a: { post: { parameters: [{ name: q, in: query }], ${body}, ${done} } } }`,
    ],
    [
      'to one of the path',
      `{ '/v1/{id}': { get: { parameters: [${inPath}, { name: id, in: query }], ${done} } } }`,
      `{ '/v1/{id}': { get: { parameters: [${inPath}], ${done} } } }`,
    ],
  ])('%s', (_, given, want) => {
    expect(after(settleQueries, given)).toEqual(parse(want));
  });
});

describe('a parameter of the path gives way to a field of a body', () => {
  const renamed = inPath.replace('name: id', 'name: path_id');

  test.each<[title: string, given: string, want: string]>([
    [
      'where the operation has it',
      `{ '/v1/{id}': { put: { parameters: [${inPath}], ${body}, ${done} } } }`,
      `{ '/v1/{path_id}': { put: { parameters: [${renamed}], ${body}, ${done} } } }`,
    ],
    [
      'where the path has it, for all of its operations',
      `{ '/v1/{id}': { parameters: [${inPath}, { name: q, in: query }], put: { ${body}, ${done} }, get: { ${done} } } }`,
      `{ '/v1/{path_id}': { put: { parameters: [${renamed}, { name: q, in: query }], ${body}, ${done} }, get: { parameters: [${renamed}, { name: q, in: query }], ${done} } } }`,
    ],
    [
      'where it is a component, which others share',
      `{ '/v1/{id}': { put: { parameters: [{ $ref: '#/components/parameters/Id' }], ${body}, ${done} } }, '/v1/{id}/x': { get: { parameters: [{ $ref: '#/components/parameters/Id' }], ${done} } } }`,
      `{ '/v1/{id}/x': { get: { parameters: [{ $ref: '#/components/parameters/Id' }], ${done} } }, '/v1/{path_id}': { put: { parameters: [${renamed}], ${body}, ${done} } } }`,
    ],
  ])('%s', (_, given, want) => {
    expect(after(settlePaths, given)).toEqual(parse(want));
  });

  test('and not where the names differ', () => {
    const paths = `{ '/v1/{book}': { parameters: [${inPath.replace('id', 'book')}], put: { ${body}, ${done} } } }`;

    expect(after(settlePaths, paths)).toEqual(parse(paths));
  });
});
