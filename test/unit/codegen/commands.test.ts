import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { writtenFolders } from '../../../codegen/files/read-texts.js';
import { runPipeline } from '../../../codegen/flow/pipeline.js';
import { contentsOf } from '../../helpers/contents-of.js';
import { createLibrary } from '../../helpers/library.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commands-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The commands of package.json, as `npm run` starts them but without npm. */
function runIn(cwd: string, script: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [resolve('node_modules/tsx/dist/cli.mjs'), resolve(script), ...args],
    { cwd, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

const run = (script: string, ...args: readonly string[]) => runIn(folder, script, ...args);

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

test('update-spec begins a changeset that says which version is followed, and none where nothing is new', async () => {
  const library = createLibrary('commands-');
  try {
    await runPipeline(library.folders, () => undefined);
    for (const written of writtenFolders) mkdirSync(library.at(written), { recursive: true });
    const text = readFileSync(library.at('spec/openapi.yaml'), 'utf8');
    library.write('next.yaml', text.replace('title: Library', 'title: Library of the town'));
    const changeset = library.at('.changeset/follow-upstream.md');
    const update = (file: string) =>
      runIn(library.root, 'scripts/update-spec.ts', file, '--version', '2026-09-01');

    const same = update('spec/openapi.yaml');
    expect(same.stderr).toBe('');
    expect(existsSync(changeset)).toBe(false);

    expect(update('next.yaml').stderr).toBe('');
    expect(readFileSync(changeset, 'utf8')).toBe(
      "---\n'mistral-sdk': minor\n---\n\nFollows the API's description of 2026-09-01.\n",
    );
  } finally {
    library.remove();
  }
}, 60_000);
