import type {
  ChatCompletionRequest,
  ChatCompletionResponse,
  CompletionChunk,
  ConversationEvent,
  ConversationResponse,
} from '../../generated/types.gen.js';
import type { CompletionProgress } from './completion-dialog.js';
import type {
  ConversationProgress,
  ConversationRunEnd,
  ConversationRunOptions,
} from './conversation-dialog.js';
import type { RunEnd, ToolRunEvent, ToolStep } from './dialog.js';
import type { RunToolsOptions } from './run-tools-options.js';

/** The parameters of a completion without those that a run decides about. */
export type CompletionRunParams<Params> = Omit<Params, 'tools' | 'n' | 'stream'>;

/** Options of a run over completions. */
export type CompletionToolsOptions = RunToolsOptions<ToolStep<ChatCompletionResponse>, CompletionProgress>;

/** Options of a run over a conversation. */
export type ConversationToolsOptions = RunToolsOptions<ToolStep<ConversationResponse>, ConversationProgress> &
  ConversationRunOptions;

/** How a run over completions went. */
export interface CompletionRun extends CompletionProgress {
  readonly endedBy: RunEnd;
}

/** How a run over a conversation went. */
export interface ConversationRun extends ConversationProgress {
  readonly endedBy: RunEnd | ConversationRunEnd;
}

/** What happens in a streamed run over completions. */
export type CompletionRunEvent = ToolRunEvent<ChatCompletionResponse, CompletionChunk>;

/** What happens in a streamed run over a conversation. */
export type ConversationRunEvent = ToolRunEvent<ConversationResponse, ConversationEvent>;

/** The part of the parameters that every completion has. */
export interface WithMessages {
  messages: ChatCompletionRequest['messages'];
}
