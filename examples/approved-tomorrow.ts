/**
 * An agent that pays people back, once somebody has allowed it: the run ends with what is to be decided, is kept as JSON in a
 * file, and goes on in another process, in which nothing that ran runs again.
 *
 * With MISTRAL_API_KEY set, it asks the real API: run it, and run it again with `allow` or `deny`. Without, it does so itself on
 * the mock API, and the first process is killed in between.
 *
 * Run: npm run example approved-tomorrow [folder [allow|deny]]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Mistral, textOf } from 'mistral-sdk';
import { createMockMistral, inTurn, toolCall } from 'mistral-sdk/testing';
import { serveMock } from 'mistral-sdk/testing/node';
import { resumeTools, runTools, tool, type PendingRun } from 'mistral-sdk/tools';
import { z } from 'zod';

const [folder = mkdtempSync(join(tmpdir(), 'approval-')), decision] = process.argv.slice(2);
const pendingFile = join(folder, 'pending.json');
const log = join(folder, 'log.txt');

const order = z.object({ order: z.string() });
const tools = [
  tool({
    name: 'look_up',
    description: 'What an order has cost',
    parameters: order,
    execute: ({ order: id }) => {
      appendFileSync(log, `looked up ${id}\n`);
      return { order: id, euros: 40 };
    },
  }),
  tool({
    name: 'pay_back',
    description: 'Pays an order back',
    parameters: order,
    needsApproval: true,
    execute: ({ order: id }, { callId }) => {
      appendFileSync(log, `paid ${id} back\n`);
      return `Paid back, as ${callId}`;
    },
  }),
];

async function main(): Promise<void> {
  const { chat } = new Mistral();
  if (!existsSync(pendingFile)) {
    const messages = [{ role: 'user' as const, content: 'Pay order 17 back, please.' }];
    const { pending } = await runTools(chat, { model: 'mistral-medium-latest', messages }, { tools });
    if (pending) save(pending);
    return;
  }
  const pending = JSON.parse(readFileSync(pendingFile, 'utf8')) as PendingRun;
  const decided =
    decision === 'allow' ? ('allow' as const) : { decision: 'deny' as const, reason: 'Not today' };
  const decisions = Object.fromEntries(pending.calls.map(({ id }) => [id, decided]));
  const { message } = await resumeTools(chat, pending, decisions, { tools });
  console.log(textOf(message));
}

function save(pending: PendingRun): void {
  writeFileSync(`${pendingFile}.new`, JSON.stringify(pending));
  renameSync(`${pendingFile}.new`, pendingFile); // whole, whenever it is killed
  for (const { name, arguments: args } of pending.calls) console.log(`To decide: ${name}(${args})`);
}

/** Runs this program, kills it, and runs it again with a decision; the mock API lives on in this one. */
async function killAndDecide(): Promise<void> {
  const mock = createMockMistral({
    'chat.complete': inTurn(
      [toolCall('look_up', { order: '17' }), toolCall('pay_back', { order: '17' })],
      'Your 40 € are on their way.',
    ),
  });
  const { url, close } = await serveMock(mock);
  const env = { ...process.env, MISTRAL_API_KEY: 'mock', MISTRAL_BASE_URL: url };
  for (const args of [[folder], [folder, 'allow']]) {
    const program = [...process.execArgv, fileURLToPath(import.meta.url), ...args];
    const child = spawn(process.execPath, program, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.on('data', (text: Buffer) => {
      process.stdout.write(text);
      if (text.includes('To decide')) child.kill('SIGKILL');
    });
    await once(child, 'close');
  }
  console.log(readFileSync(log, 'utf8').trim());
  console.log(`${mock.callsTo('chat.complete').length} requests were sent`);
  await close();
}

await (process.env.MISTRAL_API_KEY ? main() : killAndDecide());
