import { onAbort, type Signal } from './cancellation.js';

/**
 * Wait for a promise until a signal aborts, as not every promise listens to its signal. A value that is not a promise is
 * returned at once.
 *
 * @throws the signal's reason, as soon as it aborts.
 */
export function untilAborted<T>(
  signal: Signal,
  promise: PromiseLike<T>,
  /** Called with a value that arrives after the abort, to close it. Its failure is ignored. */
  onLate?: (value: T) => unknown,
): Promise<T>;
export function untilAborted<T>(signal: Signal, promise: T | PromiseLike<T>): T | Promise<T>;
export function untilAborted<T>(
  signal: Signal,
  promise: T | PromiseLike<T>,
  onLate?: (value: T) => unknown,
): T | Promise<T> {
  if (!isPromise(promise)) {
    signal.throwIfAborted();
    return promise;
  }
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    let settle = () => {};
    if (signal.aborted) abort();
    else settle = onAbort(signal, abort);
    const onValue = (value: T) => {
      settle();
      if (signal.aborted && onLate)
        void Promise.resolve(value)
          .then(onLate)
          .catch(() => undefined);
      resolve(value);
    };
    const onError = (error: Error) => {
      settle();
      reject(error);
    };
    void promise.then(onValue, onError);
  });
}

export const isPromise = <T>(value: T | PromiseLike<T>): value is PromiseLike<T> =>
  typeof (value as Partial<PromiseLike<T>> | undefined)?.then === 'function';
