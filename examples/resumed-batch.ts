/**
 * A batch that may be killed at any moment: run again, it goes on where it was, and no request is answered twice.
 *
 * With MISTRAL_API_KEY set, it asks the real API. Without, it is run twice on the mock API, and killed the first time.
 *
 * Run: npm run example resumed-batch [folder]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  createReadStream,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setInterval } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { Mistral, textOf } from 'mistral-sdk';
import { decodeJsonl, runBatch, type BatchState } from 'mistral-sdk/batch';
import { createMockMistral, mockBatches } from 'mistral-sdk/testing';
import { serveMock } from 'mistral-sdk/testing/node';

const [folder = mkdtempSync(join(tmpdir(), 'batch-'))] = process.argv.slice(2);
const resultsFile = join(folder, 'results.jsonl');
const stateFile = join(folder, 'state.json');

const cities = ['Lyon', 'Nice', 'Lille', 'Brest', 'Nantes', 'Metz', 'Dijon', 'Tours', 'Reims'];

async function main(): Promise<void> {
  const done = new Set<number>();
  if (existsSync(resultsFile))
    for await (const { index } of decodeJsonl<{ index: number }>(createReadStream(resultsFile)))
      done.add(index);
  console.log(`${done.size} of ${cities.length} results are in ${folder}`);

  const run = runBatch(new Mistral(), cities, {
    endpoint: '/v1/chat/completions',
    model: 'mistral-small-latest',
    maxRequestsPerJob: 3,
    maxJobs: 1,
    toRequest: (city) => ({ messages: [{ role: 'user', content: `What is ${city} known for?` }] }),
    // As it was saved by `onState`.
    resume: existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, 'utf8')) as BatchState) : undefined,
    onState(state) {
      writeFileSync(`${stateFile}.new`, JSON.stringify(state));
      renameSync(`${stateFile}.new`, stateFile); // whole, whenever it is killed
    },
  });
  for await (const { index, input, output, error } of run) {
    if (done.has(index)) continue; // handed out before, by a job that was not done yet
    const result = error ? { index, error: error.message } : { index, text: textOf(output) };
    appendFileSync(resultsFile, `${JSON.stringify(result)}\n`);
    console.log(`${input}: ${error?.message ?? textOf(output)}`);
  }
}

/** Runs this program, kills it after its first result, and runs it again; the mock API, and its jobs, live on in this one. */
async function killAndResume(): Promise<void> {
  const mock = createMockMistral(mockBatches({ pollsUntilEnded: 2 }));
  const { url, close } = await serveMock(mock);
  const env = { ...process.env, MISTRAL_API_KEY: 'mock', MISTRAL_BASE_URL: url };
  for (const isKilled of [true, false]) {
    const args = [...process.execArgv, fileURLToPath(import.meta.url), folder];
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = once(child, 'close');
    let printed = '';
    child.stdout.on('data', (text: Buffer) => {
      printed += text.toString();
      process.stdout.write(text);
    });
    if (isKilled) {
      // While the second job runs: one that is killed between the creation of a job and `onState` creates it again.
      for await (const _ of setInterval(10))
        if (child.exitCode !== null || (printed.includes(`${cities[0]}: `) && savedJobs() === 2)) break;
      child.kill('SIGKILL');
    }
    await closed;
    if (isKilled) console.log('Killed.');
  }
  console.log(`${mock.callsTo('batch.jobs.create').length} jobs were created`);
  await close();
}

const savedJobs = (): number =>
  existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, 'utf8')) as BatchState).jobs.length : 0;

await (process.env.MISTRAL_API_KEY ? main() : killAndResume());
