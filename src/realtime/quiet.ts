/** A promise that nobody has to listen to: what it says is said elsewhere, too. */
export function quiet<P extends Promise<unknown>>(promise: P): P {
  promise.catch(() => undefined);
  return promise;
}
