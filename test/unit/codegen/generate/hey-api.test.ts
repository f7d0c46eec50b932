import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { generateWithHeyApi } from '../../../../codegen/generate/hey-api.js';
import type { JsonObject } from '../../../../codegen/description/json.js';
import { documentOf } from '../../../helpers/small-document.js';

const scratch = mkdtempSync(join(tmpdir(), 'hey-api-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('an operation that responds with events', () => {
  const words = `{ type: object, properties: { word: { type: string } } }`;
  const document = documentOf(
    `{
      /v1/words: { get: { operationId: words.stream, responses: { '200': { description: D., content: { text/event-stream: { schema: ${words} } } } } } },
      /v1/shared: { get: { operationId: words.shared, responses: { '200': { $ref: '#/components/responses/Words' } } } },
      /v1/pages: { get: { operationId: pages.list, responses: { '200': { description: D., content: { application/json: { schema: ${words} } } } } } },
    }`,
    `{ responses: { Words: { description: D., content: { text/event-stream: { schema: ${words} } } } } }`,
  );
  const before: JsonObject = structuredClone(document);
  let sdk: string;
  let types: string;

  beforeAll(async () => {
    await generateWithHeyApi(document, scratch);
    sdk = readFileSync(join(scratch, 'sdk.gen.ts'), 'utf8');
    types = readFileSync(join(scratch, 'operation-types.gen.ts'), 'utf8');
  });

  test('is sent as any other, and not through an event source that would post again', () => {
    expect(sdk).toMatch(/wordsStream = .*\.get</s);
    expect(sdk).toMatch(/wordsShared = .*\.get</s);
    expect(sdk).not.toMatch(/sse/i);
  });

  test('keeps the type of its events', () => {
    expect(types).toMatch(/export interface WordsStreamResponses \{[^}]*200: \{\s*word\?: string;/);
  });

  test('stays as it is in the document', () => {
    expect(document).toEqual(before);
  });
});

test('a response without content holds nothing, whatever its status, and one of anything holds that', async () => {
  const folder = join(scratch, 'without-content');
  const document = documentOf(
    `{ /v1/words: { post: { operationId: words.add, responses: {
      '200': { description: D., content: { application/json: { schema: {} } } },
      '201': { description: D. }, '404': { description: D. }, '503': { $ref: '#/components/responses/Away' },
    } } } }`,
    '{ responses: { Away: { description: D. } } }',
  );

  await generateWithHeyApi(document, folder);

  const types = readFileSync(join(folder, 'operation-types.gen.ts'), 'utf8');
  expect(types).toMatch(/200: unknown;/);
  for (const status of [201, 404, 503]) expect(types).toContain(`${status}: void;`);
});
