import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { Outcome, Task } from './child.js';
import { works, type Work, type WorkName } from './works.js';

/** What a work took of one contender: medians. */
export interface Figure {
  readonly contender: string;
  /** Microseconds for one of the unit. */
  readonly time: number;
  /** To the floor, round by round, and the quarter of the rounds below and above. */
  readonly ratio: number;
  readonly lower: number;
  readonly upper: number;
}

export interface Result {
  readonly work: WorkName;
  readonly figures: readonly Figure[];
}

const paths: Record<WorkName, string> = {
  streamWhole: 'stream-30000-whole',
  streamEvent: 'stream-8000-event',
  streamSplit: 'stream-20000-split',
  firstEvent: 'stream-1-whole',
  paced: 'paced-200-2',
  chat: 'chat',
  embeddings: 'embeddings',
  ocr: 'ocr',
  concurrentCalls: 'chat',
  concurrentStreams: 'stream-50-event',
  accumulate: 'stream-10000-event',
  paginate: 'list-100000',
};

const warmUps = 6;

interface Running {
  readonly name: string;
  readonly child: ChildProcess;
  readonly does: ReadonlySet<string>;
}

/**
 * Runs the contenders in turns, each in a process of its own, so that what disturbs the machine disturbs all.
 *
 * @param contenders - Modules by name; the first that does a work is its floor.
 */
export async function compare(
  contenders: ReadonlyMap<string, URL>,
  names: readonly WorkName[],
  onResult: (result: Result) => void,
): Promise<void> {
  const server = start(new URL('server.ts', import.meta.url));
  const [port] = (await once(server, 'message')) as [number];
  const running: Running[] = [];
  for (const [name, module] of contenders) {
    const { contender } = (await import(module.href)) as { contender: object };
    const child = start(new URL('child.ts', import.meta.url), module.href);
    await once(child, 'message');
    running.push({ name, child, does: new Set(Object.keys(contender)) });
  }
  try {
    for (const work of names) {
      const able = running.filter(({ does }) => does.has(work));
      const url = `http://127.0.0.1:${port}/${paths[work]}`;
      onResult({ work, figures: await measure(able, { work, url }) });
    }
  } finally {
    for (const { child } of running) child.disconnect();
    server.disconnect();
  }
}

async function measure(running: readonly Running[], task: Task): Promise<Figure[]> {
  const { rounds, count, measure: kind }: Work = works[task.work];
  const times = running.map((): number[] => []);
  let expected: number | undefined;
  for (let round = -warmUps; round < rounds; round += 1) {
    for (let turn = 0; turn < running.length; turn += 1) {
      // Who comes after whom changes with the round.
      const index = (turn + round + warmUps) % running.length;
      const { name, child } = running[index]!;
      const { given, cpuMicroseconds } = await ask(child, task);
      if (kind === 'CPU' && given !== (expected ??= given))
        throw new Error(`${name} gave ${given} for ${task.work}, where the first gave ${expected}`);
      if (round >= 0) times[index]!.push(kind === 'CPU' ? cpuMicroseconds / count : given);
    }
  }
  return running.map(({ name }, index) => {
    const ratios = times[index]!.map((time, round) => time / times[0]![round]!).toSorted((a, b) => a - b);
    const at = (part: number) => ratios[Math.floor((ratios.length - 1) * part)]!;
    const time = times[index]!.toSorted((a, b) => a - b)[rounds >> 1]!;
    return { contender: name, time, ratio: at(0.5), lower: at(0.25), upper: at(0.75) };
  });
}

function start(file: URL, ...args: string[]): ChildProcess {
  return fork(fileURLToPath(file), args, { execArgv: ['--import', 'tsx'] });
}

async function ask(child: ChildProcess, task: Task): Promise<Outcome> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    child.send(task);
    const [response] = (await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(() => {
        throw new Error(`A contender has died at ${task.work}; what it said is above`);
      }),
    ])) as [Outcome];
    return response;
  } finally {
    settled.abort();
  }
}
