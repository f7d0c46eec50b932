/**
 * Compares what reading a streamed chat costs: CPU time an event, of programs that do the same work side by side.
 *
 * Every contender has a process of its own, and they take turns, so that what disturbs the machine disturbs all.
 *
 * Run: npm run bench
 *      npm run bench -- codegen   (what the pipeline costs)
 *      npm run bench -- import    (what importing the package costs)
 *      npm run bench -- types     (what its types cost a compiler)
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { cuts, type Cut } from './chat.js';
import { benchCodegen } from './codegen.js';
import type { Task } from './child.js';
import { contenders } from './contenders.js';
import { benchImport } from './import.js';
import { benchTypes } from './types.js';

const eventCounts: Record<Cut, number> = { whole: 30_000, event: 8_000, split: 20_000 };
const warmUps = 10;
const rounds = 31;

async function benchChat(): Promise<void> {
  const server = start('server.ts');
  const [port] = (await once(server, 'message')) as [number];
  const children = Object.keys(contenders).map((name) => ({ name, child: start('child.ts', name) }));
  for (const cut of Object.keys(cuts) as Cut[]) {
    const eventCount = eventCounts[cut];
    const task: Task = { url: `http://127.0.0.1:${port}/${eventCount}/${cut}`, eventCount };
    const measured = children.map(({ name, child }) => ({ name, child, times: [] as number[] }));
    for (let round = -warmUps; round < rounds; round += 1) {
      for (const { child, times } of rotated(measured, round + warmUps)) {
        const microseconds = await ask(child, task);
        if (round >= 0) times.push(microseconds / eventCount);
      }
    }
    console.log(`\n${cuts[cut]}: ${eventCount} events, ${rounds} rounds, on Node ${process.versions.node}`);
    print(measured);
  }
  for (const { child } of children) child.disconnect();
  server.disconnect();
}

function start(file: string, ...args: string[]): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return fork(path, args, { execArgv: ['--import', 'tsx'] });
}

async function ask(child: ChildProcess, task: Task): Promise<number> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    child.send(task);
    const [answer] = await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(() => {
        throw new Error('A contender has died; what it said is above');
      }),
    ]);
    return answer as number;
  } finally {
    settled.abort();
  }
}

/** Ratios are taken round by round, then their median: a slow minute slows all who share it. */
function print(measured: readonly { name: string; times: readonly number[] }[]): void {
  const floor = measured[0]!.times;
  const rows = measured.map(({ name, times }) => {
    const ratios = times.map((time, round) => time / floor[round]!).toSorted((a, b) => a - b);
    const quarter = Math.floor(ratios.length / 4);
    return {
      contender: name,
      'CPU µs an event': median(times).toFixed(2),
      'ratio to the floor': median(ratios).toFixed(2),
      'middle half of the ratios': `${ratios[quarter]!.toFixed(2)} to ${ratios.at(-1 - quarter)!.toFixed(2)}`,
    };
  });
  console.table(Object.fromEntries(rows.map(({ contender, ...row }) => [contender, row])));
}

/** Who comes after whom changes with the round. */
const rotated = <Item>(items: readonly Item[], by: number): Item[] =>
  items.map((_, index) => items[(index + by) % items.length]!);

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const benches: Readonly<Record<string, () => void | Promise<void>>> = {
  chat: benchChat,
  codegen: benchCodegen,
  import: benchImport,
  types: benchTypes,
};
const bench = benches[process.argv[2] ?? 'chat'];
if (!bench) throw new Error(`npm run bench -- ${Object.keys(benches).join(' | ')}`);
await bench();
