import type { WorkflowEventType, WorkflowExecutionResponse } from '../../generated/types.gen.js';
import { AbortError } from '../errors/abort-error.js';
import { APIError, NotFoundError } from '../errors/api-error.js';
import { ArgumentError } from '../errors/argument-error.js';
import { eventsOf } from '../errors/events-of.js';
import { MistralError } from '../errors/mistral-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import type { Clock } from '../internal/clock.js';
import { isRecord } from '../internal/is-record.js';
import { sleep } from '../internal/sleep.js';
import { untilAborted } from '../internal/until-aborted.js';
import { JobFailedError } from '../waiting/job-failed-error.js';
import { growth, jitter, type Timing, type WaitOptions } from '../waiting/poll.js';
import { isEnd, waitFor } from '../waiting/wait-for.js';
import { attributesOf, authorizationRequestOf, type AuthorizationRequest } from './authorization-request.js';
import type { WorkflowEvent, WorkflowsClient } from './workflows-client.js';

/** Which execution, and of which tree. */
export interface StartedExecution {
  readonly execution_id: string;
  readonly root_execution_id?: string | undefined;
}

/** What following an execution needs. */
export interface Following {
  readonly workflows: WorkflowsClient;
  readonly started: StartedExecution;
  /** Whether it has just been started. */
  readonly isNew: boolean;
  readonly signal: AbortSignal;
  readonly polling: Pick<
    WaitOptions<WorkflowExecutionResponse>,
    'initialDelayMs' | 'maxDelayMs' | 'onUpdate'
  >;
  readonly maxReconnects: number;
  /** A promise is waited for before the next event is read. */
  readonly onEvent: (event: WorkflowEvent) => Promise<void> | undefined;
  readonly onAuthorization: ((request: AuthorizationRequest) => unknown) | undefined;
  /** The places that `onAuthorization` was called with. */
  readonly authorized: Set<string>;
  readonly timing: Timing;
}

/** How an execution ends. `CONTINUED_AS_NEW` is no end: the same execution goes on in another run. */
const ends: ReadonlySet<string> = new Set<WorkflowEventType>([
  'WORKFLOW_EXECUTION_COMPLETED',
  'WORKFLOW_EXECUTION_FAILED',
  'WORKFLOW_EXECUTION_CANCELED',
]);

/**
 * Follow an execution to its end: by its events, and by polling once there are none to be had. How it ended is what the
 * execution itself says, not its last event.
 *
 * @returns the execution after a success.
 * @throws {JobFailedError} after any other end.
 */
export async function followExecution(following: Following): Promise<WorkflowExecutionResponse> {
  const { workflows, started, signal, polling, timing } = following;
  const reason = await followEvents(following);
  try {
    return await waitFor(
      workflows.executions,
      { execution_id: started.execution_id },
      { ...polling, signal },
      timing,
    );
  } catch (error) {
    // The execution does not say why it failed; its last event does.
    if (reason === undefined || !JobFailedError.isInstance(error)) throw error;
    throw new JobFailedError(`Execution ${started.execution_id}`, error.status, error.job, [reason]);
  }
}

/** @returns when the execution has ended, or its events cannot be had: why it failed, if an event says so. */
async function followEvents(following: Following): Promise<string | undefined> {
  const { started, signal, maxReconnects, timing } = following;
  const { initialDelayMs = 1000, maxDelayMs = 30_000 } = following.polling;
  const { clock } = timing;
  let nextSequence = 0;
  let isOver = false;
  for (let failures = 0; ;) {
    const firstSequence = nextSequence;
    const events = openEvents(following, firstSequence);
    let loss: unknown;
    let lookAt = clock.now() + maxDelayMs;
    const read = async (): Promise<unknown> => {
      try {
        signal.throwIfAborted();
        return (await untilAborted(signal, events.next())).value;
      } catch (error) {
        if (signal.aborted || !isLoss(error)) throw error;
        loss = error;
        return undefined;
      }
    };
    /** The next event; none at the end, when the connection is lost, and when the execution has ended without one. */
    const next = async (): Promise<unknown> => {
      const reading = read();
      const delayMs = () => (isOver ? initialDelayMs : Math.max(0, lookAt - clock.now()));
      while (await isPending(reading, delayMs(), clock)) {
        if (isOver) return undefined;
        // No event says that an execution was terminated, or ran out of time. There may be events before that.
        isOver = (await stateOf(following)) === 'ended';
        lookAt = clock.now() + maxDelayMs;
      }
      return reading;
    };
    try {
      for (let event = await next(); event !== undefined; event = await next()) {
        if (!isEvent(event)) continue;
        const sequence = sequenceOf(event);
        // A server may repeat what was read before the connection was lost.
        if (sequence === undefined || sequence >= firstSequence) {
          failures = 0;
          await untilAborted(signal, following.onEvent(event));
        }
        nextSequence = Math.max(nextSequence, (sequence ?? -1) + 1);
        await authorize(following, event);
        // Those of executions that it started are events, too.
        const { event_type, workflow_exec_id } = event.data;
        if (ends.has(event_type) && workflow_exec_id === started.execution_id) return reasonOf(event);
      }
    } finally {
      void Promise.resolve(events.return?.()).catch(() => undefined);
    }
    if (isOver || (APIError.isInstance(loss) && isRefusal(loss.status))) return undefined;
    // It may have ended while nobody listened. Then its last events are read, as they say why.
    const state = await stateOf(following);
    isOver = state === 'ended';
    if (isOver) continue;
    // A stream of a workflow that waits has nothing to say; it may be opened as often as that takes.
    const isQuiet = TimeoutError.isInstance(loss) && state === 'running';
    if (!isQuiet && ++failures > maxReconnects) return undefined;
    const delayMs = Math.min(initialDelayMs * growth ** Math.max(0, failures - 1), maxDelayMs);
    await sleep(clock, delayMs * (1 - timing.random() * jitter), signal);
  }
}

/** Whether a promise has not settled after a delay. */
async function isPending(promise: Promise<unknown>, delayMs: number, clock: Clock): Promise<boolean> {
  let stopTimer = () => {};
  const timer = new Promise<boolean>((resolve) => (stopTimer = clock.after(delayMs, () => resolve(true))));
  try {
    return await Promise.race([promise.then(() => false), timer]);
  } finally {
    stopTimer();
  }
}

/** What the execution says of itself; `unknown` if it cannot be read for the moment. */
async function stateOf({
  workflows,
  started: { execution_id },
  isNew,
  signal,
  polling: { onUpdate },
}: Following): Promise<'running' | 'ended' | 'unknown'> {
  let execution: WorkflowExecutionResponse;
  try {
    execution = await untilAborted(
      signal,
      workflows.executions.getWorkflowExecution({ execution_id }, { signal }),
    );
  } catch (error) {
    if (signal.aborted || !isLoss(error)) throw error;
    // One that has just started may not be known everywhere yet.
    if (NotFoundError.isInstance(error) && !isNew) throw error;
    return 'unknown';
  }
  await untilAborted(signal, Promise.resolve(onUpdate?.(execution)));
  // A test double may return anything.
  const { status } = (execution ?? {}) as Partial<WorkflowExecutionResponse>;
  return isEnd(status) ? 'ended' : 'running';
}

/** The events of the whole tree: a person may have to sign in for an execution that this one started. */
function openEvents(
  { workflows, started, signal }: Following,
  start_seq: number,
): AsyncIterator<WorkflowEvent> {
  const root_workflow_exec_id = started.root_execution_id ?? started.execution_id;
  const params = start_seq > 0 ? { root_workflow_exec_id, start_seq } : { root_workflow_exec_id };
  return eventsOf(workflows.events.getStreamEvents(params, { signal }))[Symbol.asyncIterator]();
}

/** Whether an error is the connection's or the server's, not a callback's, and not one of a request that cannot be sent. */
const isLoss = (error: unknown): boolean =>
  MistralError.isInstance(error) && !AbortError.isInstance(error) && !ArgumentError.isInstance(error);

/** Whether a stream cannot be had at all. One that is not found may be of an execution that has just started. */
const isRefusal = (status: number): boolean =>
  status >= 400 && status < 500 && ![404, 408, 409, 425, 429].includes(status);

/** Whether it says something of an execution. */
const isEvent = (event: unknown): event is WorkflowEvent => isRecord(event) && isRecord(event.data);

const sequenceOf = ({ broker_sequence }: WorkflowEvent): number | undefined =>
  Number.isSafeInteger(broker_sequence) ? broker_sequence : undefined;

/** Why an execution ended, by its last event. */
function reasonOf({ data }: WorkflowEvent): string | undefined {
  const { failure, reason } = attributesOf(data);
  const message = isRecord(failure) ? failure.message : reason;
  return typeof message === 'string' && message !== '' ? message : undefined;
}

async function authorize(
  { onAuthorization, signal, authorized }: Following,
  event: WorkflowEvent,
): Promise<void> {
  const request = onAuthorization && authorizationRequestOf(event);
  // Progress may repeat it, and so may a stream that was resumed.
  if (!request || authorized.has(request.auth_url)) return;
  authorized.add(request.auth_url);
  await untilAborted(signal, Promise.resolve(onAuthorization(request)));
}
