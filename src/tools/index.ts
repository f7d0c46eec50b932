export type { ApprovalDecision, PendingCall } from './approval.js';
export type {
  CompletionClient,
  CompletionStreamClient,
  ConversationClient,
  ConversationStreamClient,
} from './clients.js';
export {
  compactMessages,
  compactRounds,
  type CompactedMessages,
  type CompactedRounds,
  type CompactOptions,
  type SummaryModel,
} from './compact-messages.js';
export type { CompletionProgress } from './completion-adapter.js';
export type {
  ConversationEntry,
  ConversationProgress,
  ConversationRunEnd,
  ConversationRunOptions,
  ConversationRunParams,
} from './conversation-adapter.js';
export type { ToolCallRequest, ToolCallResult } from './tool-call.js';
export { lintMessages, type MessageProblem, type MessageRule } from '../messages/lint-messages.js';
export type { MessageRepair, RepairRule } from '../messages/message-repair.js';
export { normalizeToolIds } from '../messages/normalize-tool-ids.js';
export {
  repairMessages,
  type RepairedMessages,
  type RepairMessagesOptions,
} from '../messages/repair-messages.js';
export { partialRunOf, type PartialRun } from './partial-run.js';
export type {
  CompletionRun,
  CompletionRunEvent,
  CompletionRunParams,
  CompletionToolsOptions,
  ConversationRun,
  ConversationRunEvent,
  ConversationToolsOptions,
  PreparedCompletion,
  PreparedConversation,
} from './run.js';
export type { RunEnd, RunProgress, ToolRunEvent, ToolStep } from './run-adapter.js';
export type { PendingRun } from './pending-run.js';
export { resumeStreamTools, resumeTools, type ApprovalDecisions } from './resume-tools.js';
export type { RunStream } from './run-stream.js';
export { runTools } from './run-tools.js';
export type { RunToolsOptions } from './run-tools-options.js';
export { streamTools } from './stream-tools.js';
export {
  tool,
  type NeedsApproval,
  type RunnableTool,
  type ToolContext,
  type ToolDefinition,
} from './tool.js';
export { toolContent, type ToolContent } from './tool-content.js';
export { ToolError } from './tool-error.js';
