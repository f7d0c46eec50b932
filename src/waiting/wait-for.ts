import type {
  BatchJob,
  ClassifierDetailedJobOut,
  CompletionDetailedJobOut,
  Document,
} from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { withCallerStack } from '../errors/caller.js';
import { MistralError } from '../errors/mistral-error.js';
import { isRecord } from '../internal/is-record.js';
import { JobFailedError } from './job-failed-error.js';
import { checkWaitOptions, poll, systemTiming, type Timing, type WaitOptions } from './poll.js';

export type FineTuningJob = CompletionDetailedJobOut | ClassifierDetailedJobOut;

/** A batch job, a fine-tuning job, or a document of a library. */
export type Waitable = BatchJob | FineTuningJob | Document;

/**
 * The job after a success. A fine-tuning job with `auto_start: false` has ended when it is `VALIDATED`; a document also when
 * there was nothing to do, or its text is the caller's.
 */
export type Ended<Job> = Job extends Document
  ? Job & { process_status: 'done' | 'noop' | 'self_managed' }
  : Job extends FineTuningJob
    ? Job & { status: 'SUCCESS' | 'VALIDATED' }
    : Job & { status: 'SUCCESS' };

/** The resource of the job: `mistral.batch.jobs`, `mistral.fineTuning.jobs`, `mistral.beta.libraries.documents`. */
export interface WaitableResource<Params, Job> {
  get(params: Params, options: { readonly signal: AbortSignal }): PromiseLike<Job>;
}

/**
 * Wait until a batch job, a fine-tuning job or the processing of a document has ended.
 *
 * It is polled at once and then with growing delays. Unknown statuses count as running. The client retries a failed poll as
 * it is configured; after that, its error ends the wait.
 *
 * @throws {JobFailedError} if it ended without success, with the job as `job`.
 * @throws {TimeoutError} after `timeoutMs`. The job continues.
 * @throws {AbortError} when the signal aborts. The job continues.
 * @throws {ArgumentError} for an invalid option.
 *
 * @example
 * ```ts
 * import { waitFor } from 'mistral-sdk/waiting';
 *
 * const mistral = new Mistral();
 * const { id } = await mistral.batch.jobs.create({ endpoint: '/v1/embeddings', model, input_files: [file_id] });
 *
 * const job = await waitFor(mistral.batch.jobs, { job_id: id }, { timeoutMs: 3_600_000 });
 * console.log(job.succeeded_requests, job.output_file);
 * ```
 */
export function waitFor<Params extends object, Job extends Waitable>(
  resource: WaitableResource<Params, Job>,
  params: Params,
  options: WaitOptions<Job> = {},
  timing: Partial<Timing> = {},
): Promise<Ended<Job>> {
  return withCallerStack(() => untilEnded(resource, params, options, timing));
}

async function untilEnded<Params extends object, Job extends Waitable>(
  resource: WaitableResource<Params, Job>,
  params: Params,
  options: WaitOptions<Job>,
  timing: Partial<Timing>,
): Promise<Ended<Job>> {
  const owner = 'waitFor(resource, params, options)';
  if (typeof (resource as Partial<typeof resource> | undefined)?.get !== 'function')
    throw new ArgumentError(
      `${owner}: \`resource\` must be the resource of the job, such as \`mistral.batch.jobs\``,
    );
  if (!isRecord(params))
    throw new ArgumentError(`${owner}: \`params\` must be an object, such as { job_id }`);
  if (!isRecord(options)) throw new ArgumentError(`${owner}: \`options\` must be an object`);
  checkWaitOptions(owner, options);
  const subject = subjectOf(params);
  const polled = {
    subject,
    read: (signal: AbortSignal) => resource.get(params, { signal }),
    statusOf: (job: Job) => statusOf(job, subject),
    isOver: (job: Job) => endOf(job) !== undefined,
  };
  const job = await poll(polled, options, { ...systemTiming, ...timing });
  if (endOf(job) === 'failure')
    throw new JobFailedError(subject, statusOf(job, subject), job, reasonsOf(job));
  // Checked at run time, which the type cannot express.
  return job as Ended<Job>;
}

const ends: ReadonlyMap<string, 'success' | 'failure'> = new Map([
  ['SUCCESS', 'success'],
  ['FAILED', 'failure'],
  ['FAILED_VALIDATION', 'failure'],
  ['TIMEOUT_EXCEEDED', 'failure'],
  ['CANCELLED', 'failure'],
  ['done', 'success'],
  ['noop', 'success'],
  ['self_managed', 'success'],
  ['error', 'failure'],
  ['missing_content', 'failure'],
]);

function endOf(job: Waitable): 'success' | 'failure' | undefined {
  if ('process_status' in job) return ends.get(job.process_status);
  // It continues only when its owner starts it.
  if (job.status === 'VALIDATED' && 'auto_start' in job && !job.auto_start) return 'success';
  return ends.get(job.status);
}

/** @throws {MistralError} if there is none: the wait would never end. */
function statusOf(job: Waitable, subject: string): string {
  const { status, process_status = status } = (job ?? {}) as { status?: unknown; process_status?: unknown };
  if (typeof process_status === 'string') return process_status;
  throw new MistralError(`${subject} has no status to wait for`);
}

function subjectOf(params: object): string {
  const { job_id, document_id } = params as { job_id?: unknown; document_id?: unknown };
  return document_id === undefined ? `Job ${String(job_id)}` : `Document ${String(document_id)}`;
}

/** The API's messages about a failure. */
function reasonsOf(job: Waitable): string[] {
  if ('errors' in job)
    return (job.errors ?? []).map(({ message, count = 1 }) =>
      count > 1 ? `${message} (${count} times)` : message,
    );
  if (!('events' in job)) return [];
  const errors = (job.events ?? []).map(({ data }) => data?.error);
  return errors.filter((error) => typeof error === 'string');
}
