/** A promise of a task that starts when it is awaited for the first time, and runs once. */
export function lazyPromise<T>(task: () => Promise<T>): PromiseLike<T> {
  let outcome: Promise<T> | undefined;
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- it is a promise
    then: (onValue, onError) => (outcome ??= task()).then(onValue, onError),
  };
}
