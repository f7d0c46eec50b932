import type { StreamEventSsePayload, WorkflowExecutionStatus } from '../../generated/types.gen.js';
import type { MockResponses } from './mock-response.js';
import { StateMachine } from './state-machine.js';

/**
 * Responses that simulate executions of workflows: each has an id of its own, and is completed when its events were read, or after
 * some polls, unless it was cancelled or terminated before.
 */
export function mockExecutions(): MockResponses {
  const states = new StateMachine<WorkflowExecutionStatus>(['RUNNING', 'COMPLETED']);
  let ids = 0;
  /** What has ended stays as it is. */
  const end = (id: string, state: WorkflowExecutionStatus) => states.endOf(id) ?? states.end(id, state);
  return {
    'workflows.executeWorkflow': ({ params }, { execution_id: named, ...execution }) => {
      const execution_id = params.execution_id ? named : `execution_${(ids += 1)}`;
      states.restart(execution_id);
      if (params.wait_for_result !== true)
        return {
          ...execution,
          execution_id,
          parent_execution_id: null,
          root_execution_id: execution_id,
          status: 'RUNNING',
          end_time: null,
        };
      states.end(execution_id, 'COMPLETED');
      return { workflow_name: execution.workflow_name, execution_id, result: execution.result };
    },
    'workflows.executions.getWorkflowExecution': (_, execution) => {
      const status = states.poll(execution.execution_id);
      return { ...execution, status, end_time: status === 'RUNNING' ? null : execution.end_time };
    },
    'workflows.executions.cancelWorkflowExecution': ({ params }) => void end(params.execution_id, 'CANCELED'),
    'workflows.executions.terminateWorkflowExecution': ({ params }) =>
      void end(params.execution_id, 'TERMINATED'),
    'workflows.events.getStreamEvents': ({ params }, example) => {
      const { root_workflow_exec_id, workflow_exec_id = root_workflow_exec_id, start_seq = 0 } = params;
      const [started] = example;
      // All executions, or those of a name.
      if (!started || !workflow_exec_id || workflow_exec_id === '*') return example;
      states.hasten(workflow_exec_id);
      const events = eventsOf(workflow_exec_id, started, states.endOf(workflow_exec_id));
      return fromSequence(events, start_seq);
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
