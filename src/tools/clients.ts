import type {
  BetaConversationsAppendParams,
  BetaConversationsAppendStreamParams,
  BetaConversationsStartParams,
  BetaConversationsStartStreamParams,
} from '../../generated/params.gen.js';
import type {
  ChatCompletionResponse,
  CompletionChunk,
  ConversationEvent,
  ConversationResponse,
} from '../../generated/types.gen.js';
import type { RequestOptions } from '../resources/method.js';

/** `mistral.chat`, `mistral.agents` or a test double. */
export interface CompletionClient<Params> {
  complete(params: Params, options?: RequestOptions): PromiseLike<ChatCompletionResponse>;
}

/** The same, with streaming. */
export interface CompletionStreamClient<Params> {
  stream(params: Params, options?: RequestOptions): AsyncIterable<CompletionChunk>;
}

/** `mistral.beta.conversations` or a test double. */
export interface ConversationClient {
  start(params: BetaConversationsStartParams, options?: RequestOptions): PromiseLike<ConversationResponse>;
  append(params: BetaConversationsAppendParams, options?: RequestOptions): PromiseLike<ConversationResponse>;
}

/** The same, with streaming. */
export interface ConversationStreamClient {
  startStream(
    params: BetaConversationsStartStreamParams,
    options?: RequestOptions,
  ): AsyncIterable<ConversationEvent>;
  appendStream(
    params: BetaConversationsAppendStreamParams,
    options?: RequestOptions,
  ): AsyncIterable<ConversationEvent>;
}
