import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { serveRealtime } from '../helpers/realtime-server.js';

/** A program that runs JavaScript, and what it can tell of an upgrade that was refused. */
interface Runtime {
  readonly name: string;
  readonly command: string | undefined;
  readonly args?: readonly string[];
  readonly module: string;
  readonly refusal: string;
}

/** Those on the PATH; others are named by a variable, as NODE_22=/path/to/node. */
const runtimes: readonly Runtime[] = [
  {
    name: 'this Node, with ws',
    command: process.execPath,
    module: 'mistral-sdk/realtime/node',
    refusal: 'AuthenticationError',
  },
  {
    name: 'Node 22 and its own WebSocket',
    command: process.env.NODE_22,
    module: 'mistral-sdk/realtime',
    refusal: 'ConnectionError',
  },
  { name: 'Bun', command: found('bun'), module: 'mistral-sdk/realtime', refusal: 'AuthenticationError' },
  {
    name: 'Bun, by the entry of Node',
    command: found('bun'),
    module: 'mistral-sdk/realtime/node',
    refusal: 'AuthenticationError',
  },
  {
    name: 'Deno',
    command: found('deno'),
    args: ['run', '--allow-all'],
    module: 'mistral-sdk/realtime',
    refusal: 'AuthenticationError',
  },
];

test.for(runtimes)('live audio is transcribed in $name', async (runtime, { skip }) => {
  const { command, args = [], module, refusal } = runtime;
  if (command === undefined) return skip('it is not installed');
  const server = await serveRealtime({ refuse: ({ headers }) => headers.authorization?.includes('refused') });

  const scenario = [...args, 'test/helpers/runtimes/realtime.mjs', module, server.origin];
  const { stdout } = await promisify(execFile)(command, scenario, { timeout: 30_000 });

  expect(JSON.parse(stdout)).toEqual({
    text: 'w1 w2 w3 ',
    result: 'w1 w2 w3 ',
    refusal,
    abort: 'AbortError',
  });
  expect(server.upgrades[0]!.headers.authorization).toBe('Bearer test-key-0123456789');
  expect(server.upgrades[1]!.headers['sec-websocket-protocol']?.replace(' ', '')).toBe('realtime,rt_token');
});

/** `undefined` when there is no such program. */
function found(program: string): string | undefined {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return program;
  } catch {
    return undefined;
  }
}
