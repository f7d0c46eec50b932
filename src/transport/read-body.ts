import { parseOrKeep } from '../internal/parse-or-keep.js';
import { ResponseError } from '../errors/response-error.js';
import { abortOf, failureOf } from '../errors/failure-of.js';
import { errorFromResponse, type APIError } from '../errors/api-error.js';
import { drain } from '../internal/drain.js';
import { isRecord } from '../internal/is-record.js';
import { scrubHeaders } from '../internal/scrub.js';
import type { Exchange, ReadAnswer } from './exchange.js';

/** What the description promises of the JSON of an answer. */
export type JsonShape = 'object' | 'array' | 'string';

/**
 * Reads the JSON of an answer; `undefined` for one that has no content.
 *
 * @throws {ResponseError} if the body is empty, cut, too large, not JSON, or not of the shape that it should have.
 * @throws {ConnectionError} if the connection fails before the end.
 */
export const jsonReader =
  (shape: JsonShape | undefined): ReadAnswer<unknown> =>
  async (exchange) => {
    const { response, following, maxBytes } = exchange;
    const { text, end } = await drain(response, following.controller.signal, maxBytes);
    if (following.controller.signal.aborted) throw abortOf(following);
    if (end.kind === 'failed')
      throw failureOf(exchange, 'was cut off in the middle of its answer', end.cause);
    if (end.kind === 'too large') {
      throw new ResponseError(
        `The answer is larger than \`maxResponseBytes\`, which is ${maxBytes}`,
        exchange,
        text,
      );
    }
    if (text === '' && response.status === 204 && shape === undefined) return undefined;
    if (text === '') throw new ResponseError('The answer is empty where JSON was due', exchange, text);
    const data = parse(exchange, text);
    if (shape !== undefined && !isOfShape(data, shape)) {
      throw new ResponseError(`The answer is not the JSON ${shape} that was due`, exchange, text);
    }
    return data;
  };

const isOfShape = (data: unknown, shape: JsonShape): boolean =>
  shape === 'string' ? typeof data === shape : shape === 'array' ? Array.isArray(data) : isRecord(data);

function parse(exchange: Exchange, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Compressed bodies may break off without the connection showing it.
    const cut = isCut(text);
    const problem = cut ? 'The answer was cut off in the middle of its JSON' : 'The answer is not JSON';
    throw new ResponseError(problem, exchange, text, { cause, retryable: cut });
  }
}

/** Whether a text begins as JSON does, and does not end as it does. */
function isCut(text: string): boolean {
  const first = text.trimStart()[0];
  const last = text.trimEnd().at(-1);
  return (first === '{' && last !== '}') || (first === '[' && last !== ']');
}

/** More of an error is of no use to anybody. */
const maxErrorBytes = 1024 * 1024;

/** The error of an answer that is not a success, with as much of its body as arrives. */
export async function readError(exchange: Exchange): Promise<APIError> {
  const { response, following, call, scrub } = exchange;
  const { text, end } = await drain(response, following.controller.signal, maxErrorBytes);
  if (following.controller.signal.aborted) throw abortOf(following);
  // The status says what went wrong, even if the explanation was lost on the way.
  const cause =
    end.kind === 'failed'
      ? { cause: failureOf(exchange, 'was cut off in the middle of its error', end.cause) }
      : {};
  const { status, statusText } = response;
  const head = { status, statusText: scrub(statusText), headers: scrubHeaders(response.headers, scrub) };
  return errorFromResponse(call, head, scrub(parseOrKeep(text)), cause);
}
