import { AbortError } from './abort-error.js';
import { ConnectionError } from './connection-error.js';

/**
 * The error for a `fetch`, or the reading of its body, that was rejected: the caller's abort, or the connection's failure.
 *
 * @param call - What was called, for the message: `POST /v1/files`, or a method's name.
 */
export function failureOf(
  call: string,
  problem: string,
  cause: unknown,
  signal: AbortSignal | undefined,
): AbortError | ConnectionError {
  if (signal?.aborted) return new AbortError(signal.reason);
  return new ConnectionError(`${call} ${problem}: ${reasonOf(cause)}`, { cause });
}

/** Node wraps the reason, such as ECONNREFUSED, in a `TypeError: fetch failed`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error)
    return cause.message || (cause as Error & { code?: string }).code || error.message;
  return error.message;
}
