import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { saveToFile } from '../../../src/uploads/node.js';

test('a file that several downloads are saved to is one of them, whole, at any time', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'save-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'results.txt');
  const texts = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(300_000));
  await saveToFile(new Response(texts[0]!), path);

  const state = { isSaving: true };
  const saving = Promise.all(texts.map((text) => saveToFile(new Response(text), path)));
  void saving.finally(() => (state.isSaving = false));
  while (state.isSaving) expect(texts).toContain(await readFile(path, 'utf8'));
  await saving;

  expect(await readdir(folder)).toEqual(['results.txt']);
});
