import type { WorkflowsExecuteWorkflowParams } from '../../generated/params.gen.js';
import type { WorkflowExecutionResponse } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { addCallerStack, captureCaller, formatted } from '../errors/caller.js';
import { abortOf } from '../errors/failure-of.js';
import { MistralError } from '../errors/mistral-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { untilCallerAborts } from '../errors/until-caller-aborts.js';
import { isRecord } from '../internal/is-record.js';
import { linkSignals } from '../internal/linked-cancellation.js';
import { check, isSchema, type OutputOf, type Schema } from '../structured/schema.js';
import { checkWaitOptions, systemTiming, type Timing, type WaitOptions } from '../waiting/poll.js';
import type { AuthorizationRequest } from './authorization-request.js';
import { followExecution as follow, type StartedExecution } from './follow-execution.js';
import { WorkflowRun, type RunSource } from './workflow-run.js';
import type { WorkflowsClient } from './workflows-client.js';

/** What a workflow is started with: the parameters of `workflows.executeWorkflow`, without those that make the call itself wait. */
export interface ExecuteWorkflowParams extends Omit<
  WorkflowsExecuteWorkflowParams,
  'workflow_identifier' | 'wait_for_result' | 'timeout_seconds'
> {}

/** Options of {@link executeWorkflow} and {@link followWorkflow}. Delays and `onUpdate` are those of polling, which is for what events do not tell. */
export interface WorkflowRunOptions<
  S extends Schema = Schema,
> extends WaitOptions<WorkflowExecutionResponse> {
  /** The schema of the result, of a library such as zod: the result is validated, and has its type. */
  readonly output?: S | undefined;
  /**
   * Called when the workflow waits for a person who has to sign in to a connector, and awaited; it goes on by itself once they have.
   * An error in it ends the wait.
   */
  readonly onAuthorization?: ((request: AuthorizationRequest) => unknown) | undefined;
  /**
   * Cancel the workflow when the wait for it ends early: by `signal`, or after `timeoutMs`.
   *
   * @default false: it continues
   */
  readonly cancelOnAbort?: boolean | undefined;
  /**
   * How often in a row the stream of events is opened again without an event before the execution is polled instead.
   *
   * @default 10
   */
  readonly maxReconnects?: number | undefined;
}

/**
 * Start a workflow, and follow it to its end.
 *
 * It is started at once. Awaiting the run gives what the workflow returned; iterating it gives its events. They arrive as a
 * stream, which is resumed after the last event when its connection is lost, and without a stream the execution is polled.
 *
 * @param workflows - `mistral.workflows`.
 * @param workflow - The name or the id of the workflow.
 * @throws {JobFailedError} if it fails, times out, or is cancelled or terminated; the execution is its `job`.
 * @throws {TimeoutError} after `timeoutMs`, and {@link AbortError} when the signal aborts. The workflow continues, unless
 * `cancelOnAbort` is set.
 * @throws {MistralError} if the result does not fit the schema.
 *
 * @example
 * ```ts
 * import { executeWorkflow } from 'mistral-sdk/workflows';
 *
 * const run = executeWorkflow(mistral.workflows, 'summarize', { input: { url: 'https://example.com' } });
 * for await (const { data } of run) console.log(data.event_type);
 * console.log(await run);
 * ```
 */
export function executeWorkflow<S extends Schema>(
  workflows: WorkflowsClient,
  workflow: string,
  params: ExecuteWorkflowParams | undefined,
  options: WorkflowRunOptions<S> & { readonly output: S },
  timing?: Partial<Timing>,
): WorkflowRun<OutputOf<S>>;
export function executeWorkflow<Output = unknown>(
  workflows: WorkflowsClient,
  workflow: string,
  params?: ExecuteWorkflowParams,
  options?: WorkflowRunOptions,
  timing?: Partial<Timing>,
): WorkflowRun<Output>;
export function executeWorkflow(
  workflows: WorkflowsClient,
  workflow: string,
  params: ExecuteWorkflowParams = {},
  options: WorkflowRunOptions = {},
  timing: Partial<Timing> = {},
): WorkflowRun<unknown> {
  const owner = 'executeWorkflow()';
  checkArguments(owner, workflows, options);
  if (typeof workflow !== 'string' || workflow === '')
    throw new ArgumentError(`${owner}: the second argument must be the name or the id of a workflow`);
  if (!isRecord(params)) throw new ArgumentError(`${owner}: \`params\` must be an object, such as { input }`);
  const { signal, cancelOnAbort } = options;
  // One that is to be cancelled has to be known first.
  const request = { signal: cancelOnAbort ? undefined : signal };
  const late = ({ execution_id }: StartedExecution) =>
    cancelOnAbort ? cancel(workflows, execution_id) : undefined;
  const start = async () => {
    signal?.throwIfAborted();
    return workflows.executeWorkflow({ ...params, workflow_identifier: workflow }, request);
  };
  const started = untilCallerAborts(signal, start(), late).then(checkedExecution);
  return runOf({ workflows, started, isNew: true, options, timing });
}

/**
 * Follow an execution that was started elsewhere, as in an earlier process.
 *
 * @throws what {@link executeWorkflow} throws.
 *
 * @example
 * ```ts
 * import { followWorkflow } from 'mistral-sdk/workflows';
 *
 * const run = followWorkflow(mistral.workflows, 'execution_1', { timeoutMs: 60_000 });
 * console.log(await run);
 * ```
 */
export function followWorkflow<S extends Schema>(
  workflows: WorkflowsClient,
  executionId: string,
  options: WorkflowRunOptions<S> & { readonly output: S },
  timing?: Partial<Timing>,
): WorkflowRun<OutputOf<S>>;
export function followWorkflow<Output = unknown>(
  workflows: WorkflowsClient,
  executionId: string,
  options?: WorkflowRunOptions,
  timing?: Partial<Timing>,
): WorkflowRun<Output>;
export function followWorkflow(
  workflows: WorkflowsClient,
  executionId: string,
  options: WorkflowRunOptions = {},
  timing: Partial<Timing> = {},
): WorkflowRun<unknown> {
  const owner = 'followWorkflow()';
  checkArguments(owner, workflows, options);
  if (typeof executionId !== 'string' || executionId === '')
    throw new ArgumentError(`${owner}: the second argument must be the id of an execution`);
  const started = Promise.resolve({ execution_id: executionId });
  return runOf({ workflows, started, isNew: false, options, timing });
}

interface Run {
  readonly workflows: WorkflowsClient;
  readonly started: Promise<StartedExecution>;
  readonly isNew: boolean;
  readonly options: WorkflowRunOptions;
  readonly timing: Partial<Timing>;
}

function runOf({ workflows, started, isNew, options, timing }: Run): WorkflowRun<unknown> {
  const {
    signal,
    timeoutMs,
    output,
    onAuthorization,
    cancelOnAbort,
    maxReconnects = 10,
    ...polling
  } = options;
  const caller = formatted(captureCaller());
  const surroundings = { ...systemTiming, ...timing };
  const authorized = new Set<string>();
  let executionId: string | undefined;
  started.then(
    ({ execution_id }) => (executionId = execution_id),
    () => undefined,
  );
  const followed: RunSource<unknown>['follow'] = async (onEvent, left) => {
    const cancellation = linkSignals(signal, left);
    const stopTimer =
      timeoutMs === undefined
        ? undefined
        : surroundings.clock.after(timeoutMs, () => cancellation.fail(timeoutOf(executionId, timeoutMs)));
    try {
      const execution = await untilCallerAborts(cancellation, started);
      const { result } = await follow({
        workflows,
        started: execution,
        isNew,
        signal: cancellation.signal,
        polling,
        maxReconnects,
        onEvent,
        onAuthorization,
        authorized,
        timing: surroundings,
      });
      return await validated(output, result, execution.execution_id);
    } catch (error) {
      const failure = cancellation.aborted ? abortOf(cancellation) : error;
      if (cancellation.aborted && cancelOnAbort && !left.aborted) {
        const cancelled = started
          .then(({ execution_id }) => cancel(workflows, execution_id))
          .catch(() => undefined);
        // One that is still starting is cancelled once it has.
        if (executionId !== undefined) await cancelled;
      }
      throw addCallerStack(failure, caller);
    } finally {
      stopTimer?.();
      cancellation.release();
    }
  };
  return new WorkflowRun({ workflows, started, follow: followed });
}

async function validated(schema: Schema | undefined, result: unknown, executionId: string): Promise<unknown> {
  if (schema === undefined) return result;
  const checked = await check(schema, result);
  if ('value' in checked) return checked.value;
  const [first] = checked.issues;
  throw new MistralError(
    `The result of execution ${executionId} does not fit the schema: ${first?.message}${first?.path.length ? ` (at ${first.path.join('.')})` : ''}`,
  );
}

/** Without the caller's signal, which has aborted. A failure does not hide why the wait ended. */
async function cancel({ executions }: WorkflowsClient, execution_id: string): Promise<void> {
  const options = { timeoutMs: 10_000, maxRetries: 1 };
  await Promise.resolve(executions.cancelWorkflowExecution({ execution_id }, options)).catch(() => undefined);
}

const timeoutOf = (executionId: string | undefined, timeoutMs: number): TimeoutError =>
  new TimeoutError(
    `${executionId === undefined ? 'The workflow' : `Execution ${executionId}`} has not ended after ${timeoutMs} ms`,
    timeoutMs,
  );

const runOptions = ['output', 'onAuthorization', 'cancelOnAbort', 'maxReconnects'] as const;

function checkedExecution(execution: Partial<StartedExecution> | undefined): StartedExecution {
  const { execution_id } = execution ?? {};
  if (typeof execution_id !== 'string' || execution_id === '')
    throw new MistralError('The workflow has started, but the response has no `execution_id`');
  return { ...execution, execution_id };
}

/** @throws {ArgumentError} */
function checkArguments(owner: string, workflows: WorkflowsClient, options: WorkflowRunOptions): void {
  if (typeof (workflows as Partial<WorkflowsClient> | undefined)?.executeWorkflow !== 'function')
    throw new ArgumentError(`${owner}: the first argument must be \`mistral.workflows\``);
  if (!isRecord(options)) throw new ArgumentError(`${owner}: \`options\` must be an object`);
  const { output, onAuthorization, cancelOnAbort, maxReconnects }: WorkflowRunOptions = options;
  checkWaitOptions(owner, options, runOptions);
  if (output !== undefined && !isSchema(output))
    throw new ArgumentError(`${owner}: \`output\` must be a schema: one of zod, valibot, arktype …`);
  if (onAuthorization !== undefined && typeof onAuthorization !== 'function')
    throw new ArgumentError(`${owner}: \`onAuthorization\` must be a function`);
  if (cancelOnAbort !== undefined && typeof cancelOnAbort !== 'boolean')
    throw new ArgumentError(`${owner}: \`cancelOnAbort\` must be true or false`);
  if (maxReconnects !== undefined && !(Number.isSafeInteger(maxReconnects) && maxReconnects >= 0))
    throw new ArgumentError(`${owner}: \`maxReconnects\` must be an integer from 0`);
}
