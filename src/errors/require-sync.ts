import { isPromise } from '../internal/until-aborted.js';
import { ArgumentError } from './argument-error.js';

/**
 * The result of a caller's function that must be synchronous.
 *
 * @throws {ArgumentError} for a promise. Its rejection is ignored.
 */
export function requireSync<T>(value: T, what: string): T {
  if (!isPromise(value)) return value;
  void Promise.resolve(value).catch(() => undefined);
  throw new ArgumentError(`${what} returned a promise; it must be synchronous`);
}
