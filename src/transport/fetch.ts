import { AbortError } from '../errors/abort-error.js';
import { ConnectionError } from '../errors/connection-error.js';
import { routeOf, type Call, type Fetch, type Send } from './send.js';

/** The bottom of the stack: one `fetch`, with its failures given our names. */
export function withFetch(fetch: Fetch): Send {
  return async (call) => {
    const { url, method, headers, body, signal } = call;
    if (signal?.aborted) throw new AbortError(signal.reason);
    try {
      return await fetch(url, { method, headers, body: body ?? null, signal: signal ?? null });
    } catch (cause) {
      throw failureOf(call, 'got no answer', cause);
    }
  };
}

/** Read the body of an answer as text, with failures given our names. */
export async function readText(call: Call, response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw failureOf(call, 'was cut off in the middle of its answer', cause);
  }
}

function failureOf(call: Call, problem: string, cause: unknown): AbortError | ConnectionError {
  if (call.signal?.aborted) return new AbortError(call.signal.reason);
  return new ConnectionError(`${routeOf(call)} ${problem}: ${reasonOf(cause)}`, { cause });
}

/** Node wraps the reason, such as ECONNREFUSED, in a `TypeError: fetch failed`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error)
    return cause.message || (cause as Error & { code?: string }).code || error.message;
  return error.message;
}
