import { ResponseError } from '../errors/response-error.js';
import { abortOf, failureOf } from '../errors/failure-of.js';
import { drain } from '../internal/drain.js';
import { isTruncatedJson } from '../internal/is-truncated-json.js';
import { isRecord } from '../internal/is-record.js';
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
    const { text, end } = await drain(response, following, maxBytes);
    if (following.aborted) throw abortOf(following);
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
    const cut = isTruncatedJson(text);
    const problem = cut ? 'The answer was cut off in the middle of its JSON' : 'The answer is not JSON';
    throw new ResponseError(problem, exchange, text, { cause, retryable: cut });
  }
}
