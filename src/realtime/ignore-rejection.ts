/** A promise that nobody has to listen to: what it says is said elsewhere, too. */
export function ignoreRejection<P extends Promise<unknown>>(promise: P): P {
  promise.catch(() => undefined);
  return promise;
}
