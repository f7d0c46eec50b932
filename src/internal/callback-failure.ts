import { isPromise } from './until-aborted.js';

/** Has what a function of the caller threw as its `cause`: that reaches the caller as it is, and nothing is retried for it. */
export class CallbackFailure extends Error {
  constructor(cause: unknown) {
    super('A function of the caller failed; see `cause`', { cause });
  }
}

/**
 * Call a function that the caller has passed, which may be asynchronous though nobody asked for that.
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
 * The same, of one that must not be asynchronous, or has somebody else to wait for it.
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

/** What the caller is to get. */
export const unwrapped = (error: unknown): unknown =>
  error instanceof CallbackFailure ? error.cause : error;
