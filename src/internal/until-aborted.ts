/**
 * Wait for a promise, but no longer than a signal allows: not everything that is handed one listens to it.
 *
 * @throws the signal's reason, as soon as it aborts.
 */
export function untilAborted<T>(
  signal: AbortSignal,
  promise: PromiseLike<T>,
  /** Is given what arrives after the abort, to close it. */
  onLate?: (value: T) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    const settle = () => signal.removeEventListener('abort', abort);
    const onValue = (value: T) => {
      settle();
      if (signal.aborted) onLate?.(value);
      resolve(value);
    };
    const onError = (error: Error) => {
      settle();
      reject(error);
    };
    void promise.then(onValue, onError);
  });
}
