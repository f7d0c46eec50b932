/** What streams and calls leave behind in the heap, measured after the garbage collector has run. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { Mistral } from 'mistral-sdk';

import { params } from './inputs.js';

const streamCount = 200;
const callCount = 10_000;
const atOnce = 50;

export async function benchMemory(): Promise<void> {
  const server = fork(fileURLToPath(new URL('server.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  const [port] = (await once(server, 'message')) as [number];
  const client = (path: string) =>
    new Mistral({ apiKey: 'key', baseURL: `http://127.0.0.1:${port}/${path}` });
  try {
    const chats = client('chat');
    const streams = client('idle');
    // What is made once, such as connections and compiled code.
    await call(chats, 2_000);
    await leave(await open(streams));

    const before = await heapBytes();
    await call(chats, callCount);
    const afterCalls = await heapBytes();
    const opened = await open(streams);
    const withStreams = await heapBytes();
    await leave(opened);
    const afterStreams = await heapBytes();

    const grown = (bytes: number) => ({
      'heap, kB above the beginning': ((bytes - before) / 1000).toFixed(0),
    });
    console.table({
      [`after ${callCount} calls`]: grown(afterCalls),
      [`with ${streamCount} streams that wait`]: grown(withStreams),
      'after they were left': grown(afterStreams),
    });
    console.log(`${((withStreams - afterCalls) / streamCount / 1000).toFixed(1)} kB a stream that waits`);
  } finally {
    server.disconnect();
  }
}

async function call(mistral: Mistral, count: number): Promise<void> {
  for (let done = 0; done < count; done += atOnce)
    await Promise.all(Array.from({ length: atOnce }, () => mistral.chat.complete(params)));
}

type Opened = AsyncIterator<unknown>;

/** Up to the first event of each. */
const open = (mistral: Mistral): Promise<Opened[]> =>
  Promise.all(
    Array.from({ length: streamCount }, async () => {
      const events = mistral.chat.stream(params)[Symbol.asyncIterator]();
      await events.next();
      return events;
    }),
  );

/** Takes them off the list, as nobody holds what has ended. */
async function leave(opened: Opened[]): Promise<void> {
  for (const events of opened.splice(0)) await events.return?.();
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Finalizers run after the collector, and what they release is collected the next time. */
async function heapBytes(): Promise<number> {
  for (let round = 0; round < 20; round += 1) {
    await setTimeout(50);
    collectGarbage();
  }
  return process.memoryUsage().heapUsed;
}
