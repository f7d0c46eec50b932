import { errorFromResponse, type APIError } from '../errors/api-error.js';
import { ResponseError } from '../errors/response-error.js';
import type { FailureContext } from '../errors/failure-of.js';
import { isRecord } from '../internal/is-record.js';
import { parseOrKeep } from '../internal/parse-or-keep.js';
import type { ServerSentEvent } from './server-sent-events.js';

/** How the streams of one operation end, from `x-stream` in the description. */
export interface StreamEnd {
  /** The `data` of the event that ends the stream, where there is such a sentinel. */
  readonly done?: string;
  /** The property that tells events apart, and its values that end the stream or report an error. */
  readonly tag?: string;
  readonly terminal?: readonly string[];
  readonly error?: readonly string[];
}

/** What one event of the wire means: something for the caller, perhaps the last of it, or the sentinel. */
export type Reading =
  { readonly kind: 'event' | 'last event'; readonly value: unknown } | { readonly kind: 'sentinel' };

/** Where the events come from. */
export interface StreamOrigin extends FailureContext {
  readonly response: Response;
}

/**
 * Read one event of a stream.
 *
 * @throws {APIError} if the event reports an error of the API.
 * @throws {ResponseError} if its data is not JSON.
 */
export function readEvent({ event, data }: ServerSentEvent, end: StreamEnd, origin: StreamOrigin): Reading {
  if (data === end.done) return { kind: 'sentinel' };
  if (event === 'error') throw errorOf(parseOrKeep(data), origin);
  const value = parse(data, origin);
  const tag = end.tag !== undefined && isRecord(value) ? value[end.tag] : undefined;
  if (isErrorBody(value) || includes(end.error, tag)) throw errorOf(value, origin);
  return { kind: includes(end.terminal, tag) ? 'last event' : 'event', value };
}

function parse(data: string, origin: StreamOrigin): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new ResponseError('An event of the stream is not JSON', origin, data, { cause });
  }
}

/** `{ error: … }` and `{ object: 'error', … }`: errors that arrive as if they were data. */
const isErrorBody = (value: unknown): boolean =>
  isRecord(value) && (value.object === 'error' || (value.error !== undefined && value.error !== null));

const includes = (values: readonly string[] | undefined, tag: unknown): boolean =>
  typeof tag === 'string' && values !== undefined && values.includes(tag);

/** The answer's own status is 200 by then; the event may say which status the error would have had. */
function errorOf(value: unknown, { call, response, scrub }: StreamOrigin): APIError {
  const fields = isRecord(value) ? (isRecord(value.error) ? value.error : value) : {};
  const candidates = [fields.raw_status_code, fields.status, fields.code].map(Number);
  const status = candidates.find((code) => code >= 400 && code < 600) ?? 500;
  return errorFromResponse(
    call,
    { status, statusText: 'error in the stream', headers: response.headers },
    scrub(value),
  );
}
