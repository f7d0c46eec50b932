import type { ApiEndpoint } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';
import { checkWaitOptions } from '../waiting/poll.js';
import { checkState, type BatchState } from './batch-state.js';

export interface BatchOptions<Endpoint extends ApiEndpoint> {
  /** What each request is sent to. Requests and results are typed by it. */
  readonly endpoint: Endpoint;
  /** The model that answers. Some endpoints need none. */
  readonly model?: string | undefined;
  /** An agent of the deprecated agents API, instead of a model. */
  readonly agent_id?: string | undefined;
  /** Stored with each job. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** How long a job may take at the server, in hours: 1 to 168. What is not done by then is an error. */
  readonly timeout_hours?: number | undefined;
  /**
   * How many jobs may be under way at a time, from the reading of their requests to the last of their results.
   *
   * @default 4
   */
  readonly maxJobs?: number | undefined;
  /**
   * How many requests a job may have.
   *
   * @default 100000
   */
  readonly maxRequestsPerJob?: number | undefined;
  /**
   * How many bytes of JSONL a job may have. A single request that has more is refused.
   *
   * @default 67108864
   */
  readonly maxBytesPerJob?: number | undefined;
  /**
   * A job with no more bytes, and less than 10,000 requests, carries them itself instead of in a file. 0 turns
   * that off.
   *
   * @default 1048576
   */
  readonly maxInlineBytes?: number | undefined;
  /** How often jobs are looked at, as `waitFor` does: after 1 second first, after 30 seconds at last. */
  readonly polling?: {
    readonly initialDelayMs?: number | undefined;
    readonly maxDelayMs?: number | undefined;
  };
  /** Ends the run, in whatever it does. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether jobs that are under way are cancelled when the run ends early: the loop is left, the signal aborts,
   * or something fails. Otherwise they go on, and can be resumed.
   *
   * @default false
   */
  readonly cancelOnAbort?: boolean | undefined;
  /**
   * Is given the state whenever a job was created, and whenever all results of one were handed out. Keep it, and
   * pass it as `resume`. If it returns a promise, that is waited for; if it fails, so does the run.
   */
  readonly onState?: ((state: BatchState) => void | PromiseLike<void>) | undefined;
  /**
   * The state of an earlier run with the same requests in the same order. Its jobs are not created again, and
   * results that were all handed out do not come again.
   */
  readonly resume?: BatchState | undefined;
  /** Is told how far it has come, whenever something is known. What it throws ends the run. */
  readonly onProgress?: ((progress: BatchProgress) => unknown) | undefined;
}

/** How far a batch has come, in requests. */
export interface BatchProgress {
  /** `undefined` until the end of the source has been seen. */
  readonly total: number | undefined;
  /** In jobs that were created. */
  readonly submitted: number;
  /** Answered, well or with an error. */
  readonly completed: number;
  /** Answered with an error. */
  readonly failed: number;
  /** Jobs that were created. */
  readonly jobs: number;
  /** Jobs whose results were all handed out. */
  readonly endedJobs: number;
}

/** Makes the body of a request. */
export type ToRequest = (input: never, index: number) => unknown;

type AllOptions = BatchOptions<ApiEndpoint> & { readonly toRequest?: ToRequest | undefined };

/** The options once they were checked, with their defaults. */
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

/** @throws {ArgumentError} for an option that does not exist or cannot be right. */
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
