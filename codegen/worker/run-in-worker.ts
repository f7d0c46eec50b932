import { Worker } from 'node:worker_threads';

import type { Options } from 'prettier';

import type { JsonObject } from '../description/json.js';
import type { Problem, Ruleset } from './problem.js';

/** What can run in the worker thread, by name: what each takes, and what it gives. */
interface Tasks {
  loadLinter: { input: object; result: void };
  lint: { input: { readonly document: JsonObject; readonly ruleset: Ruleset }; result: Problem[] };
  writeYaml: {
    input: { readonly file: string; readonly header: string; readonly document: JsonObject };
    result: void;
  };
  format: { input: { readonly text: string; readonly options: Options }; result: string };
}

interface WorkerResponse {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: Error;
}

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

const waiting = new Map<number, Waiting>();
let worker: Worker | undefined;
let tasksBegun = 0;

/**
 * Run a task in a thread of its own, which stays for the next one: what it has loaded and compiled is paid for once.
 *
 * @throws what the task throws.
 */
export function runInWorker<Name extends keyof Tasks>(
  task: Name,
  input: Tasks[Name]['input'],
): Promise<Tasks[Name]['result']> {
  const thread = (worker ??= start());
  // An idle thread does not keep the process alive.
  thread.ref();
  return new Promise((resolve, reject) => {
    const id = (tasksBegun += 1);
    waiting.set(id, { resolve, reject });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    thread.postMessage({ id, task, input });
  });
}

function start(): Worker {
  // Without the loader for TypeScript that the main thread may have.
  const started = new Worker(new URL('worker.mjs', import.meta.url), { execArgv: [] });
  started.on('message', ({ id, result, error }: WorkerResponse) => {
    const { resolve, reject } = waiting.get(id)!;
    waiting.delete(id);
    if (waiting.size === 0) started.unref();
    if (error === undefined) resolve(result as never);
    else reject(error);
  });
  started.on('error', (error) => {
    worker = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  return started;
}
