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
export { MistralError } from './errors/mistral-error.js';
export type { Quota, RateLimit } from './errors/rate-limit.js';
export { ResponseError } from './errors/response-error.js';
export { StreamInterruptedError } from './errors/stream-interrupted-error.js';
export { TimeoutError } from './errors/timeout-error.js';
export { Page } from './pagination/page.js';
export type { PagePromise, RequestOptions, StreamPromise } from './resources/method.js';
export type { RouteRequest } from './resources/request-route.js';
export { Stream } from './streaming/stream.js';
export { textOf } from './streaming/text-of.js';
export { APIPromise, type WithResponse } from './transport/api-promise.js';
export type { ApiKey } from './transport/authorization.js';
export type { HeadersInput } from './transport/headers.js';
export type { Logger, LogLevel } from './transport/log.js';
export type { Middleware } from './transport/middleware.js';
export type { RetryBudgetOptions } from './transport/retry-budget.js';
export type { RetryPolicy } from './transport/retry-policy.js';
export type { Call, CallContext, Fetch, RequestBody } from './transport/send.js';
export type { Settings } from './transport/settings.js';
export type { Progress } from './transport/supervise.js';
export type { FileContent, NamedFile, NodeReadStream, Uploadable } from './uploads/uploadable.js';
export type * from '../generated/types.gen.js';
export type { Api } from '../generated/api.gen.js';
export type * from '../generated/params.gen.js';
