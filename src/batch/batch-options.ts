import type { ApiEndpoint } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';
import { checkWaitOptions } from '../waiting/poll.js';
import { checkState, type BatchState } from './batch-state.js';

export interface BatchOptions<Endpoint extends ApiEndpoint> {
  /** The endpoint of all requests. It determines the types of requests and results. */
  readonly endpoint: Endpoint;
  /** The model. Some endpoints need none. */
  readonly model?: string | undefined;
  /** An agent of the deprecated agents API, instead of a model. */
  readonly agent_id?: string | undefined;
  /** Stored with each job. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Timeout of a job at the server, in hours: 1 to 168. Requests that are not done by then are errors. */
  readonly timeout_hours?: number | undefined;
  /**
   * Maximum number of concurrent jobs, from reading their requests to their last result.
   *
   * @default 4
   */
  readonly maxJobs?: number | undefined;
  /**
   * Maximum number of requests per job.
   *
   * @default 100000
   */
  readonly maxRequestsPerJob?: number | undefined;
  /**
   * Maximum bytes of JSONL per job. A single larger request is refused.
   *
   * @default 67108864
   */
  readonly maxBytesPerJob?: number | undefined;
  /**
   * A job with at most this many bytes, and less than 10,000 requests, contains its requests inline instead of in a file. 0
   * disables that.
   *
   * @default 1048576
   */
  readonly maxInlineBytes?: number | undefined;
  /** Delays between polls of jobs, as in `waitFor`: from 1 second up to 30 seconds. */
  readonly polling?: {
    readonly initialDelayMs?: number | undefined;
    readonly maxDelayMs?: number | undefined;
  };
  /** Aborts the run at any time. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether running jobs are cancelled when the run ends early, by a break, an abort or a failure. Otherwise they continue, and
   * can be resumed.
   *
   * @default false
   */
  readonly cancelOnAbort?: boolean | undefined;
  /**
   * Called with the state after each job was created, and after all its results were yielded. Store it, and pass it as
   * `resume`. A promise is awaited; a failure ends the run.
   */
  readonly onState?: ((state: BatchState) => void | PromiseLike<void>) | undefined;
  /**
   * The state of an earlier run with the same requests in the same order. Its jobs are not created again, and completed jobs
   * do not yield their results again.
   */
  readonly resume?: BatchState | undefined;
  /** Called with the progress whenever it changes. An error in it ends the run. */
  readonly onProgress?: ((progress: BatchProgress) => unknown) | undefined;
}

/** Progress of a batch, in requests. */
export interface BatchProgress {
  /** `undefined` until the source has ended. */
  readonly total: number | undefined;
  /** Requests in created jobs. */
  readonly submitted: number;
  /** Requests with a result, including errors. */
  readonly completed: number;
  /** Requests with an error. */
  readonly failed: number;
  /** Created jobs. */
  readonly jobs: number;
  /** Jobs whose results were all yielded. */
  readonly endedJobs: number;
}

/** Makes the body of a request. */
export type ToRequest = (input: never, index: number) => unknown;

type AllOptions = BatchOptions<ApiEndpoint> & { readonly toRequest?: ToRequest | undefined };

/** The checked options with their defaults. */
export type BatchConfig = AllOptions &
  Required<Pick<AllOptions, Limit>> & { readonly cancelOnAbort: boolean };

const limits = {
  maxJobs: 4,
  maxRequestsPerJob: 100_000,
  maxBytesPerJob: 64 * 1024 * 1024,
  maxInlineBytes: 1024 * 1024,
};
type Limit = keyof typeof limits;

const callbacks = ['onState', 'onProgress', 'toRequest'] as const;

const known = [
  'endpoint',
  'model',
  'agent_id',
  'metadata',
  'timeout_hours',
  'polling',
  'signal',
  'cancelOnAbort',
  'resume',
  ...callbacks,
  ...(Object.keys(limits) as Limit[]),
] as const satisfies readonly (keyof AllOptions)[];

const mistaken = {
  agentId: 'agent_id',
  timeoutHours: 'timeout_hours',
  concurrency: 'maxJobs',
  state: 'resume',
};

const owner = 'runBatch()';

/** @throws {ArgumentError} for an unknown or invalid option. */
export function readBatchOptions(options: AllOptions): BatchConfig {
  if (!isRecord(options))
    throw new ArgumentError(`${owner}: \`options\` must be an object with an \`endpoint\``);
  const unknown = unknownKey(options, known, owner, mistaken);
  if (unknown) throw new ArgumentError(unknown);
  const { endpoint, polling = {}, signal, resume, cancelOnAbort = false } = options;
  if (typeof endpoint !== 'string' || !endpoint.startsWith('/'))
    throw new ArgumentError(
      `${owner}: \`endpoint\` must be a path of the API, such as '/v1/chat/completions'`,
    );
  if (typeof cancelOnAbort !== 'boolean')
    throw new ArgumentError(`${owner}: \`cancelOnAbort\` must be true or false`);
  if (!isRecord(polling)) throw new ArgumentError(`${owner}: \`polling\` must be an object of delays`);
  checkWaitOptions(owner, { ...polling, signal });
  for (const name of callbacks)
    if (options[name] !== undefined && typeof options[name] !== 'function')
      throw new ArgumentError(`${owner}: \`${name}\` must be a function`);
  if (resume !== undefined) checkState(owner, resume, options);
  return { ...options, ...readLimits(options), cancelOnAbort };
}

function readLimits(options: AllOptions): Record<Limit, number> {
  const read = { ...limits };
  for (const name of Object.keys(limits) as Limit[]) {
    const value = options[name] ?? limits[name];
    const least = name === 'maxInlineBytes' ? 0 : 1;
    if (!(typeof value === 'number' && value >= least))
      throw new ArgumentError(`${owner}: \`${name}\` must be a number of ${least} or more`);
    read[name] = value;
  }
  return read;
}
