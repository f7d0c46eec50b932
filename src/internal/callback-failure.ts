import { isPromise } from './until-aborted.js';

/** What a function of the caller threw: it reaches the caller as it is, and nothing is retried for it. */
export class CallbackFailure extends Error {
  readonly thrown: unknown;

  constructor(thrown: unknown) {
    super('A function of the caller failed');
    this.thrown = thrown;
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
  const fail = (error: unknown): never => {
    throw new CallbackFailure(error);
  };
  try {
    const result = callback?.(value);
    return isPromise(result) ? Promise.resolve(result).then(() => undefined, fail) : undefined;
  } catch (error) {
    return fail(error);
  }
}

/** What the caller is to get. */
export const unwrapped = (error: unknown): unknown =>
  error instanceof CallbackFailure ? error.thrown : error;
