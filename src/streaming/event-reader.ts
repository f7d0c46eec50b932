import { errorFromResponse, type APIError } from '../errors/api-error.js';
import { ResponseError } from '../errors/response-error.js';
import type { FailureContext } from '../errors/failure-of.js';
import { isRecord } from '../internal/is-record.js';
import { scrubHeaders } from '../internal/scrub.js';
import { parseOrKeep } from '../internal/parse-or-keep.js';
import type { ServerSentEvent } from './server-sent-events.js';

/**
 * How the streams of one operation end, from `x-stream` in the description. Where it says neither by a sentinel nor by
 * an event, the end of the body is the end, and `[DONE]` is too.
 */
export interface StreamEnd {
  /** The `data` of the event that ends the stream, where there is such a sentinel. */
  readonly done?: string;
  /** The property that tells events apart, and its values that end the stream or report an error. */
  readonly tag?: string;
  readonly terminal?: readonly string[];
  readonly error?: readonly string[];
}

/** How the API ends a stream by an event, where it sends no `[DONE]`. */
export type TaggedEnd = Omit<StreamEnd, 'done'>;

/** What {@link readEvent} gives for the event that only says that there are no more. */
export const sentinel: unique symbol = Symbol('sentinel');

/** What it gives for one that says nothing at all. */
export const nothing: unique symbol = Symbol('nothing');

/** Whether nothing in the stream itself must say that it is complete. */
export const endsWithBody = ({ done, terminal }: StreamEnd): boolean =>
  done === undefined && terminal === undefined;

/** Where the events come from. */
export interface StreamOrigin extends FailureContext {
  readonly response: Response;
}

/** Below it, a list to parse costs more to make than it saves. */
const fewestTogether = 16;

/**
 * Parse the data of many events as one list, which takes less than one by one.
 *
 * @returns `undefined` for few events, and unless each looks like one object. An event that ends them all has no value.
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
 * Read one event of a stream: its data, or {@link sentinel}, or {@link nothing} for one without data and for a bare line
 * that reports no error.
 *
 * @param parsed - Its data, if that was parsed already.
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

/** Whether an event, beside what it says, ends the stream. */
export const isTerminal = (value: unknown, end: StreamEnd): boolean => isTagged(value, end.tag, end.terminal);

const looksWhole = (data: string): boolean => data.startsWith('{') && data.endsWith('}');

function isSentinel(data: string, end: StreamEnd): boolean {
  const done = endsWithBody(end) ? '[DONE]' : end.done;
  // Most data is much longer, and need not be looked at.
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
 * `{ error: … }`, `{ object: 'error', … }`, `{ type: 'error', … }` and `{ detail: … }`: errors that arrive as if they were
 * data. A server may write in every event that there is no error.
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

/** The response's own status is 200 by then; the event may say which status the error would have had. */
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

/** What an error without a status says of its kind. A wrong request stays wrong, however often it is sent. */
const kinds: readonly (readonly [RegExp, number])[] = [
  [/rate_?limit|too_many|quota|insufficient_credit/i, 429],
  [/overload|unavailable|capacity/i, 503],
  [/timeout|timed_out/i, 504],
  [/authenti|unauthori|api_key/i, 401],
  [/permission|forbidden|access_denied/i, 403],
  [/not_found/i, 404],
  [/invalid|bad_request|unsupported|validation|context_length|too_long|too_large/i, 400],
];
