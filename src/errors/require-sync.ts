import { isPromise } from '../internal/until-aborted.js';
import { ArgumentError } from './argument-error.js';

/**
 * What a function of the caller gave, where nothing can wait for it.
 *
 * @throws {ArgumentError} for a promise. If that is rejected, nobody else is told.
 */
export function requireSync<T>(value: T, what: string): T {
  if (!isPromise(value)) return value;
  void Promise.resolve(value).catch(() => undefined);
  throw new ArgumentError(`${what} returned a promise; it must be synchronous`);
}
