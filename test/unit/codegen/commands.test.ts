import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { contentsOf } from '../../helpers/contents-of.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commands-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The commands of package.json, as `npm run` starts them but without npm. */
function run(script: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [resolve('node_modules/tsx/dist/cli.mjs'), resolve(script), ...args],
    { cwd: folder, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

const codegen = (...args: readonly string[]) => run('codegen/main.ts', ...args);
const updateSpec = (...args: readonly string[]) => run('scripts/update-spec.ts', ...args);

describe('a command that is called wrongly says how to call it, writes nothing, and exits with 1:', () => {
  test.each<[title: string, call: () => ReturnType<typeof run>, ...says: string[]]>([
    [
      'codegen with a description alone',
      () => codegen('--spec', 'a.yaml'),
      '`--spec` and `--out` go together',
      'npm run codegen -- --spec FILE_OR_URL --out DIR',
      'Nothing was written',
    ],
    ['codegen with a folder alone', () => codegen('--out', 'a'), '`--spec` and `--out` go together'],
    [
      'codegen with an option that is none',
      () => codegen('--spek', 'a.yaml'),
      '--spek',
      'Run: npm run codegen',
    ],
    [
      'codegen from a file that is not there',
      () => codegen('--spec', 'a.yaml', '--out', 'a'),
      'a.yaml: cannot be read (ENOENT)',
      'Nothing was written',
    ],
    [
      'update-spec without a file',
      () => updateSpec(),
      'Give one file or URL',
      'npm run update-spec -- FILE_OR_URL [--version NAME]',
      'Everything is as it was',
    ],
    ['update-spec with two', () => updateSpec('a', 'b'), 'Give one file or URL'],
    [
      'update-spec with a file that is not there',
      () => updateSpec('a.yaml'),
      'a.yaml: cannot be read (ENOENT)',
      'Everything is as it was',
    ],
  ])('%s', (_, call, ...says) => {
    const { status, stdout, stderr } = call();

    for (const said of says) expect(stderr).toContain(said);
    expect(stderr).not.toMatch(/^ +at /m);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(contentsOf(folder)).toEqual({});
  });
});

test('codegen does not replace a folder that holds other files', () => {
  mkdirSync(join(folder, 'mine'));
  writeFileSync(join(folder, 'mine/thesis.txt'), 'years of work');

  const { status, stderr } = codegen(
    '--spec',
    resolve('test/helpers/library/spec/openapi.yaml'),
    '--out',
    'mine',
  );

  expect(stderr).toContain('mine: holds other files than generated ones (thesis.txt)');
  expect(stderr).toContain('Give a new folder');
  expect(status).toBe(1);
  expect(contentsOf(folder)).toEqual({ 'mine/thesis.txt': 'years of work' });
});
