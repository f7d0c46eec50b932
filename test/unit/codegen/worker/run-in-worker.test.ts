import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

import { expect, test } from 'vitest';

import { runInWorker } from '../../../../codegen/worker/run-in-worker.js';
import { failureOf } from '../../../helpers/failure-of.js';

const options = { parser: 'typescript', singleQuote: true };

test('responses reach those who asked, however many tasks are under way', async () => {
  const texts = Array.from({ length: 20 }, (_, index) => `let   a = "${index}"`);

  const formatted = await Promise.all(texts.map((text) => runInWorker('format', { text, options })));

  expect(formatted).toEqual(texts.map((_, index) => `let a = '${index}';\n`));
});

test('a task that fails rejects with what it failed of, and costs no other', async () => {
  const [broken, sound] = await Promise.allSettled([
    runInWorker('format', { text: 'let = ;', options }),
    runInWorker('format', { text: 'let a', options }),
  ]);

  expect(broken).toMatchObject({ status: 'rejected', reason: { name: 'SyntaxError' } });
  expect(sound).toEqual({ status: 'fulfilled', value: 'let a;\n' });
});

test('a document that the linter cannot read is one task that failed', async () => {
  const failure = await failureOf(() =>
    runInWorker('lint', { document: { lights: [] }, ruleset: 'recommended' }),
  );

  expect(failure).toHaveProperty('message', expect.stringMatching(/specification|spec/i));
});

test('the thread keeps no process alive that has nothing left to ask', () => {
  const module = pathToFileURL('codegen/worker/run-in-worker.ts').href;
  const program = `
    const { runInWorker } = await import('${module}');
    console.log(await runInWorker('format', { text: 'a', options: { parser: 'typescript' } }));`;

  const { status, stdout } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', program],
    { encoding: 'utf8', timeout: 120_000 },
  );

  expect({ status, stdout }).toEqual({ status: 0, stdout: 'a;\n\n' });
});
