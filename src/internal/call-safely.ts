import { isPromise } from './until-aborted.js';

/** Call what must not disturb, whether it throws or, where nobody asked for a promise, gives one that rejects. */
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
