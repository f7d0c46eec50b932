/** The outcome of a task that begins when somebody waits for it for the first time, and is done once. */
export function lazyPromise<T>(task: () => Promise<T>): PromiseLike<T> {
  let outcome: Promise<T> | undefined;
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- being awaited is what it is for
    then: (onValue, onError) => (outcome ??= task()).then(onValue, onError),
  };
}
