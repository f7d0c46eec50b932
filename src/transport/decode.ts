import { errorFromResponse, type APIError } from '../errors/api-error.js';
import { ResponseError } from '../errors/response-error.js';
import { readText } from './fetch.js';
import { routeOf, type Call } from './send.js';

/**
 * The JSON of an answer; `undefined` for one that has no content.
 *
 * @throws {ResponseError} if the body is empty or not JSON.
 */
export async function decodeJson(call: Call, response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const text = await readText(call, response);
  if (text === '') throw new ResponseError('The answer is empty where JSON was due', response, text);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ResponseError('The answer is not JSON', response, text, { cause });
  }
}

/** The error of an answer that is not a success. */
export async function decodeError(call: Call, response: Response): Promise<APIError> {
  const text = await readText(call, response);
  return errorFromResponse(routeOf(call), response, parseOrKeep(text));
}

function parseOrKeep(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
