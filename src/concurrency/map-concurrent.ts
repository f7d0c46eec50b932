import { AbortError } from '../errors/abort-error.js';
import { ArgumentError } from '../errors/argument-error.js';
import { callerHere, tellCaller, type Caller } from '../errors/caller.js';
import { checkIteratorResult } from '../errors/check-iterator-result.js';
import { MistralError } from '../errors/mistral-error.js';
import { followSignals } from '../internal/follow-signals.js';
import { iterablePromise, type IterablePromise } from '../internal/iterable-promise.js';
import { untilAborted } from '../internal/until-aborted.js';
import { checkCount, checkOptions } from './check-options.js';

/** Options of {@link mapConcurrent}. */
export interface MapConcurrentOptions {
  /**
   * How many calls are under way at once.
   *
   * @default 8
   */
  readonly concurrency?: number | undefined;
  /** Ends everything: the calls that are under way get it by their own signal, and no more are begun. */
  readonly signal?: AbortSignal | undefined;
}

/** What a function is told beside its item. */
export interface MapContext {
  /** The item's place, from 0. */
  readonly index: number;
  /** Aborts when there is no use for the result any more: hand it to the calls that are made. */
  readonly signal: AbortSignal;
}

/** Results in the order of their items: iterate them as they come, or await them all. */
export interface ConcurrentResults<Result> extends IterablePromise<Result, Result[]> {}

/**
 * Call a function for each item, a bounded number at once, and hand out the results in the order of the items.
 *
 * Nothing begins before the results are iterated or awaited, which can be done once. A loop gets a result as soon as
 * it and all before it are there. If the loop is slow, the calls wait for it: as many results as calls may be under
 * way are kept ready, and no more items are taken.
 *
 * The first failure ends it: the other calls are aborted, no more are begun, and when none is under way any
 * more, the failure is thrown. Results before the failed one that were ready come first. Leaving the loop
 * ends it in the same way. To go on after failures, catch them in the function.
 *
 * @param items - An array, or anything else that can be iterated, of any length; it is read as far as needed.
 * @param fn - Is handed an item, and its index and a signal.
 * @throws {ArgumentError} at once, if there is nothing to iterate, no function, or an option cannot be right.
 * @throws {AbortError} where the results are read, as soon as `signal` aborts, whatever the calls do.
 *
 * @example
 * ```ts
 * import { mapConcurrent } from 'mistral-sdk/concurrency';
 *
 * const words = ['fromage', 'pain', 'vin'];
 * const replies = mapConcurrent(words, (word, { signal }) =>
 *   mistral.chat.complete({ model, messages: [{ role: 'user', content: `Translate: ${word}` }] }, { signal }),
 * );
 * for await (const reply of replies) console.log(textOf(reply));
 * ```
 */
export function mapConcurrent<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  fn: (item: Item, context: MapContext) => Result | PromiseLike<Result>,
  options: MapConcurrentOptions = {},
): ConcurrentResults<Result> {
  checkOptions(owner, options, ['concurrency', 'signal']);
  const { concurrency = 8, signal } = options;
  checkCount(owner, 'concurrency', concurrency);
  if (typeof fn !== 'function') throw new ArgumentError(`${owner}: the second argument must be a function`);
  const open = openerOf(items);
  const caller = callerHere();

  let taken = false;
  const read = (lookAhead: number) => {
    if (taken) throw new MistralError('These results were read already; call `mapConcurrent()` again');
    taken = true;
    return run(open, fn, { concurrency, signal, lookAhead, caller });
  };
  let all: Promise<Result[]> | undefined;
  return iterablePromise(
    () => read(2 * concurrency),
    // All are kept, so none has to wait for those before it to be taken.
    () => (all ??= collect(() => read(Infinity))),
  );
}

const owner = 'mapConcurrent()';

type Source<Item> = AsyncIterator<Item> | Iterator<Item>;

interface Running {
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  /** How many items may be begun whose results were not taken. */
  readonly lookAhead: number;
  readonly caller: Caller;
}

function openerOf<Item>(items: Iterable<Item> | AsyncIterable<Item>): () => Source<Item> {
  if (typeof items === 'object' && items !== null) {
    if (Symbol.asyncIterator in items) return () => items[Symbol.asyncIterator]();
    if (Symbol.iterator in items) return () => items[Symbol.iterator]();
  }
  throw new ArgumentError(`${owner}: the items must be an array, or something else that can be iterated`);
}

async function collect<Result>(read: () => AsyncIterable<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for await (const result of read()) results.push(result);
  return results;
}

async function* run<Item, Result>(
  open: () => Source<Item>,
  fn: (item: Item, context: MapContext) => Result | PromiseLike<Result>,
  { concurrency, signal, lookAhead, caller }: Running,
): AsyncGenerator<Result, void> {
  const source = open();
  const following = followSignals(signal);
  const calls = new Set<Promise<void>>();
  const ready = new Map<number, Result>();
  let begun = 0;
  let taken = 0;
  let reading = false;
  let exhausted = false;
  let failure: { readonly error: unknown } | undefined;
  let wake = () => {};
  following.onAbort(() => wake());

  const fail = (error: unknown) => {
    failure ??= { error };
    following.abort(error);
  };
  const call = async (item: Item, index: number) => {
    try {
      ready.set(index, await fn(item, { index, signal: following.signal }));
    } catch (error) {
      fail(error);
    }
  };
  const begin = (item: Item, index: number) => {
    const begunCall = call(item, index).finally(() => {
      calls.delete(begunCall);
      void fill();
      wake();
    });
    calls.add(begunCall);
  };
  const hasRoom = () =>
    !exhausted && !following.aborted && calls.size < concurrency && begun - taken < lookAhead;
  /** Takes items while there is room for their calls; one reader at a time, as iterators want it. */
  const fill = async () => {
    if (reading) return;
    reading = true;
    try {
      while (hasRoom()) {
        const { done, value } = checkIteratorResult(await source.next(), owner);
        if (done) exhausted = true;
        else if (!following.aborted) begin(value, begun++);
      }
    } catch (error) {
      exhausted = true;
      fail(error);
    }
    reading = false;
    wake();
  };
  const stop = async () => {
    const left = !failure && !signal?.aborted;
    following.abort();
    const closed = Promise.all([...calls, exhausted ? undefined : close(source, reading)]);
    try {
      // Whoever aborts does not wait for calls that pay no heed to it.
      await (signal ? untilAborted(signal, closed) : closed);
    } catch (error) {
      // Where there is a failure to tell, a source that cannot be closed is not the one that matters.
      if (left && !signal?.aborted) throw error;
    }
  };

  try {
    void fill();
    for (;;) {
      if (signal?.aborted) throw new AbortError(signal.reason);
      if (ready.has(taken)) {
        // The map has it; what it has may be `undefined`.
        const result = ready.get(taken) as Result;
        ready.delete(taken);
        taken += 1;
        void fill();
        yield result;
      } else if (failure) throw failure.error;
      else if (exhausted && taken === begun) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } catch (error) {
    throw tellCaller(error, caller);
  } finally {
    if (!exhausted || calls.size > 0) await stop();
    following.release();
  }
}

/** Lets a source go that was not read to its end. One that is being read may answer only when it is done. */
async function close(source: Source<unknown>, reading: boolean): Promise<void> {
  const closing = Promise.resolve(source.return?.());
  if (reading) closing.catch(() => undefined);
  else await closing;
}
