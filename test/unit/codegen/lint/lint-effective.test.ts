import { createConfig } from '@redocly/openapi-core';
import { expect, test } from 'vitest';

import type { JsonObject } from '../../../../codegen/description/json.js';
import { harmlessRules, lintEffective } from '../../../../codegen/lint/lint-effective.js';

const response = (schema: JsonObject): JsonObject => ({
  responses: {
    200: { description: 'Fine.', content: { 'application/json': { schema } } },
    '4XX': { description: 'Not fine.' },
  },
});
const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
const describing = (paths: JsonObject): JsonObject => ({
  openapi: '3.1.0',
  info: { title: 'Lamps', version: '1.0.0', license: { name: 'MIT', identifier: 'MIT' } },
  servers: [{ url: 'https://lamps.dev' }],
  security: [],
  paths,
});
const get = (name: string, schema: JsonObject, parameters: JsonObject[] = []): JsonObject => ({
  get: { operationId: name, summary: 'Get', parameters, ...response(schema) },
});

test('routes between which a server decides are no damage', async () => {
  const document = describing({
    '/lamps/{id}/{part}': get('part', {}, [id, { ...id, name: 'part' }]),
    '/lamps/{id}/metrics': get('metrics', {}, [id]),
    '/lamps/runs/{id}': get('run', {}, [id]),
  });

  const { damage, unavoidable } = await lintEffective(document);

  expect(damage).toEqual([]);
  expect(unavoidable.length).toBeGreaterThan(0);
  expect(new Set(unavoidable.map(({ rule }) => rule))).toEqual(new Set(['no-ambiguous-paths']));
});

test('what makes types or calls wrong is damage, each kind with a message of its own', async () => {
  const document = describing({
    '/lamps/{id}': get('lamp', { type: 'string', enum: ['on', 'off'] }),
    '/bulbs': get('bulb', { type: 'string', enum: ['on', 1], 'x-open-enum': true }),
  });

  const { damage, unavoidable } = await lintEffective(document);

  expect(damage.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^The description has 2 problems .* damage:\n.*path-parameters-defined.*no-enum-type-mismatch/s,
    ),
    expect.stringMatching(/^1 enums in responses are closed/),
  ]);
  expect(unavoidable).toEqual([]);
});

test('every rule that is harmless is one that Redocly has, so that a new one is damage', async () => {
  const { rules } = await createConfig({ extends: ['recommended-strict'] });
  const known = Object.values(rules as Record<string, Record<string, unknown>>).flatMap((each) =>
    Object.entries(each).flatMap(([rule, severity]) => (severity === 'off' ? [] : [rule])),
  );

  expect([...harmlessRules].filter((rule) => !known.includes(rule))).toEqual([]);
});
