import { readErrorBody, type ErrorBody, type ValidationDetail } from './error-body.js';
import { MistralError } from './mistral-error.js';

/** The head of an answer. */
export type ResponseHead = Pick<Response, 'status' | 'statusText' | 'headers'>;

/** The API answered, and the answer was not a success. */
export class APIError extends MistralError {
  override readonly name: string = 'APIError';
  readonly status: number;
  readonly headers: Headers;
  /** The decoded JSON, or the text when it is not JSON. May hold what the caller sent: think before logging it. */
  readonly body: unknown;
  /** Mistral's number or name for the kind of error, such as `3280`. */
  readonly code: string | undefined;
  /** Mistral's word for the kind of error, such as `rate_limited`. */
  readonly type: string | undefined;
  /** The request field that is at fault. */
  readonly param: string | undefined;
  /** What is wrong with which field, when the request did not pass validation (status 422). */
  readonly detail: readonly ValidationDetail[] | undefined;
  /** Quote this to Mistral's support; it names the request in their logs. */
  readonly requestId: string | undefined;

  /** @param call - What was called, for the message: `POST /v1/files`, or a method's name. */
  constructor(call: string, response: ResponseHead, body: unknown) {
    const error = readErrorBody(body);
    super(messageOf(call, response, error));
    this.status = response.status;
    this.headers = response.headers;
    this.body = body;
    this.code = error.code;
    this.type = error.type;
    this.param = error.param;
    this.detail = error.detail;
    this.requestId = requestIdOf(response.headers);
  }
}

/** 400: the request is malformed or contradicts itself. */
export class BadRequestError extends APIError {
  override readonly name = 'BadRequestError';
}

/** 401: the API key is missing, wrong or revoked. */
export class AuthenticationError extends APIError {
  override readonly name = 'AuthenticationError';
}

/** 403: the API key may not do this. */
export class PermissionDeniedError extends APIError {
  override readonly name = 'PermissionDeniedError';
}

/** 404: there is no such route, or nothing has that id. */
export class NotFoundError extends APIError {
  override readonly name = 'NotFoundError';
}

/** 409: the request contradicts the state of what it is about. */
export class ConflictError extends APIError {
  override readonly name = 'ConflictError';
}

/** 422: a field is missing or has a wrong value; see `detail`. */
export class UnprocessableEntityError extends APIError {
  override readonly name = 'UnprocessableEntityError';
}

/** 429: too many requests or tokens in too short a time. */
export class RateLimitError extends APIError {
  override readonly name = 'RateLimitError';
}

/** 500 and above: the API failed. */
export class InternalServerError extends APIError {
  override readonly name = 'InternalServerError';
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

/** The narrowest error class for a failed answer. */
export function errorFromResponse(call: string, response: ResponseHead, body: unknown): APIError {
  const Narrowest =
    byStatus.get(response.status) ?? (response.status >= 500 ? InternalServerError : APIError);
  return new Narrowest(call, response, body);
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

const adviceByStatus = new Map<number, string>([
  [401, 'Check the API key: https://console.mistral.ai/api-keys'],
  [429, 'Slow down, or ask for higher limits'],
]);

const longestMessage = 2048;

function messageOf(call: string, { status, statusText }: ResponseHead, { message }: ErrorBody): string {
  const advice = adviceByStatus.get(status);
  const text = `${status} ${message ?? statusText}`.trim() + ` (${call})`;
  return (advice ? `${text}. ${advice}` : text).slice(0, longestMessage);
}
