export { Mistral, type MistralOptions } from './client.js';
export { AbortError } from './errors/abort-error.js';
export {
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  RedirectError,
  UnprocessableEntityError,
} from './errors/api-error.js';
export { ArgumentError } from './errors/argument-error.js';
export { ConnectionError } from './errors/connection-error.js';
export type { ValidationDetail } from './errors/error-body.js';
export { MistralError, type NotRetried } from './errors/mistral-error.js';
export type { Quota, RateLimit } from './errors/rate-limit.js';
export { ResponseError } from './errors/response-error.js';
export { StreamInterruptedError } from './errors/stream-interrupted-error.js';
export { TimeoutError } from './errors/timeout-error.js';
export { citationsOf, type Citation } from './content/citations-of.js';
export { messageOf } from './content/message-of.js';
export { thinkingOf } from './content/thinking-of.js';
export { toolCallsOf, type CalledTool } from './content/tool-calls-of.js';
export { Page, type CollectOptions } from './pagination/page.js';
export type { RequestOptions, Resource, StreamPromise } from './resources/method.js';
export { PagePromise } from './resources/page-promise.js';
export type { PlainMethods } from './resources/plain-methods.js';
export type { RouteRequest } from './resources/request-route.js';
export type { TextStream } from './streaming/assembled-stream.js';
export { CompletionStream } from './streaming/completion-stream.js';
export type { CompletionHandlers } from './streaming/completion-assembly.js';
export { ConversationStream } from './streaming/conversation-stream.js';
export type { ConversationHandlers } from './streaming/conversation-assembly.js';
export type { RawEvent } from './streaming/server-sent-events.js';
export type { FromResponseOptions } from './streaming/readable.js';
export { Stream } from './streaming/stream.js';
export { TranscriptionStream } from './streaming/transcription-stream.js';
export type { TranscriptionHandlers } from './streaming/transcription-assembly.js';
export { cachedTokensOf } from './content/cached-tokens-of.js';
export { textOf } from './content/text-of.js';
export { APIPromise, type WithResponse } from './transport/api-promise.js';
export type { ApiKey } from './transport/authorization.js';
export type { HeadersInput } from './transport/headers.js';
export type { Logger, LogLevel } from './transport/log.js';
export type { Middleware } from './transport/middleware.js';
export type { CallEnd, Observation, ObservedResponse, ObservedCall, Observer } from './transport/observer.js';
export type { RetryBudgetOptions } from './transport/retry-budget.js';
export type { RetryPolicy } from './transport/retry-policy.js';
export type { Call, CallContext, Fetch, RequestBody } from './transport/send.js';
export type { Settings } from './transport/settings.js';
export type { Progress } from './transport/supervise.js';
export type { TransportOptions } from './transport/transport-options.js';
export type * from '../generated/types.gen.js';
export type { Api } from '../generated/api.gen.js';
export type * from '../generated/params.gen.js';
