import type { BetaConversationsAppendParams } from '../../generated/params.gen.js';
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
import type { RunnableTool } from './tool.js';

/** The parameters of a completion, without those that a run sets itself. */
export type CompletionRunParams<Params> = Omit<Params, 'tools' | 'n' | 'stream'>;

/** Options of a run over completions. */
export type CompletionToolsOptions = RunToolsOptions<
  ToolStep<ChatCompletionResponse>,
  CompletionProgress,
  PreparedCompletion
> & {
  /**
   * The key by which the server finds the cached beginning of a prompt: cached tokens cost a fraction. Each round of a run sends the
   * messages of the round before and some more, so that nearly all of them can be cached. `false` sends none.
   *
   * @default derived from how the history begins: the model, the tools, and the messages up to the first of a user
   */
  readonly promptCacheKey?: string | false | undefined;
};

/** What `prepareRound` may change in one request of a run over completions. */
export type PreparedCompletion = Partial<Omit<ChatCompletionRequest, 'tools' | 'n' | 'stream'>> & {
  /** Instead of those of the run. */
  readonly tools?: readonly RunnableTool[] | undefined;
};

/** What `prepareRound` may change in one request of a run over a conversation. */
export type PreparedConversation = Omit<
  BetaConversationsAppendParams,
  'stream' | 'conversation_id' | 'inputs' | 'tool_confirmations'
>;

/** Options of a run over a conversation. */
export type ConversationToolsOptions = RunToolsOptions<
  ToolStep<ConversationResponse>,
  ConversationProgress,
  PreparedConversation
> &
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
