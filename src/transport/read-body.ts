import { ResponseError } from '../errors/response-error.js';
import { abortOf, failureOf } from '../errors/failure-of.js';
import { drain } from '../internal/drain.js';
import { isTruncatedJson } from '../internal/is-truncated-json.js';
import { isRecord } from '../internal/is-record.js';
import type { Exchange, ReadResponse } from './exchange.js';

/** The type that the description promises for the JSON of a response. */
export type JsonShape = 'object' | 'array' | 'string';

/**
 * Reads the JSON of a response; `undefined` if it has no content.
 *
 * @throws {ResponseError} if the body is empty, truncated, too large, not JSON, or not of the expected type.
 * @throws {ConnectionError} if the connection fails before the end.
 */
export const jsonReader =
  (shape: JsonShape | undefined): ReadResponse<unknown> =>
  async (exchange) => {
    const { response, cancellation, maxBytes } = exchange;
    const { text, end } = await drain(response, cancellation, maxBytes);
    if (cancellation.aborted) throw abortOf(cancellation);
    if (end.kind === 'failed')
      throw failureOf(exchange, 'was cut off in the middle of its response', end.cause);
    if (end.kind === 'too large') {
      throw new ResponseError(
        `The response is larger than \`maxResponseBytes\`, which is ${maxBytes}`,
        exchange,
        text,
      );
    }
    if (text === '' && response.status === 204 && shape === undefined) return undefined;
    if (text === '') throw new ResponseError('The response is empty; expected JSON', exchange, text);
    const data = parse(exchange, text);
    if (shape !== undefined && !isOfShape(data, shape)) {
      throw new ResponseError(`The response is not a JSON ${shape}, as expected`, exchange, text);
    }
    return data;
  };

const isOfShape = (data: unknown, shape: JsonShape): boolean =>
  shape === 'string' ? typeof data === shape : shape === 'array' ? Array.isArray(data) : isRecord(data);

function parse(exchange: Exchange, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // A compressed body may be truncated without a connection error.
    const cut = isTruncatedJson(text);
    const problem = cut ? 'The response was cut off in the middle of its JSON' : 'The response is not JSON';
    throw new ResponseError(problem, exchange, text, { cause, retryable: cut });
  }
}
