/** A promise whose rejection need not be handled, as it is also reported elsewhere. */
export function ignoreRejection<P extends Promise<unknown>>(promise: P): P {
  promise.catch(() => undefined);
  return promise;
}
