import { isPromise } from './until-aborted.js';

/** Call a function whose failure must not affect anything else, whether it throws or returns a promise that rejects. */
export function callSafely<T>(tell: () => T, onFailure?: (error: unknown) => void): T | undefined {
  try {
    const result: unknown = tell();
    if (isPromise(result)) void result.then(undefined, onFailure ?? (() => undefined));
    return result as T;
  } catch (error) {
    onFailure?.(error);
    return undefined;
  }
}
