import type {
  BatchJob,
  ClassifierDetailedJobOut,
  CompletionDetailedJobOut,
  Document,
  WorkflowExecutionResponse,
} from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { withCallerStack } from '../errors/caller.js';
import { MistralError } from '../errors/mistral-error.js';
import { isRecord } from '../internal/is-record.js';
import { recordsIn } from '../internal/records-in.js';
import { JobFailedError } from './job-failed-error.js';
import { checkWaitOptions, poll, systemTiming, type Timing, type WaitOptions } from './poll.js';

export type FineTuningJob = CompletionDetailedJobOut | ClassifierDetailedJobOut;

/** A batch job, a fine-tuning job, a document of a library, or the execution of a workflow. */
export type Waitable = BatchJob | FineTuningJob | Document | WorkflowExecutionResponse;

/**
 * The job after a success. A fine-tuning job with `auto_start: false` has ended when it is `VALIDATED`; a document also when
 * there was nothing to do, or its text is the caller's.
 */
export type Ended<Job> = Job extends Document
  ? Job & { process_status: 'done' | 'noop' | 'self_managed' }
  : Job extends FineTuningJob
    ? Job & { status: 'SUCCESS' | 'VALIDATED' }
    : Job extends WorkflowExecutionResponse
      ? Job & { status: 'COMPLETED' }
      : Job & { status: 'SUCCESS' };

/** The resource of the job: `mistral.batch.jobs`, `mistral.fineTuning.jobs`, `mistral.beta.libraries.documents`. */
export interface WaitableResource<Params, Job> {
  get(params: Params, options: { readonly signal: AbortSignal }): PromiseLike<Job>;
}

/** The resource of executions: `mistral.workflows.executions`. */
export interface WaitableExecutions {
  getWorkflowExecution(
    params: { readonly execution_id: string },
    options: { readonly signal: AbortSignal },
  ): PromiseLike<WorkflowExecutionResponse>;
}

/**
 * Wait until a batch job, a fine-tuning job, the processing of a document or the execution of a workflow has ended.
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
  options?: WaitOptions<Job>,
  timing?: Partial<Timing>,
): Promise<Ended<Job>>;
export function waitFor(
  executions: WaitableExecutions,
  params: { readonly execution_id: string },
  options?: WaitOptions<WorkflowExecutionResponse>,
  timing?: Partial<Timing>,
): Promise<Ended<WorkflowExecutionResponse>>;
export function waitFor(
  resource: WaitableResource<object, Waitable> | WaitableExecutions,
  params: object,
  options: WaitOptions<never> = {},
  timing: Partial<Timing> = {},
): Promise<unknown> {
  // By the overloads, the options are about the jobs of the resource.
  const about = options as WaitOptions<Waitable>;
  return withCallerStack(() =>
    untilEnded(resource as WaitableResource<object, Waitable>, params, about, timing),
  );
}

async function untilEnded(
  resource: WaitableResource<object, Waitable>,
  params: object,
  options: WaitOptions<Waitable>,
  timing: Partial<Timing>,
): Promise<Waitable> {
  const owner = 'waitFor(resource, params, options)';
  const get = getterOf(resource);
  if (!get)
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
    read: (signal: AbortSignal) => get(params, { signal }),
    statusOf: (job: Waitable) => statusOf(job, subject),
    isOver: (job: Waitable) => endOf(job) !== undefined,
  };
  const job = await poll(polled, options, { ...systemTiming, ...timing });
  if (endOf(job) === 'failure')
    throw new JobFailedError(subject, statusOf(job, subject), job, reasonsOf(job));
  return job;
}

/** The method of a resource that reads a job; that of executions has a name of its own. */
function getterOf(
  resource: WaitableResource<object, Waitable> | undefined,
): WaitableResource<object, Waitable>['get'] | undefined {
  const { get, getWorkflowExecution = get } = (resource ?? {}) as Partial<typeof resource> & {
    getWorkflowExecution?: typeof get;
  };
  return typeof getWorkflowExecution === 'function' ? getWorkflowExecution.bind(resource) : undefined;
}

const ends: ReadonlyMap<string, 'success' | 'failure'> = new Map([
  ['SUCCESS', 'success'],
  ['FAILED', 'failure'],
  ['FAILED_VALIDATION', 'failure'],
  ['TIMEOUT_EXCEEDED', 'failure'],
  ['CANCELLED', 'failure'],
  ['COMPLETED', 'success'],
  ['CANCELED', 'failure'],
  ['TERMINATED', 'failure'],
  ['TIMED_OUT', 'failure'],
  ['done', 'success'],
  ['noop', 'success'],
  ['self_managed', 'success'],
  ['error', 'failure'],
  ['missing_content', 'failure'],
]);

/** Whether something with this status has ended, however. */
export const isEnd = (status: unknown): boolean => ends.has(status as string);

function endOf(job: Waitable): 'success' | 'failure' | undefined {
  const status = statusIn(job);
  // It continues only when its owner starts it.
  if (status === 'VALIDATED' && 'auto_start' in job && !job.auto_start) return 'success';
  return ends.get(status as string);
}

/** That of a document has a name of its own. */
function statusIn(job: Waitable): unknown {
  const { status, process_status } = (job ?? {}) as { status?: unknown; process_status?: unknown };
  return process_status ?? status;
}

/** @throws {MistralError} if there is none: the wait would never end. */
function statusOf(job: Waitable, subject: string): string {
  const status = statusIn(job);
  if (typeof status === 'string') return status;
  // An execution may have none yet.
  if (status === null) return 'unknown';
  throw new MistralError(`${subject} has no status to wait for`);
}

function subjectOf(params: object): string {
  const { job_id, document_id, execution_id } = params as Readonly<Record<string, unknown>>;
  if (execution_id !== undefined) return `Execution ${String(execution_id)}`;
  return document_id === undefined ? `Job ${String(job_id)}` : `Document ${String(document_id)}`;
}

/** A job of many requests may have an error for each. */
const mostReasons = 10;

/** The API's messages about a failure. */
function reasonsOf(job: Waitable): string[] {
  const { errors, events } = job as { readonly errors?: unknown; readonly events?: unknown };
  const ofErrors = recordsIn(errors).map(({ message, count }) =>
    typeof message === 'string' && typeof count === 'number' && count > 1
      ? `${message} (${count} times)`
      : message,
  );
  const ofEvents = recordsIn(events).map(({ data }) => (isRecord(data) ? data.error : undefined));
  const reasons = [...ofErrors, ...ofEvents].filter(
    (reason): reason is string => typeof reason === 'string' && reason !== '',
  );
  const more = reasons.length - mostReasons;
  return more > 0 ? [...reasons.slice(0, mostReasons), `and ${more} more`] : reasons;
}
