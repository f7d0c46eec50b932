import type {
  ChatCompletionRequest,
  ChatCompletionResponse,
  CompletionChunk,
  ConversationEvent,
  ConversationResponse,
} from '../../generated/types.gen.js';
import type { CompletionProgress } from './completion-adapter.js';
import type {
  ConversationProgress,
  ConversationRunEnd,
  ConversationRunOptions,
} from './conversation-adapter.js';
import type { RunEnd, ToolRunEvent, ToolStep } from './run-adapter.js';
import type { RunToolsOptions } from './run-tools-options.js';

/** The parameters of a completion, without those that a run sets itself. */
export type CompletionRunParams<Params> = Omit<Params, 'tools' | 'n' | 'stream'>;

/** Options of a run over completions. */
export type CompletionToolsOptions = RunToolsOptions<ToolStep<ChatCompletionResponse>, CompletionProgress>;

/** Options of a run over a conversation. */
export type ConversationToolsOptions = RunToolsOptions<ToolStep<ConversationResponse>, ConversationProgress> &
  ConversationRunOptions;

/** The result of a run over completions. */
export interface CompletionRun extends CompletionProgress {
  readonly endedBy: RunEnd;
}

/** The result of a run over a conversation. */
export interface ConversationRun extends ConversationProgress {
  readonly endedBy: RunEnd | ConversationRunEnd;
}

/** An event of a streamed run over completions. */
export type CompletionRunEvent = ToolRunEvent<ChatCompletionResponse, CompletionChunk>;

/** An event of a streamed run over a conversation. */
export type ConversationRunEvent = ToolRunEvent<ConversationResponse, ConversationEvent>;

/** The parameters that every completion must have. */
export interface WithMessages {
  messages: ChatCompletionRequest['messages'];
}
