import { truncateUtf8 } from '../internal/truncate-utf8.js';
import { setContentFree, markTruncated } from './content-free.js';
import { readErrorBody, type ErrorBody, type ValidationDetail } from './error-body.js';
import { hintFor } from './hints.js';
import { MistralError } from './mistral-error.js';
import { rateLimitOf, type RateLimit } from './rate-limit.js';
import { retryAfterMsOf } from './retry-after.js';

/** Status and headers of a response. */
export type ResponseHead = Pick<Response, 'status' | 'statusText' | 'headers'>;

/** The API responded with an error status. */
export class APIError extends MistralError {
  static override readonly kind: string = 'APIError';
  declare readonly name: string;
  readonly status: number;
  readonly headers: Headers;
  /** The decoded JSON, or the text if it is not JSON. It may quote the request: think before you log it. */
  readonly body: unknown;
  /** Mistral's error code, such as `3280`. */
  readonly code: string | undefined;
  /** Mistral's error type, such as `rate_limited`. */
  readonly type: string | undefined;
  /** The request field that caused the error. */
  readonly param: string | undefined;
  /** The invalid fields of a request that failed validation (status 422). */
  readonly detail: readonly ValidationDetail[] | undefined;
  /** How long the server asks to wait before the next attempt, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** What remains of the account's limits, if the server reports it. */
  readonly rateLimit: RateLimit | undefined;

  /** @param call - What was called, for the message: `POST /v1/files`, or a method's name. */
  constructor(call: string, response: ResponseHead, body: unknown, options?: ErrorOptions) {
    const error = readErrorBody(body);
    const words = printable(error.message ?? response.statusText);
    super(messageOf(call, response, error, words), options);
    if (truncateUtf8(words, longestServerMessageBytes) !== words) markTruncated(this);
    setContentFree(this, messageOf(call, response, error, kindOf(error)));
    this.status = response.status;
    this.headers = response.headers;
    this.body = body;
    this.code = error.code;
    this.type = error.type;
    this.param = error.param;
    this.detail = error.detail;
    this.requestId = requestIdOf(response.headers);
    this.retryAfterMs = retryAfterMsOf(response.headers, Date.now());
    this.rateLimit = rateLimitOf(response.headers);
    this.retryable = isRetryable(response);
  }
}

/** 400: the request is malformed or contradicts itself. */
export class BadRequestError extends APIError {
  static override readonly kind = 'BadRequestError';
  declare readonly name: 'BadRequestError';
}

/** 401: the API key is missing, wrong or revoked. */
export class AuthenticationError extends APIError {
  static override readonly kind = 'AuthenticationError';
  declare readonly name: 'AuthenticationError';
}

/** 403: the API key does not have the permission. */
export class PermissionDeniedError extends APIError {
  static override readonly kind = 'PermissionDeniedError';
  declare readonly name: 'PermissionDeniedError';
}

/** 404: the route or the id does not exist. */
export class NotFoundError extends APIError {
  static override readonly kind = 'NotFoundError';
  declare readonly name: 'NotFoundError';
}

/** 409: the request conflicts with the state of its resource. */
export class ConflictError extends APIError {
  static override readonly kind = 'ConflictError';
  declare readonly name: 'ConflictError';
}

/** 422: a field is missing or has a wrong value; see `detail`. */
export class UnprocessableEntityError extends APIError {
  static override readonly kind = 'UnprocessableEntityError';
  declare readonly name: 'UnprocessableEntityError';
}

/** 429: too many requests or tokens in too short a time; see `retryAfterMs` and `rateLimit`. */
export class RateLimitError extends APIError {
  static override readonly kind = 'RateLimitError';
  declare readonly name: 'RateLimitError';
}

/** 500 and above: the API failed. */
export class InternalServerError extends APIError {
  static override readonly kind = 'InternalServerError';
  declare readonly name: 'InternalServerError';
}

/** The API responded with a redirect, which is not followed: it might send the key to another host. */
export class RedirectError extends APIError {
  static override readonly kind = 'RedirectError';
  declare readonly name: 'RedirectError';
  /** The target, without its query; `undefined` where the runtime hides it, as browsers do. */
  readonly location: string | undefined;

  constructor(call: string, response: ResponseHead, location: string | undefined) {
    super(
      call,
      response,
      `The response is a redirect${location ? ` to ${location}` : ''}, which was not followed`,
    );
    this.location = location;
  }
}

const byStatus = new Map<number, typeof APIError>([
  [400, BadRequestError],
  [401, AuthenticationError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [409, ConflictError],
  [422, UnprocessableEntityError],
  [429, RateLimitError],
]);

/** The most specific error class for a failed response. */
export function errorFromResponse(
  call: string,
  response: ResponseHead,
  body: unknown,
  options?: ErrorOptions,
): APIError {
  const Narrowest =
    byStatus.get(response.status) ?? (response.status >= 500 ? InternalServerError : APIError);
  return new Narrowest(call, response, body, options);
}

/** The id that Mistral's gateway gives each request. */
export function requestIdOf(headers: Headers): string | undefined {
  return (
    headers.get('mistral-correlation-id') ??
    headers.get('x-kong-request-id') ??
    headers.get('x-request-id') ??
    undefined
  );
}

const retryableStatuses: readonly number[] = [408, 429, 500, 502, 503, 504];

/** `x-should-retry` takes precedence over the status. */
function isRetryable({ status, headers }: ResponseHead): boolean {
  const word = headers.get('x-should-retry');
  if (word === 'true' || word === 'false') return word === 'true';
  return retryableStatuses.includes(status);
}

const adviceByStatus = new Map<number, string>([
  [401, 'Check the API key: https://console.mistral.ai/api-keys'],
  [429, 'Slow down, or ask for higher limits'],
]);

/** Leaves room for the advice. */
const longestServerMessageBytes = 1400;

function messageOf(call: string, { status }: ResponseHead, error: ErrorBody, words: string): string {
  const said = truncateUtf8(words, longestServerMessageBytes);
  const advice = hintFor(error) ?? adviceByStatus.get(status);
  const text = `${status} ${said}`.trim() + ` (${call})`;
  return advice ? `${text}. ${advice}` : text;
}

/** The server's error type and code, if they are plain names: sentences may quote the request. */
const kindOf = ({ type, code }: ErrorBody): string =>
  [type, code].filter((name) => name !== undefined && /^[\w.-]{1,64}$/.test(name)).join(' ');

/** Removes line breaks and escape sequences, which would corrupt terminals and logs. */
const printable = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');
