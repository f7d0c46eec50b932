import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { ConnectionError, Mistral, MistralError, type MistralOptions } from '../../src/index.js';
import { createMockMistral } from '../../src/testing/index.js';
import { callablesOf } from '../helpers/callables.js';
import { notPassed, trials, type Callback, type Trial } from '../helpers/callback-trials.js';
import { exportedSpans } from '../helpers/spans.js';

// Every function that a user may pass, tried throwing, rejecting, hanging and returning garbage: the user's own error comes
// out, once; nothing is retried for it; nothing hangs past its time limit; no process dies.

exportedSpans();

const mine = new Error('Mine');
const reason = new Error('Enough');

interface Fault {
  readonly name: string;
  readonly act: (...args: never[]) => unknown;
  readonly due: Due;
  readonly isAborted?: boolean;
  /** How often the function is called, where the trial does not say it. */
  readonly calls?: number | 'any';
}

/** How a program ends: well, with what was thrown, or with an error of the package. */
type Due =
  | 'success'
  | { readonly thrown: unknown; readonly as: 'itself' | 'cause' | 'either' }
  | { readonly says: RegExp; readonly names: readonly string[] };

const never = () => new Promise<never>(() => {});
const throwing = (thrown: unknown) => () => {
  throw thrown;
};
const rejecting = (thrown: unknown) => () => Promise.reject(thrown as Error);

/** Names of errors that say what is wrong with a value. `TypeError` is that of the language, for an iterator of the user. */
const complaints = [
  'ArgumentError',
  'MistralError',
  'ResponseError',
  'ConnectionError',
  'StreamInterruptedError',
  'TypeError',
];
const refused: Due = { says: /returned a promise; it must be synchronous/, names: complaints };

function faultsOf(trial: Trial): Fault[] {
  const { error = 'itself', good = () => undefined } = trial;
  const failing = (thrown: unknown): Due => (error === 'nowhere' ? 'success' : { thrown, as: error });
  // A new one each time: what is thrown is told of the attempts.
  const ours = new ConnectionError('Ours');
  return [
    { name: 'being good', act: good, due: 'success', calls: 'any' },
    { name: 'throwing an error', act: throwing(mine), due: failing(mine) },
    { name: 'throwing undefined', act: throwing(undefined), due: failing(undefined) },
    { name: 'throwing a text', act: throwing('Mine'), due: failing('Mine') },
    {
      name: 'throwing an error of ours',
      act: throwing(ours),
      due: error === 'nowhere' ? 'success' : { thrown: ours, as: 'either' },
      ...(trial.isRetried && { calls: 'any' }),
    },
    ...promisesOf(trial, failing),
    ...hangsOf(trial),
    ...(trial.garbage?.values ?? []).map((value) => ({
      name: `returning ${String(value)}`,
      act: () => value,
      due: { says: trial.garbage!.says, names: complaints },
      calls: 1,
    })),
  ];
}

function promisesOf({ promise }: Trial, failing: (thrown: unknown) => Due): Fault[] {
  if (promise === 'language') return [];
  const due = (thrown: unknown): Due => {
    if (promise === 'ignored') return 'success';
    return promise === 'refused' ? refused : failing(thrown);
  };
  const later = async () => {
    await turn();
    throw mine;
  };
  const calls: Pick<Fault, 'calls'> =
    promise === 'refused' ? { calls: 1 } : promise === 'late' ? { calls: 'any' } : {};
  return [
    { name: 'rejecting', act: rejecting(mine), due: due(mine), ...calls },
    { name: 'rejecting with undefined', act: rejecting(undefined), due: due(undefined), ...calls },
    { name: 'rejecting later', act: later, due: due(mine), ...calls },
  ];
}

function hangsOf({ promise, hang = 'limits' }: Trial): Fault[] {
  if (promise === 'refused') return [{ name: 'hanging', act: never, due: refused, calls: 1 }];
  if (promise === 'language' || hang === 'program') return [];
  if (hang === 'ignored') return [{ name: 'hanging', act: never, due: 'success' }];
  const until = (limit: string, doing = 'hanging', act: () => unknown = never): Fault => ({
    name: `${doing} until ${limit}`,
    act,
    due: { says: /./, names: [limit] },
    isAborted: limit === 'AbortError',
    calls: 'any',
  });
  return [
    ...(hang === 'limits' ? [until('TimeoutError')] : []),
    until('AbortError'),
    until('AbortError', 'returning nothing', afterAbort),
    until('AbortError', 'rejecting', async () => {
      await afterAbort();
      throw mine;
    }),
  ];
}

const { setImmediate: realSetImmediate } = globalThis;
const turn = () => new Promise<void>((resolve) => realSetImmediate(resolve));
/** The timers are those of the test. */
const afterAbort = () => new Promise<void>((resolve) => setTimeout(resolve, 250));

/** What nobody has handled. */
const unhandled: unknown[] = [];
const note = (error: unknown) => void unhandled.push(error);
const events = ['unhandledRejection', 'uncaughtException'] as const;
const others = new Map(events.map((name) => [name, [] as ((...args: unknown[]) => void)[]]));

beforeAll(() => {
  // Those of the runner would fail it as a whole, without a word of which trial it was.
  for (const name of events) {
    others.set(name, process.listeners(name as 'exit') as never);
    process.removeAllListeners(name);
    process.on(name, note);
  }
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});

afterAll(() => {
  vi.useRealTimers();
  for (const name of events) {
    process.removeAllListeners(name);
    for (const listener of others.get(name)!) process.on(name, listener);
  }
});

/** How the program of a trial has gone. */
interface Course {
  readonly calls: number;
  readonly requests: number;
  /** Absent if it has not ended. */
  readonly outcome: { readonly error?: unknown } | undefined;
}

async function run(trial: Trial, fault: Fault): Promise<Course> {
  unhandled.length = 0;
  const mock = createMockMistral();
  const controller = new AbortController();
  let requests = 0;
  let calls = 0;
  const options: MistralOptions = {
    apiKey: 'test-key',
    logLevel: 'off',
    timeoutMs: 1000,
    retry: { initialDelayMs: 1, maxDelayMs: 1 },
    fetch: (url, init) => {
      requests += 1;
      return mock.fetch(url, init);
    },
  };
  // It fits in every place, and can be called with `new`.
  const callback = function (...args: unknown[]) {
    calls += 1;
    return fault.act(...(args as never[]));
  } as Callback;

  const outcomes: { readonly error?: unknown }[] = [];
  const program = async () => {
    try {
      await trial.use(callback, { mock, options, mistral: new Mistral(options), signal: controller.signal });
      outcomes.push({});
    } catch (error) {
      outcomes.push({ error });
    }
  };
  void program();
  for (let turns = 0; outcomes.length === 0 && turns < maxTurns; turns += 1) {
    await turn();
    // Short of all limits at first; then they are reached.
    await vi.advanceTimersByTimeAsync(fault.isAborted || turns < 40 ? 5 : 200);
    if (fault.isAborted && turns === 30) controller.abort(reason);
  }
  if (fault.isAborted) await vi.advanceTimersByTimeAsync(250);
  // What has nobody to handle it is told after that.
  for (let turns = 0; turns < 4; turns += 1) await turn();
  return { calls, requests, outcome: outcomes[0] };
}

const maxTurns = 120;

/** What is wrong with how the program of a trial goes with a fault. */
async function wrongWith(trial: Trial, fault: Fault): Promise<string[]> {
  const { calls, requests, outcome } = await run(trial, fault);
  const wrong = unhandled.map((error) => `nobody handles ${String(error)}`);
  if (calls === 0) wrong.push('it is not called');
  if (!outcome) return [...wrong, 'there is no end'];
  const { error } = outcome;
  const { due } = fault;
  const problem = 'error' in outcome ? isDue(error, due) : due !== 'success' && 'it should fail';
  if (problem) wrong.push(`${problem}: ${String('error' in outcome ? error : 'success')}`);
  if (fault.isAborted && (error as Error | undefined)?.cause !== reason)
    wrong.push('the reason of the abort is lost');
  if (due === 'success' || fault.calls === 'any') return wrong;
  if (calls !== (fault.calls ?? trial.calls ?? 1)) wrong.push(`it was called ${calls} times`);
  if (requests !== trial.requests) wrong.push(`${requests} requests were sent`);
  return wrong;
}

/** @returns what is wrong with an error, if anything is. */
function isDue(error: unknown, due: Due): string | false {
  if (due === 'success') return 'it should succeed';
  if ('says' in due) {
    const { name = '', message = '' } = (error ?? {}) as Partial<Error>;
    return (
      !(due.names.includes(name) && due.says.test(message)) && `it should be ${due.names.join()} ${due.says}`
    );
  }
  const { thrown, as } = due;
  const isThere =
    (as !== 'cause' && error === thrown) ||
    (as !== 'itself' && MistralError.isInstance(error) && causesOf(error).includes(thrown));
  return !isThere && `it should be what was thrown, ${as}`;
}

/** An error's causes, each that is there at all. */
function causesOf(error: unknown): unknown[] {
  return error instanceof Error && 'cause' in error ? [error.cause, ...causesOf(error.cause)] : [];
}

test('the table has every function that a user can pass, and no other', () => {
  const named = [...Object.keys(trials), ...notPassed];
  const declared = callablesOf(process.cwd());

  expect(declared.filter((name) => !named.includes(name))).toEqual([]);
  expect(named.filter((name) => !declared.includes(name))).toEqual([]);
});

describe('whatever it does, its error comes out once, nothing is retried for it, and nothing hangs:', () => {
  test.each(Object.entries(trials))('%s', async (_, trial) => {
    const wrong: string[] = [];
    for (const fault of faultsOf(trial))
      for (const each of await wrongWith(trial, fault)) wrong.push(`${fault.name}: ${each}`);

    expect(wrong, wrong.join('\n')).toEqual([]);
  });
});
