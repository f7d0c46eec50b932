import { errorFromResponse, type APIError } from '../errors/api-error.js';
import { ResponseError } from '../errors/response-error.js';
import type { FailureContext } from '../errors/failure-of.js';
import { isRecord } from '../internal/is-record.js';
import { scrubHeaders } from '../internal/scrub.js';
import { parseOrKeep } from '../internal/parse-or-keep.js';
import type { ServerSentEvent } from './server-sent-events.js';

/**
 * How the streams of one operation end, from `x-stream` in the description. Without a sentinel or a final event there, the
 * stream ends with the body, or with `[DONE]`.
 */
export interface StreamEnd {
  /** The `data` of the sentinel that ends the stream, if there is one. */
  readonly done?: string;
  /** The discriminator of events, and its values that end the stream or report an error. */
  readonly tag?: string;
  readonly terminal?: readonly string[];
  readonly error?: readonly string[];
}

/** How the API ends a stream by an event, where it sends no `[DONE]`. */
export type TaggedEnd = Omit<StreamEnd, 'done'>;

/** Returned by {@link readEvent} for the sentinel. */
export const sentinel: unique symbol = Symbol('sentinel');

/** Returned for an event without data. */
export const nothing: unique symbol = Symbol('nothing');

/** Whether the stream needs no sentinel or final event. */
export const endsWithBody = ({ done, terminal }: StreamEnd): boolean =>
  done === undefined && terminal === undefined;

/** The origin of events, for errors. */
export interface StreamOrigin extends FailureContext {
  readonly response: Response;
}

/** For fewer events, joining them costs more than it saves. */
const fewestTogether = 16;

/**
 * Parse the data of many events as one list, which is faster than one by one.
 *
 * @returns `undefined` for few events, and unless each looks like one object. A sentinel has no value.
 */
export function parseTogether(events: readonly ServerSentEvent[], end: StreamEnd): unknown[] | undefined {
  if (events.length < fewestTogether) return undefined;
  const list = events.map(({ data }) => data);
  if (isSentinel(list.at(-1)!, end)) list.pop();
  if (!list.every(looksWhole)) return undefined;
  const values = parseOrKeep(`[${list.join()}]`);
  return Array.isArray(values) && values.length === list.length ? values : undefined;
}

/**
 * Read one event of a stream: its data, or {@link sentinel}, or {@link nothing} for an event without data and for a bare
 * line that is not an error.
 *
 * @param parsed - Its data, if already parsed.
 * @throws {APIError} if the event reports an error of the API.
 * @throws {ResponseError} if its data is not JSON.
 */
export function readEvent(
  { event, data, isBare }: ServerSentEvent,
  end: StreamEnd,
  origin: StreamOrigin,
  parsed?: unknown,
): unknown {
  if (isSentinel(data, end)) return sentinel;
  if (event === 'error') throw errorOf(parseOrKeep(data), origin);
  if (isBlank(data)) return nothing;
  const value = parsed === undefined ? parse(data, origin) : parsed;
  if (isErrorBody(value) || isTagged(value, end.tag, end.error)) throw errorOf(value, origin);
  return isBare ? nothing : value;
}

/** Whether an event, which may have data as well, ends the stream. */
export const isTerminal = (value: unknown, end: StreamEnd): boolean => isTagged(value, end.tag, end.terminal);

const looksWhole = (data: string): boolean => data.startsWith('{') && data.endsWith('}');

function isSentinel(data: string, end: StreamEnd): boolean {
  const done = endsWithBody(end) ? '[DONE]' : end.done;
  // Most data is much longer, and need not be compared.
  return done !== undefined && data.length < done.length + 8 && data.trim() === done;
}

const isBlank = (data: string): boolean => data.length < 8 && data.trim() === '';

function parse(data: string, origin: StreamOrigin): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new ResponseError('An event of the stream is not JSON', origin, data, { cause });
  }
}

/**
 * `{ error: … }`, `{ object: 'error', … }`, `{ type: 'error', … }` and `{ detail: … }`: errors that arrive as data. Some
 * servers write an empty `error` into every event.
 */
function isErrorBody(value: unknown): boolean {
  if (!isRecord(value)) return false;
  if (value.object === 'error' || value.type === 'error' || isSaid(value.error)) return true;
  return isSaid(value.detail) && !('choices' in value) && !('type' in value);
}

const isSaid = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);

const isTagged = (value: unknown, tag: string | undefined, tags: readonly string[] | undefined): boolean =>
  tag !== undefined && tags !== undefined && isRecord(value) && tags.includes(value[tag] as string);

/** The response's own status is 200; the event may contain the status of the error. */
function errorOf(value: unknown, { call, response, scrub }: StreamOrigin): APIError {
  return errorFromResponse(
    call,
    {
      status: statusOf(value),
      statusText: 'error in the stream',
      headers: scrubHeaders(response.headers, scrub),
    },
    scrub(value),
  );
}

function statusOf(value: unknown): number {
  const outer = isRecord(value) ? value : {};
  const inner = isRecord(outer.error) ? outer.error : {};
  for (const fields of [inner, outer]) {
    const candidates = [fields.raw_status_code, fields.status_code, fields.status, fields.code].map(Number);
    const status = candidates.find((code) => code >= 400 && code < 600);
    if (status !== undefined) return status;
  }
  const kind = [inner.type, inner.code, outer.type, outer.code]
    .filter((word) => typeof word === 'string')
    .join(' ');
  return kinds.find(([word]) => word.test(kind))?.[1] ?? (isSaid(outer.detail) ? 422 : 500);
}

/** The kind of an error without a status. An invalid request stays invalid when it is retried. */
const kinds: readonly (readonly [RegExp, number])[] = [
  [/rate_?limit|too_many|quota|insufficient_credit/i, 429],
  [/overload|unavailable|capacity/i, 503],
  [/timeout|timed_out/i, 504],
  [/authenti|unauthori|api_key/i, 401],
  [/permission|forbidden|access_denied/i, 403],
  [/not_found/i, 404],
  [/invalid|bad_request|unsupported|validation|context_length|too_long|too_large/i, 400],
];
