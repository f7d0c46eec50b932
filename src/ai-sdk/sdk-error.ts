import { APIError } from '../errors/api-error.js';
import { AbortError } from '../errors/abort-error.js';
import { ArgumentError } from '../errors/argument-error.js';
import { contentFreeOf, setContentFree } from '../errors/content-free.js';
import { MistralError } from '../errors/mistral-error.js';
import { ResponseError } from '../errors/response-error.js';

/** The name of an error class of the AI SDK. */
type SdkErrorName =
  'AI_APICallError' | 'AI_InvalidArgumentError' | 'AI_NoSuchModelError' | 'AI_UnsupportedFunctionalityError';

/**
 * Mark an error as one of a class of the AI SDK, whose `isInstance` looks for these symbols, and is then true in every version and
 * copy of it.
 */
function markAs<E extends Error, Fields extends object>(
  error: E,
  name: SdkErrorName,
  fields: Fields,
): E & Fields {
  for (const symbol of ['vercel.ai.error', `vercel.ai.error.${name}`])
    Object.defineProperty(error, Symbol.for(symbol), { value: true });
  return Object.assign(error, fields);
}

/**
 * A call failed. It is an `APICallError` for the AI SDK, which does not retry it: the client has done that. `cause` is the error of
 * the client, with all that it knows.
 */
export class MistralCallError extends MistralError {
  static override readonly kind = 'MistralCallError';
  declare readonly name: 'MistralCallError';
  /** The path of the route; where the host is a secret, it is none here. */
  readonly url: string;
  /** The body of the request. It holds what people wrote: think before you log it. */
  readonly requestBodyValues: unknown;
  /** `undefined` where there was no response. */
  readonly statusCode: number | undefined;
  readonly responseHeaders: Record<string, string> | undefined;
  /** May quote the request. */
  readonly responseBody: string | undefined;
  readonly isRetryable = false;
  /** The decoded body of the response. */
  readonly data: unknown;
  declare readonly cause: MistralError;

  constructor(cause: MistralError, url: string, requestBodyValues: unknown) {
    super(cause.message, { cause });
    const contentFree = contentFreeOf(cause);
    if (contentFree !== undefined) setContentFree(this, contentFree);
    markAs(this, 'AI_APICallError', {});
    const response = APIError.isInstance(cause) || ResponseError.isInstance(cause) ? cause : undefined;
    const body = APIError.isInstance(cause) ? cause.body : undefined;
    this.url = url;
    this.requestBodyValues = requestBodyValues;
    this.statusCode = response?.status;
    this.responseHeaders = response && Object.fromEntries(response.headers);
    this.responseBody = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    this.data = body;
    this.attempts = cause.attempts;
    this.requestId = cause.requestId;
  }
}

/**
 * An error of a call as the AI SDK knows it. An abort stays what it is, and so do invalid arguments; a time limit of the client
 * does not, as the AI SDK takes every `TimeoutError` for an abort.
 */
export const callErrorOf = (error: unknown, url: string, body: unknown): unknown =>
  MistralError.isInstance(error) && !ArgumentError.isInstance(error) && !AbortError.isInstance(error)
    ? new MistralCallError(error, url, body)
    : error;

/** An argument that cannot be right. */
export const invalidArgument = (argument: string, message: string): ArgumentError =>
  markAs(new ArgumentError(message), 'AI_InvalidArgumentError', { argument });

/** What the API does not have, and a call cannot do without. */
export const unsupported = (functionality: string): ArgumentError =>
  markAs(
    new ArgumentError(`The Mistral API does not support ${functionality}`),
    'AI_UnsupportedFunctionalityError',
    { functionality },
  );

/** The API makes images as a tool of conversations only. */
export const noSuchModel = (modelId: string): ArgumentError =>
  markAs(new ArgumentError(`The Mistral API has no image model \`${modelId}\``), 'AI_NoSuchModelError', {
    modelId,
    modelType: 'imageModel',
  });
