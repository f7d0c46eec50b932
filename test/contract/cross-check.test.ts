import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { crossCheck } from '../../codegen/generate/cross-check.js';
import { PipelineError } from '../../codegen/run/pipeline-error.js';
import { describedOperations } from '../helpers/description.js';
import { failureOf } from '../helpers/failure-of.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cross-check-'));
  for (const name of ['types', 'operation-types', 'schema', 'cross-check']) {
    cpSync(`generated/${name}.gen.ts`, join(folder, `${name}.gen.ts`));
  }
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('both generators agree on all operations', () => {
  expect(crossCheck('generated')).toBe(describedOperations.length);
});

const inTypes = 'types.gen.ts';
const inOperationTypes = 'operation-types.gen.ts';
const inSchema = 'schema.gen.ts';

test.each([
  [
    'a member of a closed enum',
    inTypes,
    "type FilePurpose = 'fine-tune' | 'batch' |",
    "type FilePurpose = 'fine-tune' |",
    /files\.upload: .*"body"/,
  ],
  [
    'a member of a closed enum',
    inSchema,
    "FilePurpose: 'fine-tune' | 'batch' |",
    "FilePurpose: 'fine-tune' |",
    /files\.list: .*"query"/,
  ],
  [
    'a member of an open enum',
    inTypes,
    "'stop' | 'length' | 'model_length' | 'error' | 'tool_calls' | (string & {})",
    "'stop' | 'length' | 'error' | 'tool_calls' | (string & {})",
    'chat.complete: 200',
  ],
  [
    'a member of a union',
    inSchema,
    "ContentChunk:\n      | components['schemas']['TextChunk']",
    'ContentChunk:',
    'chat.complete: ',
  ],
  [
    'an optional property of a request',
    inTypes,
    /export interface ChatCompletionRequest \{[\s\S]*?( {2}max_tokens\?: number \| null \| undefined;)/,
    '',
    'chat.complete: "body"',
  ],
  [
    'an optional property deep in a response',
    inTypes,
    /export interface ToolCall \{[\s\S]*?( {2}index\?: number;)/,
    '',
    'chat.complete: ',
  ],
  [
    'a query parameter',
    inOperationTypes,
    /export interface BatchJobsListData \{[\s\S]*?( +agent_id\?: string \| null \| undefined;)/,
    '',
    'batch.jobs.list: "query"',
  ],
  [
    'a path parameter',
    inOperationTypes,
    /export interface ModelsRetrieveData \{[\s\S]*?( {4}model_id: string;)/,
    '',
    'models.retrieve: "path"',
  ],
  [
    'a status of an error',
    inOperationTypes,
    /export interface FilesDownloadErrors \{[\s\S]*?( {2}'5XX': wire\.ApiErrorBody;)/,
    '',
    'files.download: "5XX"',
  ],
])('%s that is missing in %s is found', async (_, file, text, replacement, finding) => {
  change(file, text, replacement);

  const failure = await failureOf(() => crossCheck(folder));

  expect(failure).toBeInstanceOf(PipelineError);
  expect(failure).toHaveProperty('message', expect.stringMatching(finding));
});

test.each([
  [
    'required where it was optional',
    /export interface ChatCompletionRequest \{[\s\S]*?(max_tokens\?: number \| null \| undefined;)/,
    'max_tokens: number | null;',
    'chat.complete: "body"',
  ],
  [
    'of another type',
    /export interface ModelList \{[\s\S]*?(object\?: string;)/,
    'object?: number;',
    'models.list: 200',
  ],
  [
    'anything at all',
    /export interface ModelList \{[\s\S]*?(object\?: string;)/,
    'object?: any;',
    'models.list: 200',
  ],
])('a property that is %s is found', async (_, text, replacement, finding) => {
  change(inTypes, text, replacement);

  const failure = await failureOf(() => crossCheck(folder));

  expect(failure).toHaveProperty('message', expect.stringMatching(finding));
});

/** Replaces the text, or what the expression's group holds; a text that is not there fails the test. */
function change(file: string, text: string | RegExp, replacement: string): void {
  const path = join(folder, file);
  const before = readFileSync(path, 'utf8');
  const match = typeof text === 'string' ? text : text.exec(before)?.[0];
  const after = match === undefined ? before : before.replace(match, () => changed(match, text, replacement));
  expect(after).not.toBe(before);
  writeFileSync(path, after);
}

function changed(match: string, text: string | RegExp, replacement: string): string {
  if (typeof text === 'string') return replacement;
  const group = text.exec(match)![1]!;
  return match.slice(0, -group.length) + replacement;
}
