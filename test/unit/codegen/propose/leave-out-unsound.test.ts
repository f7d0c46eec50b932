import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import {
  isLeftOut,
  leaveOutBroken,
  leaveOutImpossible,
  leaveOutUnreadable,
  leaveOutUnsound,
  leaveOutUnused,
} from '../../../../codegen/propose/leave-out-unsound.js';
import { documentOf, proposedFor } from '../../../helpers/small-document.js';

const components = `
schemas:
  Book: { type: object, properties: { author: { $ref: '#/components/schemas/Author' } } }
  Author: { type: object, properties: { books: { type: array, items: { $ref: '#/components/schemas/Book' } } } }
  Lost: { properties: { a: { items: { $ref: '#/components/schemas/Deeper' } } } }
  Deeper: { oneOf: [{ $ref: '#/components/schemas/Nowhere' }] }
  Loop: { $ref: '#/components/schemas/Loop' }
  Composed: { allOf: [{ type: object }, { $ref: '#/components/schemas/Composed' }] }
  Sandwich: { type: sandwich }
  Bounded: { type: number, minimum: 1, exclusiveMinimum: true }
responses:
  Lost: { content: { application/json: { schema: { $ref: '#/components/schemas/Lost' } } } }
parameters:
  Odd: { name: odd, in: query, schema: { minLength: many } }
`;

const response = (schema: string): string =>
  `responses: { '200': { content: { application/json: { schema: ${schema} } } } }`;
const ref = (name: string): string => `{ $ref: '#/components/schemas/${name}' }`;

describe('an operation is left out', () => {
  test.each<[title: string, operation: string, reason: string]>([
    ['that reaches nowhere', response(ref('Nowhere')), '`#/components/schemas/Nowhere` leads nowhere'],
    [
      'that reaches nowhere through others',
      response(ref('Lost')),
      '`#/components/schemas/Nowhere` leads nowhere',
    ],
    [
      'that reaches nowhere through a response that failures share',
      `responses: { '204': {}, default: { $ref: '#/components/responses/Lost' } }`,
      '`#/components/schemas/Nowhere` leads nowhere',
    ],
    ['that reaches a schema of itself', response(ref('Loop')), '`#/components/schemas/Loop` leads nowhere'],
    ['that reaches a schema composed of itself', response(ref('Composed')), 'Composed is composed of itself'],
    [
      'that reaches another file',
      response("{ $ref: 'other.yaml#/Book' }"),
      '`other.yaml#/Book` leads nowhere',
    ],
    [
      'that reaches what is no schema',
      response(`{ items: ${ref('Sandwich')} }`),
      '`#/components/schemas/Sandwich` is no schema: /type must be equal to one of the allowed values',
    ],
    [
      'that has what is no schema',
      `requestBody: { content: { application/json: { schema: { required: yes } } } }, responses: { '204': {} }`,
      '/required must be array',
    ],
    [
      'with a parameter that is none',
      `parameters: [{ $ref: '#/components/parameters/Odd' }], responses: { '204': {} }`,
      '/minLength must be integer',
    ],
    ['without a success', "responses: { '422': {} }", 'it has no success among its responses'],
    ['without responses', 'summary: A', 'it has no success among its responses'],
    ['that says nothing', '', 'nothing is said about it'],
    [
      'whose success is none',
      "responses: { '200': null }",
      'Expected an object or a reference to one, found null',
    ],
  ])('%s', (_, operation, reason) => {
    const document = documentOf(
      `{ /v1/a: { get: { ${operation} } }, /v1/b: { get: { ${response(ref('Book'))} } } }`,
      components,
    );

    const { proposals, document: changed } = proposedFor(leaveOutUnsound, document);

    expect(proposals).toEqual([
      {
        target: "$.paths['/v1/a'].get",
        description: `Proposed: left out, since ${reason}. Goes when upstream repairs it.`,
        remove: true,
      },
    ]);
    expect(proposals.every(isLeftOut)).toBe(true);
    expect(changed.paths).toHaveProperty(['/v1/b', 'get']);
  });

  test.each([
    ['that reach each other', response(ref('Book'))],
    ['that say it as OpenAPI 3.0 did', response(ref('Bounded'))],
    ['with an example that leads nowhere', response("{ type: object, example: { $ref: '#/nowhere' } }")],
    [
      'with a discriminator whose mapping is broken',
      response(`{ oneOf: [${ref('Book')}], discriminator: { propertyName: a, mapping: { a: Nowhere } } }`),
    ],
  ])('but not for schemas %s', (_, operation) => {
    expect(
      proposedFor(leaveOutUnsound, documentOf(`{ /v1/a: { get: { ${operation} } } }`, components)).targets,
    ).toEqual([]);
  });
});

describe('what cannot be read at all is left out before:', () => {
  test.each<[title: string, paths: string, targets: string[]]>([
    ['a path that is none', '{ /v1/a: null }', ["$.paths['/v1/a']"]],
    ['a path that leads nowhere', "{ /v1/a: { $ref: '#/nowhere' } }", ["$.paths['/v1/a']"]],
    ['an operation that is none', '{ /v1/a: { get: null, post: {} } }', ["$.paths['/v1/a'].get"]],
    [
      'parameters that lead nowhere',
      "{ /v1/a: { get: { parameters: [{ $ref: '#/nowhere' }] }, delete: {}, post: { parameters: [{ $ref: '#/nowhere' }] } } }",
      ["$.paths['/v1/a'].get", "$.paths['/v1/a'].post"],
    ],
    [
      'parameters of a path',
      "{ /v1/a: { parameters: [{ $ref: '#/nowhere' }], get: {}, post: {} } }",
      ["$.paths['/v1/a']"],
    ],
    ['nothing else', '{ /v1/a: { get: {}, summary: A } }', []],
  ])('%s', (_, paths, targets) => {
    expect(proposedFor(leaveOutUnreadable, documentOf(paths)).targets).toEqual(targets);
  });
});

test('components that are broken are left out, and those that are not stay', () => {
  const { targets } = proposedFor(leaveOutBroken, documentOf('{}', components));

  expect(targets).toEqual([
    ...['Lost', 'Deeper', 'Loop', 'Composed', 'Sandwich'].map((name) => `$.components.schemas.${name}`),
    '$.components.responses.Lost',
    '$.components.parameters.Odd',
  ]);
});

describe('components that no operation reaches', () => {
  const unusedOf = (paths: string, all: string): unknown =>
    proposedFor(leaveOutUnused, documentOf(paths, all)).document.components;

  test('are left out, and those that operations reach through others stay', () => {
    expect(
      unusedOf(
        `{ /v1/a: { get: { ${response(ref('A'))} } } }`,
        `{ schemas: { A: { items: ${ref('B')} }, B: {}, C: { items: ${ref('D')} }, D: {}, "it's E": {} }, securitySchemes: { key: {} }, responses: { F: {} } }`,
      ),
    ).toEqual(
      parse(`{ schemas: { A: { items: ${ref('B')} }, B: {} }, securitySchemes: { key: {} }, responses: {} }`),
    );
  });

  test.each([
    ['through their middle', "{ $ref: '#/components/schemas/A~1x/properties/id' }"],
    ['in other spellings', "{ $ref: '#/components/schemas/A~1x' }"],
  ])('are none where they are reached %s', (_, reference) => {
    const all = `{ schemas: { A/x: { properties: { id: {}, b: ${ref('B')} } }, B: {} } }`;

    expect(unusedOf(`{ /v1/a: { get: { ${response(reference)} } } }`, all)).toEqual(parse(all));
  });

  test('are none where a reference is percent-encoded', () => {
    const all = "{ schemas: { 'Page[Run]': {} } }";

    expect(
      unusedOf(`{ /v1/a: { get: { ${response("{ $ref: '#/components/schemas/Page%5BRun%5D' }")} } } }`, all),
    ).toEqual(parse(all));
  });

  test('are none where a path item among the components uses them', () => {
    const all = `{ pathItems: { Hook: { post: { ${response(ref('A'))} } } }, schemas: { A: {} } }`;

    expect(unusedOf('{}', all)).toEqual(parse(all));
  });
});

test('operations that no method can be made of are left out, with what the pipeline would say', () => {
  const paths = `{ /v1/a: { post: { requestBody: { content: { text/plain: {} } }, responses: { '204': {} } } }, /v1/b: { get: { responses: { '204': {} } } } }`;

  expect(proposedFor(leaveOutImpossible, documentOf(paths)).proposals).toEqual([
    expect.objectContaining({
      target: "$.paths['/v1/a'].post",
      description: expect.stringMatching(/^Proposed: left out, since POST \/v1\/a: the body is text\/plain/),
    }),
  ]);
});
