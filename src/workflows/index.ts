export { JobFailedError } from '../waiting/job-failed-error.js';
export type { AuthorizationRequest } from './authorization-request.js';
export {
  executeWorkflow,
  followWorkflow,
  type ExecuteWorkflowParams,
  type WorkflowRunOptions,
} from './execute-workflow.js';
export type { MessageInput, WorkflowRun } from './workflow-run.js';
export type { ExecutionParams, WorkflowEvent, WorkflowsClient } from './workflows-client.js';
