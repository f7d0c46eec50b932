import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { closedOrigin, serve } from '../../../helpers/loopback.js';

const scratch = mkdtempSync(join(tmpdir(), 'drift-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const vendored = readFileSync('spec/openapi.yaml', 'utf8');

function fileOf(name: string, text: string): string {
  const file = join(scratch, name);
  writeFileSync(file, text);
  return file;
}

const changed = fileOf(
  'changed.yaml',
  vendored.replace(/^ {6}summary: List Models$/m, '      summary: List all of them'),
);

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Asynchronous, so that a server of this process can respond. */
function drift(...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/drift.ts', ...args]);
    const read = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => (read.stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (read.stderr += String(chunk)));
    child.on('close', (code) => resolve({ code, ...read }));
  });
}

test('exits with 0 if there is no drift, and writes the reports all the same', async () => {
  const json = join(scratch, 'none.json');

  const { code, stdout, stderr } = await drift('--against', 'spec/openapi.yaml', '--json', json);

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('No drift');
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ formatVersion: 1, verdict: 'none' });
});

test('exits with 1 if there is drift, and writes both reports', async () => {
  const [json, markdown] = [join(scratch, 'drift.json'), join(scratch, 'drift.md')];

  const { code, stdout } = await drift('--against', changed, '--json', json, '--markdown', markdown);

  expect(code).toBe(1);
  expect(stdout).toContain('Drift: 1 documentation change');
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
    verdict: 'documentation',
    upstream: changed,
  });
  expect(readFileSync(markdown, 'utf8')).toContain('# Drift: 1 documentation change');
});

test('with --fail-on exits with 0 for a change that is less', async () => {
  const { code, stdout } = await drift('--against', changed, '--fail-on', 'additive');

  expect(code).toBe(0);
  expect(stdout).toContain('Drift: 1 documentation change');
});

// What else can be wrong with a file or a response, fetch-text.test.ts shows.
describe('exits with 2 and one message, without a stack trace,', () => {
  test.each<[string, () => Promise<string[]>, RegExp]>([
    [
      'if nothing responds',
      async () => ['--against', await closedOrigin()],
      /cannot be reached \(ECONNREFUSED\)/,
    ],
    [
      'if there is no such page',
      async () => ['--against', await serve((_, response) => response.writeHead(404).end('Not Found'))],
      /responds with status 404/,
    ],
    [
      'if a proxy responds',
      async () => ['--against', await serve((_, response) => response.end('<!doctype html><p>Sign in'))],
      /is a web page/,
    ],
    [
      'if a report cannot be written',
      async () => ['--against', changed, '--json', join(scratch, 'no/where.json')],
      /where\.json: cannot be written \(ENOENT\)/,
    ],
    [
      'for an option that it does not know',
      async () => ['--verbose'],
      /Unknown option '--verbose'[\s\S]*Usage: npm run drift/,
    ],
    ['for an option without its value', async () => ['--against'], /--against[\s\S]*Usage: npm run drift/],
    [
      'for a level that it does not know',
      async () => ['--fail-on', 'documentation'],
      /Choose one of any, additive, breaking[\s\S]*Usage/,
    ],
  ])('%s', async (_, argsOf, message) => {
    const { code, stdout, stderr } = await drift(...(await argsOf()));

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
