import { expect, test } from 'vitest';
import { parse } from 'yaml';

import type { JsonObject } from '../../../../codegen/description/json.js';
import { repairProblems } from '../../../../codegen/propose/lint.js';
import { applyAll } from '../../../../codegen/propose/propose.js';

/** What becomes of a document by the repairs of problems at these places. */
function repaired(given: string, rule: string, ...pointers: readonly string[]): unknown {
  const document = parse(given) as JsonObject;
  const problems = pointers.map((pointer) => ({
    rule,
    pointer,
    message: 'It is so.',
    severity: 'error' as const,
  }));
  applyAll(document, repairProblems(problems));
  return document;
}

test.each<[rule: string, pointers: string[], given: string, want: string]>([
  [
    'no-invalid-media-type-examples',
    ['#/content/example/a'],
    '{ content: { example: { a: 1 }, schema: {} } }',
    '{ content: { schema: {} } }',
  ],
  [
    'no-invalid-media-type-examples',
    ['#/content/examples/one/value/a', '#/content/examples/one/value/b'],
    '{ content: { examples: { one: { value: {} }, two: { value: {} } } } }',
    '{ content: { examples: { two: { value: {} } } } }',
  ],
  [
    'no-invalid-schema-examples',
    ['#/schema/examples/0/a', '#/schema/examples/2'],
    '{ schema: { examples: [0, 1, 2] } }',
    '{ schema: { examples: [1] } }',
  ],
  [
    'no-schema-type-mismatch',
    ['#/schema/default'],
    '{ schema: { type: string, default: 1 } }',
    '{ schema: { type: string } }',
  ],
  [
    'no-schema-type-mismatch',
    ['#/schema/type'],
    '{ schema: { type: string } }',
    '{ schema: { type: string } }',
  ],
  [
    'no-required-schema-properties-undefined',
    ['#/schema/required/0', '#/schema/required/2'],
    '{ schema: { required: [a, b, c] } }',
    '{ schema: { required: [b] } }',
  ],
  [
    'no-unused-components',
    ['#/components/schemas/A~1B'],
    '{ components: { schemas: { A/B: {}, C: {} } } }',
    '{ components: { schemas: { C: {} } } }',
  ],
  [
    'tag-description',
    ['#/tags/0/description'],
    '{ tags: [{ name: a }, { name: b, description: B }] }',
    '{ tags: [{ name: b, description: B }] }',
  ],
  [
    'no-illogical-composition-keywords',
    ['#/schema/oneOf/0', '#/schema/oneOf/1'],
    '{ schema: { oneOf: [{ type: string }, {}] } }',
    '{ schema: { anyOf: [{ type: string }, {}] } }',
  ],
  [
    'no-illogical-composition-keywords',
    ['#/schema/allOf/0'],
    '{ schema: { allOf: [{}] } }',
    '{ schema: { allOf: [{}] } }',
  ],
  [
    'operation-summary',
    ['#/paths/~1v1~1a/get/summary'],
    '{ paths: { /v1/a: { get: {} } } }',
    '{ paths: { /v1/a: { get: { summary: An operation without a summary } } } }',
  ],
  ['info-license', ['#/info'], '{ info: {} }', '{ info: { license: { name: Unknown, identifier: NONE } } }'],
  ['some-other-rule', ['#/info'], '{ info: {} }', '{ info: {} }'],
])('%s at %j', (rule, pointers, given, want) => {
  expect(repaired(given, rule, ...pointers)).toEqual(parse(want));
});

test('an operation without a failure gets one that both generators read alike', () => {
  expect(
    repaired(
      '{ paths: { /v1/a: { get: { responses: {} } } } }',
      'operation-4xx-response',
      '#/paths/~1v1~1a/get/responses',
    ),
  ).toEqual({
    paths: {
      '/v1/a': {
        get: {
          responses: {
            '4XX': {
              description: 'The request is at fault.',
              content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } },
            },
          },
        },
      },
    },
  });
});
