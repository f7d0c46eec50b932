import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { PipelineError } from '../../../../codegen/run/pipeline-error.js';
import { replaceFolder } from '../../../../codegen/files/replace-folder.js';
import { contentsOf } from '../../../helpers/contents-of.js';
import { failureOf } from '../../../helpers/failure-of.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'replace-'));
  mkdirSync(join(root, 'folder'));
  writeFileSync(join(root, 'folder/old.txt'), 'old');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const writeNew = async (next: string): Promise<number> => {
  writeFileSync(join(next, 'new.txt'), 'new');
  return 1;
};

test('a folder is replaced as a whole, and nothing is left beside it', async () => {
  expect(await replaceFolder(join(root, 'folder'), writeNew)).toBe(1);
  expect(contentsOf(root)).toEqual({ 'folder/new.txt': 'new' });
});

test('a folder that is not there yet is made, with those above it', async () => {
  await replaceFolder(join(root, 'a/b'), writeNew);

  expect(contentsOf(join(root, 'a'))).toEqual({ 'b/new.txt': 'new' });
});

test('what a run that was cut short left behind is no part of the next', async () => {
  for (const name of ['folder.next', 'folder.previous']) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, 'half.txt'), 'half');
  }

  await replaceFolder(join(root, 'folder'), writeNew);

  expect(contentsOf(root)).toEqual({ 'folder/new.txt': 'new' });
});

test('when writing fails, the folder is what it was, and the failure is the one of the writer', async () => {
  const failure = new Error('no');

  expect(
    await failureOf(
      replaceFolder(join(root, 'folder'), async (next) => {
        await writeNew(next);
        throw failure;
      }),
    ),
  ).toBe(failure);
  expect(contentsOf(root)).toEqual({ 'folder/old.txt': 'old' });
  expect(readdirSync(root)).toEqual(['folder']);
});

test('what the file system refuses is said with the folder, without a stack', async () => {
  const failure = await failureOf(replaceFolder('/dev/null/folder', writeNew));

  expect(failure).toBeInstanceOf(PipelineError);
  expect(failure).toHaveProperty(
    'message',
    expect.stringMatching(/^\/dev\/null\/folder: cannot be written \(\w+\)/),
  );
});
