import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';

/** Which job has which requests; JSON, to be kept by whoever wants to go on after a crash. */
export interface BatchState {
  readonly version: 1;
  readonly endpoint: string;
  /** What answers the requests, where that is the same for all; absent in states of versions that did not keep it. */
  readonly model?: string | null;
  readonly agent_id?: string | null;
  /** In the order of their requests. */
  readonly jobs: readonly SavedJob[];
}

/** One job of a batch. */
export interface SavedJob {
  readonly job_id: string;
  /** The uploaded requests; `null` for a small job, whose requests travelled with it. */
  readonly input_file: string | null;
  /** The index of its first request. */
  readonly first: number;
  /** How many requests it has. */
  readonly count: number;
  /** Of its requests, to notice when those of the next run are not the same. */
  readonly checksum: number;
  /** How many of its results were errors, once all of them were handed out; `null` until then. */
  readonly failed: number | null;
}

const isCount = (value: unknown, least: number): boolean =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least;

const isSavedJob = (job: unknown): job is SavedJob =>
  isRecord(job) &&
  typeof job.job_id === 'string' &&
  (job.input_file === null || typeof job.input_file === 'string') &&
  isCount(job.first, 0) &&
  isCount(job.count, 1) &&
  isCount(job.checksum, 0) &&
  (job.failed === null || isCount(job.failed, 0));

/** What a state is of, beside its requests. */
export type BatchIdentity = Pick<BatchState, 'endpoint' | 'model' | 'agent_id'>;

/** @throws {ArgumentError} if this is no state that `onState` gave, or that of other requests. */
export function checkState(
  owner: string,
  state: unknown,
  wanted: BatchIdentity,
): asserts state is BatchState {
  const problem = isRecord(state) ? problemOf(state, wanted) : 'it is no object';
  if (problem)
    throw new ArgumentError(`${owner}: \`resume\` must be a state that \`onState\` gave; ${problem}`);
}

function problemOf(state: Record<string, unknown>, wanted: BatchIdentity): string | undefined {
  const { version, jobs } = state;
  if (version !== 1) return `its version is ${String(version)}, and this version of the package reads 1`;
  for (const name of ['endpoint', 'model', 'agent_id'] as const) {
    const [before, now] = [state[name], wanted[name] ?? null];
    if (before !== undefined && before !== now)
      return `it is of the \`${name}\` ${String(before)}, and the \`${name}\` is now ${String(now)}`;
  }
  if (!Array.isArray(jobs)) return 'it has no list of jobs';
  let end = 0;
  for (const [index, job] of jobs.entries()) {
    if (!isSavedJob(job)) return `jobs[${index}] is no job`;
    if (job.first < end) return `jobs[${index}] has requests of the one before`;
    end = job.first + job.count;
  }
  return undefined;
}
