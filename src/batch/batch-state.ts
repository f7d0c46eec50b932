import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';

/** The jobs of a run with their requests, as JSON. Store it to resume after a crash. */
export interface BatchState {
  readonly version: 1;
  readonly endpoint: string;
  /** The model or agent of all requests; absent in states of older versions. */
  readonly model?: string | null;
  readonly agent_id?: string | null;
  /** In the order of their requests. */
  readonly jobs: readonly SavedJob[];
}

/** One job of a batch. */
export interface SavedJob {
  readonly job_id: string;
  /** The uploaded requests; `null` for a small job with inline requests. */
  readonly input_file: string | null;
  /** Index of its first request. */
  readonly first: number;
  /** Number of its requests. */
  readonly count: number;
  /** Checksum of its requests, to detect that those of the next run differ. */
  readonly checksum: number;
  /** How many of its results were errors, once all were yielded; `null` until then. */
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

/** What else identifies a run, apart from its requests. */
export type BatchIdentity = Pick<BatchState, 'endpoint' | 'model' | 'agent_id'>;

/** @throws {ArgumentError} if this is not a state of `onState`, or one of other requests. */
export function checkState(
  owner: string,
  state: unknown,
  wanted: BatchIdentity,
): asserts state is BatchState {
  const problem = isRecord(state) ? problemOf(state, wanted) : 'it is not an object';
  if (problem) throw new ArgumentError(`${owner}: \`resume\` must be a state of \`onState\`; ${problem}`);
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
    if (!isSavedJob(job)) return `jobs[${index}] is not a job`;
    if (job.first < end) return `jobs[${index}] overlaps the one before`;
    end = job.first + job.count;
  }
  return undefined;
}
