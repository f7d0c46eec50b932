import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { createMockMistral, inTurn, toolCall } from 'mistral-sdk/testing';
import ts from 'typescript';
import { afterAll, afterEach, expect, test, vi } from 'vitest';

import { migrateTexts } from '../../helpers/migrate-texts.js';
import { testKeys } from '../../helpers/test-keys.js';

type MockRoutes = Parameters<typeof createMockMistral>[0];

/** In the shape of the official examples, and written anew. They compile with `@mistralai/mistralai` 1.15.1 and 2.7.0. */
const folder = 'test/unit/migrate/programs';
const programs: Readonly<
  Record<string, { readonly routes?: MockRoutes; readonly says: readonly unknown[] }>
> = {
  'batch.ts': { says: ['QUEUED 3', 'no metadata 0', '5 5'] },
  'chat.ts': {
    routes: { 'chat.complete': 'Brie' },
    says: ['Brie stop', expect.stringMatching(/^tokens: \d+ \+ \d+$/)],
  },
  'conversation.ts': {
    says: expect.arrayContaining(['message.output', 'true', 'number', 'done']) as unknown[],
  },
  'files.ts': { says: expect.arrayContaining(['file true true', 'string number', 'true']) as unknown[] },
  'function-calling.ts': {
    routes: { 'chat.complete': inTurn([toolCall('paymentStatus', { transactionId: 'T1001' })], 'It has.') },
    says: ['paymentStatus: {"status":"Paid"}', 'It has.'],
  },
  'hooks.ts': {
    routes: {
      'files.list': () => {
        throw new TypeError('fetch failed');
      },
    },
    says: [
      'GET /v1/models: 200 true',
      'for nobody',
      'POST /v1/chat/completions: 200 true',
      'for acme',
      'lost /v1/files true',
      'gave up',
      'true',
    ],
  },
  'http-client.ts': {
    routes: {
      'files.list': () => {
        throw new TypeError('fetch failed');
      },
    },
    says: [
      'GET 1 acme',
      'to 1 true',
      'status 200 false',
      'POST 1 acme',
      'to  true',
      'status 200 false',
      'GET 1 acme',
      'to  true',
      'Reason: true',
      'Method: GET',
      'again true',
      'gave up',
    ],
  },
  'models.ts': { says: expect.arrayContaining(['string true true number', '2 number 9']) as unknown[] },
  'ocr.ts': {
    routes: { 'chat.complete': 'A cat.' },
    says: expect.arrayContaining(['2 true number', 'true', 'A cat.']) as unknown[],
  },
  'stream.ts': {
    routes: { 'chat.stream': 'Soft.' },
    says: ['ended: stop', expect.stringMatching(/^tokens: \d+$/), 'Soft.'],
  },
  'structured-outputs.ts': { says: ['string true', 'number', 'string'] },
  'transcription.ts': { says: [expect.stringMatching(/^string/), 'seconds: number'] },
};

const names = Object.keys(programs);
const migrated = migrateTexts(
  Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')])),
);
/** Inside of the project, whose packages they import. */
const written = resolve('test-results/migrated');
mkdirSync(written, { recursive: true });
for (const name of names) writeFileSync(join(written, name), migrated[name]!.after);
afterAll(() => rmSync(written, { recursive: true }));

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('every program is tried', () => {
  expect(readdirSync(folder)).toEqual(names);
});

test.each(names)('nothing in %s is left to decide', (name) => {
  expect(migrated[name]!.leftovers).toEqual([]);
  expect(migrated[name]!.after).not.toContain('@mistralai');
});

test('the migrated programs compile under strict settings', () => {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
  const program = ts.createProgram(
    names.map((name) => join(written, name)),
    { ...options, exactOptionalPropertyTypes: true },
  );
  const faults = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${file?.fileName}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });

  expect(faults).toEqual([]);
});

test.each(Object.entries(programs))('the migrated %s runs on the mock', async (name, { routes, says }) => {
  vi.stubEnv('MISTRAL_API_KEY', testKeys.apiKey);
  vi.stubGlobal('fetch', createMockMistral(routes).fetch);
  const said: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((...words: unknown[]) => void said.push(words.join(' ')));
  const errors = vi.spyOn(console, 'error').mockReturnValue();

  await import(/* @vite-ignore */ pathToFileURL(join(written, name)).href);

  expect(said).toEqual(says);
  expect(errors).not.toHaveBeenCalled();
});
