import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test, vi } from 'vitest';

import { ArgumentError } from '../../../src/errors/argument-error.js';
import { saveToFile } from '../../../src/uploads/node.js';
import { failureOf } from '../../helpers/failure-of.js';

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

test('what is not a file is not replaced by one, and the download is cancelled', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'save-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const cancel = vi.fn();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(3)),
    pull: (controller) => controller.close(),
    cancel,
  });

  const failure = await failureOf(saveToFile(new Response(body), path));

  expect(failure).toMatchObject({
    name: 'MistralError',
    message: `\`${path}\` could not be written: it is not a file`,
  });
  expect(cancel).toHaveBeenCalled();
  expect((await stat(path)).isFIFO()).toBe(true);
  expect(await readdir(folder)).toEqual(['pipe']);
});

test.each([undefined, '', 5])('a download is not saved to %j', async (path) => {
  expect(await failureOf(saveToFile(new Response('a'), path as string))).toBeInstanceOf(ArgumentError);
});
