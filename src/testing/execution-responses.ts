import type {
  BatchExecutionResponse,
  StreamEventSsePayload,
  WorkflowExecutionCanceledResponse,
  WorkflowExecutionCompletedResponse,
  WorkflowExecutionResponse,
  WorkflowExecutionStartedResponse,
  WorkflowExecutionSyncResponse,
} from '../../generated/types.gen.js';
import type { MockResponses } from './mock-response.js';
import { StateMachine } from './state-machine.js';

type Execution = WorkflowExecutionResponse | WorkflowExecutionSyncResponse;
type Event = StreamEventSsePayload;
type Status = 'RUNNING' | 'COMPLETED' | 'CANCELED' | 'TERMINATED';

/** Responses of workflows: an execution ends when its events are requested, or after some polls, unless it is stopped. */
export function executionResponses(pollsUntilEnded: number): MockResponses {
  const executions = new StateMachine<Status>(['RUNNING', 'COMPLETED'], pollsUntilEnded);
  let started = 0;

  const start = (
    { params }: { readonly params: { execution_id?: string | null; wait_for_result?: boolean } },
    execution: Execution,
  ): Execution => {
    const execution_id = params.execution_id ?? `execution_${(started += 1)}`;
    const { workflow_name, result } = execution;
    if (params.wait_for_result) return { workflow_name, execution_id, result };
    executions.restart(execution_id);
    // The example is one.
    return { ...(execution as WorkflowExecutionResponse), execution_id, ...atTop(execution_id, 'RUNNING') };
  };
  const eventsOf = (id: string, [sample]: readonly Event[]): readonly Event[] => {
    const status = executions.stoppedAs(id) ?? executions.stop(id, 'COMPLETED');
    return dataOf(id, status, sample!).map((data, broker_sequence) => ({
      ...sample!,
      workflow_context: { ...sample!.workflow_context, ...idsOf(id) },
      data,
      broker_sequence,
    }));
  };
  const stopAll = (ids: readonly string[], status: Status): BatchExecutionResponse => {
    for (const id of ids) executions.stop(id, status);
    return { results: Object.fromEntries(ids.map((id) => [id, { status: 'success' }])) };
  };
  const stop = ({ execution_id }: { execution_id: string }, status: Status): undefined =>
    void executions.stop(execution_id, status);

  return {
    'workflows.executeWorkflow': start,
    'workflows.executeWorkflowRegistration': start,
    'workflows.executions.getWorkflowExecution': ({ params: { execution_id } }, execution) => ({
      ...execution,
      ...atTop(execution_id, executions.poll(execution_id)),
    }),
    'workflows.executions.stream': ({ params }, events) => eventsOf(params.execution_id, events),
    'workflows.events.getStreamEvents': ({ params }, events) => {
      const id = params.root_workflow_exec_id ?? params.workflow_exec_id;
      if (id === undefined) return events;
      const all = eventsOf(id, events);
      const rest = all.filter(({ broker_sequence }) => broker_sequence >= (params.start_seq ?? 0));
      // A position that this mock never gave means nothing here.
      return rest.length > 0 ? rest : all;
    },
    'workflows.executions.cancelWorkflowExecution': ({ params }) => stop(params, 'CANCELED'),
    'workflows.executions.terminateWorkflowExecution': ({ params }) => stop(params, 'TERMINATED'),
    'workflows.executions.batchCancelWorkflowExecutions': ({ params }) =>
      stopAll(params.execution_ids, 'CANCELED'),
    'workflows.executions.batchTerminateWorkflowExecutions': ({ params }) =>
      stopAll(params.execution_ids, 'TERMINATED'),
  };
}

/** What an execution that nothing else started has of its state. */
const atTop = (id: string, status: Status) => ({
  status,
  root_execution_id: id,
  parent_execution_id: null,
  ...(status === 'RUNNING' && { end_time: null, total_duration_ms: null }),
});

const idsOf = (id: string) => ({
  workflow_exec_id: id,
  root_workflow_exec_id: id,
  parent_workflow_exec_id: null,
});

/** That an execution started, and how it ended: there is no event of one that was terminated. */
function dataOf(id: string, status: Status, { data }: Event): readonly Event['data'][] {
  // The example is one.
  const start = { ...(data as WorkflowExecutionStartedResponse), ...idsOf(id) };
  const { task_id, input } = start.attributes;
  const end = { ...start, event_id: `${start.event_id}_end` };
  const completed: WorkflowExecutionCompletedResponse = {
    ...end,
    event_type: 'WORKFLOW_EXECUTION_COMPLETED',
    attributes: { task_id, result: input },
  };
  const canceled: WorkflowExecutionCanceledResponse = {
    ...end,
    event_type: 'WORKFLOW_EXECUTION_CANCELED',
    attributes: { task_id },
  };
  if (status === 'COMPLETED') return [start, completed];
  return status === 'CANCELED' ? [start, canceled] : [start];
}
