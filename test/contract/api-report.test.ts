import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { writeApiReports } from '../../scripts/api-report.js';
import { checkApi } from '../../scripts/check-api.js';
import { writeFiles } from '../helpers/repository.js';

/** A package with a root, a subpath, and one that another generator wrote. */
const files = {
  'package.json': JSON.stringify({
    name: 'mistral-sdk',
    version: '1.0.0',
    exports: {
      '.': { require: { types: './dist/types/index.d.ts' } },
      './testing/node': { require: { types: './dist/types/testing/node.d.ts' } },
      './schema': { require: { types: './dist/types/schema.d.ts' } },
      './openapi.yaml': './dist/openapi.yaml',
    },
  }),
  'tsconfig.json': '{ "compilerOptions": { "module": "NodeNext", "lib": ["ES5"], "types": [] } }',
  'dist/types/index.d.ts': "export { call } from './call.js';\nexport type * from './wire.js';\n",
  'dist/types/call.d.ts': `interface Hidden {
  readonly timeoutMs?: number;
}
/** Prose is not in the report. */
export declare function call(options?: Hidden): Promise<string>;
`,
  'dist/types/wire.d.ts': 'export type Model = { id: string };\n',
  'dist/types/testing/node.d.ts':
    "import type { Model } from '../wire.js';\nexport declare function serve(model: Model): void;\n",
  'dist/types/schema.d.ts': 'export interface paths { "/v1/models": never }\n',
};

let project: string;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'mistral-sdk-report-'));
  writeFiles(project, files);
});

afterAll(() => {
  rmSync(project, { recursive: true, force: true });
});

const write = (): void => writeApiReports(project, join(project, 'api-report'));

const report = (name: string): string => readFileSync(join(project, 'api-report', name), 'utf8');

test('the report has every name with its signature, and what they mention; what another generator wrote has its own', () => {
  writeFiles(project, { 'api-report/gone.api.md': 'of an entry that was removed' });

  write();

  expect(readdirSync(join(project, 'api-report'))).toEqual(['mistral-sdk.api.md', 'schema.api.md']);
  expect(report('mistral-sdk.api.md')).toContain('export function call(options?: Hidden): Promise<string>;');
  expect(report('mistral-sdk.api.md')).toContain('readonly timeoutMs?: number;');
  expect(report('mistral-sdk.api.md')).toMatch(/namespace testing_node \{\s+export \{\s+serve\s+\}/);
  expect(report('mistral-sdk.api.md').match(/type Model =/g)).toHaveLength(1);
  expect(report('mistral-sdk.api.md')).not.toContain('Prose');
  expect(report('schema.api.md')).toContain('export interface paths');
});

test('a change of a signature makes the report stale, however deep, and the check says what to do', () => {
  expect(checkApi(project)).toEqual({ isFine: true, words: 'api-report/ is fresh: 2 reports' });

  const call = 'dist/types/call.d.ts';
  writeFiles(project, { [call]: files[call].replace('timeoutMs?', 'timeoutMs') });
  const { isFine, words } = checkApi(project);

  expect(isFine).toBe(false);
  expect(words).toMatch(/^api-report\/mistral-sdk\.api\.md: .*npm run api-report.*npm run changeset\)\.$/);
});

test('what cannot be read is no empty report', () => {
  writeFiles(project, { 'dist/types/index.d.ts': "export { nothing } from './nowhere.js';\n" });

  expect(write).toThrow("'./nowhere.js'");
});
