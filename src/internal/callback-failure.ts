import { isPromise } from './until-aborted.js';

/** Wraps the error of a caller's function as its `cause`: the caller gets that error unchanged, and it is not retried. */
export class CallbackFailure extends Error {
  constructor(cause: unknown) {
    super('A function of the caller failed; see `cause`', { cause });
  }
}

/**
 * Call a caller's function, which may be asynchronous.
 *
 * @throws {CallbackFailure} with what it throws.
 */
export function callBack<T>(
  callback: ((value: T) => unknown) | undefined,
  value: T,
): Promise<void> | undefined {
  const result = calling(() => callback?.(value));
  return isPromise(result) ? Promise.resolve(result).then(() => undefined, fail) : undefined;
}

/**
 * The same for a function that must be synchronous, or whose promise is awaited elsewhere.
 *
 * @throws {CallbackFailure} with what it throws.
 */
export function calling<T>(callback: () => T): T {
  try {
    return callback();
  } catch (error) {
    return fail(error);
  }
}

function fail(error: unknown): never {
  throw new CallbackFailure(error);
}

/** The error for the caller. */
export const unwrapped = (error: unknown): unknown =>
  error instanceof CallbackFailure ? error.cause : error;
