import type {
  WorkflowsEventsGetStreamEventsParams,
  WorkflowsExecuteWorkflowParams,
  WorkflowsExecutionsQueryWorkflowExecutionParams,
  WorkflowsExecutionsSignalWorkflowExecutionParams,
  WorkflowsExecutionsUpdateWorkflowExecutionParams,
} from '../../generated/params.gen.js';
import type {
  StreamEventSsePayload,
  WorkflowExecutionResponse,
  WorkflowExecutionSyncResponse,
} from '../../generated/types.gen.js';
import type { RequestOptions } from '../resources/method.js';

/** Names an execution. */
export interface ExecutionParams {
  readonly execution_id: string;
}

/** `mistral.workflows`, or a test double. */
export interface WorkflowsClient {
  executeWorkflow(
    params: WorkflowsExecuteWorkflowParams,
    options?: RequestOptions,
  ): PromiseLike<WorkflowExecutionResponse | WorkflowExecutionSyncResponse>;
  readonly events: {
    getStreamEvents(
      params: WorkflowsEventsGetStreamEventsParams,
      options?: RequestOptions,
    ): AsyncIterable<StreamEventSsePayload>;
  };
  readonly executions: {
    getWorkflowExecution(
      params: ExecutionParams,
      options?: RequestOptions,
    ): PromiseLike<WorkflowExecutionResponse>;
    signalWorkflowExecution(
      params: WorkflowsExecutionsSignalWorkflowExecutionParams,
      options?: RequestOptions,
    ): PromiseLike<unknown>;
    queryWorkflowExecution(
      params: WorkflowsExecutionsQueryWorkflowExecutionParams,
      options?: RequestOptions,
    ): PromiseLike<{ readonly result: unknown }>;
    updateWorkflowExecution(
      params: WorkflowsExecutionsUpdateWorkflowExecutionParams,
      options?: RequestOptions,
    ): PromiseLike<{ readonly result: unknown }>;
    cancelWorkflowExecution(params: ExecutionParams, options?: RequestOptions): PromiseLike<unknown>;
    terminateWorkflowExecution(params: ExecutionParams, options?: RequestOptions): PromiseLike<unknown>;
  };
}

/** An event of an execution, or of one that it started. */
export type WorkflowEvent = StreamEventSsePayload;
