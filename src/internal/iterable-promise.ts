/** What arrives one by one and is a whole in the end: iterate it, or treat it as the promise of the whole. */
export interface IterablePromise<Item, Whole> extends AsyncIterable<Item>, Promise<Whole> {}

/** @param whole - Begins when somebody waits for it, and is called each time. */
export const iterablePromise = <Item, Whole>(
  iterate: () => AsyncIterator<Item>,
  whole: () => Promise<Whole>,
): IterablePromise<Item, Whole> => ({
  [Symbol.toStringTag]: 'IterablePromise',
  [Symbol.asyncIterator]: iterate,
  // oxlint-disable-next-line unicorn/no-thenable -- being awaited is what a promise is for
  then: (onWhole, onError) => whole().then(onWhole, onError),
  catch: (onError) => whole().catch(onError),
  finally: (onEnd) => whole().finally(onEnd),
});
