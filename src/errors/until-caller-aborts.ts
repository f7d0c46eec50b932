import type { Signal } from '../internal/cancellation.js';
import { untilAborted } from '../internal/until-aborted.js';
import { AbortError } from './abort-error.js';

/**
 * Wait for a promise that may not listen to the caller's signal, until that aborts.
 *
 * @param onLate - Called with a value that arrives after the abort.
 * @throws {AbortError} as soon as it aborts.
 */
export async function untilCallerAborts<T>(
  signal: Signal | null | undefined,
  promise: PromiseLike<T>,
  onLate?: (value: T) => unknown,
): Promise<T> {
  if (!signal) return promise;
  try {
    return await untilAborted(signal, promise, onLate);
  } catch (error) {
    throw signal.aborted ? new AbortError(signal.reason) : error;
  }
}
