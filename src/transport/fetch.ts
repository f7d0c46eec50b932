import { AbortError } from '../errors/abort-error.js';
import { failureOf } from '../errors/failure-of.js';
import { routeOf, type Call, type Fetch, type Send } from './send.js';

/** The bottom of the stack: one `fetch`, with its failures given our names. */
export function withFetch(fetch: Fetch): Send {
  return async (call) => {
    const { url, method, headers, body, signal } = call;
    if (signal?.aborted) throw new AbortError(signal.reason);
    try {
      return await fetch(url, { method, headers, body: body ?? null, signal: signal ?? null });
    } catch (cause) {
      throw failureOf(routeOf(call), 'got no answer', cause, signal);
    }
  };
}

/** Read the body of an answer as text, with failures given our names. */
export async function readText(call: Call, response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw failureOf(routeOf(call), 'was cut off in the middle of its answer', cause, call.signal);
  }
}
