import type {
  BatchExecutionResponse,
  StreamEventSsePayload,
  WorkflowExecutionResponse,
  WorkflowExecutionStatus,
  WorkflowExecutionSyncResponse,
} from '../../generated/types.gen.js';
import type { MockResponses } from './mock-response.js';
import { StateMachine } from './state-machine.js';

type Execution = WorkflowExecutionResponse | WorkflowExecutionSyncResponse;

/**
 * Responses that simulate executions of workflows: each has an id of its own, and is completed when its events were read, or after
 * some polls, unless it was cancelled or terminated before.
 */
export function mockExecutions(): MockResponses {
  const states = new StateMachine<WorkflowExecutionStatus>(['RUNNING', 'COMPLETED']);
  let ids = 0;
  /** What has ended stays as it is. */
  const end = (id: string, state: WorkflowExecutionStatus) => states.endOf(id) ?? states.end(id, state);
  const start = (
    { params }: { readonly params: { execution_id?: string | null; wait_for_result?: boolean } },
    { execution_id: named, ...execution }: Execution,
  ): Execution => {
    const execution_id = params.execution_id ? named : `execution_${(ids += 1)}`;
    states.restart(execution_id);
    if (params.wait_for_result !== true)
      return {
        // The example is one that was not waited for.
        ...(execution as WorkflowExecutionResponse),
        execution_id,
        parent_execution_id: null,
        root_execution_id: execution_id,
        status: 'RUNNING',
        end_time: null,
      };
    states.end(execution_id, 'COMPLETED');
    return { workflow_name: execution.workflow_name, execution_id, result: execution.result };
  };
  const endAll = (
    execution_ids: readonly string[],
    state: WorkflowExecutionStatus,
  ): BatchExecutionResponse => {
    for (const id of execution_ids) end(id, state);
    return { results: Object.fromEntries(execution_ids.map((id) => [id, { status: 'success' }])) };
  };
  const read = (id: string, [started]: readonly StreamEventSsePayload[]): StreamEventSsePayload[] => {
    states.hasten(id);
    return eventsOf(id, started!, states.endOf(id));
  };
  return {
    'workflows.executeWorkflow': start,
    'workflows.executeWorkflowRegistration': start,
    'workflows.executions.getWorkflowExecution': (_, execution) => {
      const status = states.poll(execution.execution_id);
      return { ...execution, status, end_time: status === 'RUNNING' ? null : execution.end_time };
    },
    'workflows.executions.cancelWorkflowExecution': ({ params }) => void end(params.execution_id, 'CANCELED'),
    'workflows.executions.terminateWorkflowExecution': ({ params }) =>
      void end(params.execution_id, 'TERMINATED'),
    'workflows.executions.batchCancelWorkflowExecutions': ({ params }) =>
      endAll(params.execution_ids, 'CANCELED'),
    'workflows.executions.batchTerminateWorkflowExecutions': ({ params }) =>
      endAll(params.execution_ids, 'TERMINATED'),
    'workflows.executions.stream': ({ params }, example) => read(params.execution_id, example),
    'workflows.events.getStreamEvents': ({ params }, example) => {
      const { root_workflow_exec_id, workflow_exec_id = root_workflow_exec_id, start_seq = 0 } = params;
      // All executions, or those of a name.
      if (!workflow_exec_id || workflow_exec_id === '*') return example;
      return fromSequence(read(workflow_exec_id, example), start_seq);
    },
  };
}

/** A number that is not from here names no event to start at. */
const fromSequence = (events: StreamEventSsePayload[], sequence: number): StreamEventSsePayload[] =>
  events.slice(sequence < events.length ? sequence : 0);

/** Its start, and its end if an event says that. */
function eventsOf(
  workflow_exec_id: string,
  started: StreamEventSsePayload,
  end: WorkflowExecutionStatus | undefined,
): StreamEventSsePayload[] {
  const ids = { workflow_exec_id, root_workflow_exec_id: workflow_exec_id, parent_workflow_exec_id: null };
  const event = (broker_sequence: number, fields: object): StreamEventSsePayload => ({
    ...started,
    broker_sequence,
    workflow_context: { ...started.workflow_context, ...ids },
    // The fields are those of another event.
    data: {
      ...started.data,
      ...ids,
      ...fields,
      event_id: `event_${broker_sequence + 1}`,
    } as typeof started.data,
  });
  const task_id = 'task_1';
  const last =
    end === 'CANCELED'
      ? { event_type: 'WORKFLOW_EXECUTION_CANCELED', attributes: { task_id } }
      : {
          event_type: 'WORKFLOW_EXECUTION_COMPLETED',
          attributes: { task_id, result: { type: 'json', value: null } },
        };
  return end === 'TERMINATED' ? [event(0, {})] : [event(0, {}), event(1, last)];
}
