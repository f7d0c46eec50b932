import type { WorkflowEventType, WorkflowExecutionResponse } from '../../generated/types.gen.js';
import { AbortError } from '../errors/abort-error.js';
import { APIError } from '../errors/api-error.js';
import { eventsOf } from '../errors/events-of.js';
import { MistralError } from '../errors/mistral-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { sleep } from '../internal/sleep.js';
import { untilAborted } from '../internal/until-aborted.js';
import { JobFailedError } from '../waiting/job-failed-error.js';
import { growth, jitter, type Timing, type WaitOptions } from '../waiting/poll.js';
import { waitFor } from '../waiting/wait-for.js';
import { authorizationRequestOf, type AuthorizationRequest } from './authorization-request.js';
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
  readonly signal: AbortSignal;
  readonly polling: Pick<
    WaitOptions<WorkflowExecutionResponse>,
    'initialDelayMs' | 'maxDelayMs' | 'onUpdate'
  >;
  readonly maxReconnects: number;
  readonly onEvent: (event: WorkflowEvent) => void;
  readonly onAuthorization: ((request: AuthorizationRequest) => unknown) | undefined;
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
  const { workflows, started, signal, maxReconnects, timing } = following;
  const { initialDelayMs = 1000, maxDelayMs = 30_000 } = following.polling;
  const { execution_id } = started;
  const seen = new Set<string>();
  let nextSequence = 0;
  for (let failures = 0; ;) {
    let loss: unknown;
    const events = openEvents(following, nextSequence);
    /** The next event; none at the end, and when the connection is lost. */
    const next = async (): Promise<WorkflowEvent | undefined> => {
      try {
        return (await untilAborted(signal, events.next())).value as WorkflowEvent | undefined;
      } catch (error) {
        if (signal.aborted || !isLoss(error)) throw error;
        loss = error;
        return undefined;
      }
    };
    try {
      for (let event = await next(); event; event = await next()) {
        failures = 0;
        nextSequence = Math.max(nextSequence, (event.broker_sequence ?? -1) + 1);
        following.onEvent(event);
        await authorize(following, event, seen);
        // Those of executions that it started are events, too.
        const { data } = event;
        if (!ends.has(data.event_type) || data.workflow_exec_id !== execution_id) continue;
        return data.event_type === 'WORKFLOW_EXECUTION_FAILED' ? data.attributes.failure?.message : undefined;
      }
    } finally {
      void Promise.resolve(events.return?.()).catch(() => undefined);
    }
    // Such a stream cannot be had at all: polling is what is left.
    if (APIError.isInstance(loss) && loss.status >= 400 && loss.status < 500) return undefined;
    // A stream of a workflow that waits has nothing to say; it may be opened as often as that takes.
    if (!TimeoutError.isInstance(loss) && ++failures > maxReconnects) return undefined;
    // It may have ended while nobody listened.
    const execution: { readonly status?: string | null | undefined } | undefined = await untilAborted(
      signal,
      workflows.executions.getWorkflowExecution({ execution_id }, { signal }),
    ).catch((error: unknown) => {
      if (signal.aborted || !isLoss(error)) throw error;
      return undefined;
    });
    const status = execution?.status;
    if (status && !running.has(status)) return undefined;
    const delayMs = Math.min(initialDelayMs * growth ** Math.max(0, failures - 1), maxDelayMs);
    await sleep(timing.clock, delayMs * (1 - timing.random() * jitter), signal);
  }
}

const running: ReadonlySet<string> = new Set(['RUNNING', 'CONTINUED_AS_NEW', 'RETRYING_AFTER_ERROR']);

/** The events of the whole tree: a person may have to sign in for an execution that this one started. */
function openEvents(
  { workflows, started, signal }: Following,
  start_seq: number,
): AsyncIterator<WorkflowEvent> {
  const root_workflow_exec_id = started.root_execution_id ?? started.execution_id;
  const params = start_seq > 0 ? { root_workflow_exec_id, start_seq } : { root_workflow_exec_id };
  return eventsOf(workflows.events.getStreamEvents(params, { signal }))[Symbol.asyncIterator]();
}

/** Whether an error is the connection's or the server's, not a callback's. */
const isLoss = (error: unknown): boolean => MistralError.isInstance(error) && !AbortError.isInstance(error);

async function authorize(
  { onAuthorization, signal }: Following,
  event: WorkflowEvent,
  seen: Set<string>,
): Promise<void> {
  const request = onAuthorization && authorizationRequestOf(event);
  // Progress may repeat it, and so may a stream that was resumed.
  if (!request || seen.has(request.auth_url)) return;
  seen.add(request.auth_url);
  await untilAborted(signal, Promise.resolve(onAuthorization(request)));
}
