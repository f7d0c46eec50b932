import { AbortError } from '../errors/abort-error.js';
import { ArgumentError } from '../errors/argument-error.js';
import { captureCaller, addCallerStack, type Caller } from '../errors/caller.js';
import { checkIteratorResult } from '../errors/check-iterator-result.js';
import { MistralError } from '../errors/mistral-error.js';
import { linkSignals } from '../internal/linked-cancellation.js';
import { iterablePromise, type IterablePromise } from '../internal/iterable-promise.js';
import { untilAborted } from '../internal/until-aborted.js';
import { checkCount, checkOptions } from './check-options.js';

/** Options of {@link mapConcurrent}. */
export interface MapConcurrentOptions {
  /**
   * Maximum number of concurrent calls.
   *
   * @default 8
   */
  readonly concurrency?: number | undefined;
  /** Aborts everything: the signals of running calls abort, and no more calls are started. */
  readonly signal?: AbortSignal | undefined;
}

/** The second argument of the function. */
export interface MapContext {
  /** The item's index, from 0. */
  readonly index: number;
  /** Aborts when the result is not needed any more: pass it to your calls. */
  readonly signal: AbortSignal;
}

/** Results in the order of their items: iterate them as they arrive, or await them all. */
export interface ConcurrentResults<Result> extends IterablePromise<Result, Result[]> {}

/**
 * Call a function for each item with limited concurrency, and yield the results in the order of the items.
 *
 * Nothing starts before the results are iterated or awaited, which is possible once. A loop gets a result as soon as it and
 * all before it are done. A slow loop causes backpressure: at most `concurrency` results are buffered, and no more items are
 * read.
 *
 * The first failure ends it: the other calls are aborted, no more are started, and when all have ended, the failure is
 * thrown. Finished results before the failed one come first. Breaking out of the loop ends it in the same way. To continue
 * after failures, catch them in the function.
 *
 * @param items - An array, or any other iterable, of any length; read on demand.
 * @param fn - Called with an item, and its index and a signal.
 * @throws {ArgumentError} synchronously, for an invalid argument.
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
  const caller = captureCaller();

  let taken = false;
  const read = (lookAhead: number) => {
    if (taken) throw new MistralError('These results were read already; call `mapConcurrent()` again');
    taken = true;
    return run(open, fn, { concurrency, signal, lookAhead, caller });
  };
  let all: Promise<Result[]> | undefined;
  return iterablePromise(
    () => read(2 * concurrency),
    // All are collected, so calls need not wait for the results before them to be read.
    () => (all ??= collect(() => read(Infinity))),
  );
}

const owner = 'mapConcurrent()';

type Source<Item> = AsyncIterator<Item> | Iterator<Item>;

interface Running {
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  /** How many items may be started whose results were not read. */
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
  const cancellation = linkSignals(signal);
  const calls = new Set<Promise<void>>();
  const ready = new Map<number, Result>();
  let begun = 0;
  let taken = 0;
  let reading = false;
  let exhausted = false;
  let failure: { readonly error: unknown } | undefined;
  let wake = () => {};
  cancellation.onAbort(() => wake());

  const fail = (error: unknown) => {
    failure ??= { error };
    cancellation.abort(error);
  };
  const call = async (item: Item, index: number) => {
    try {
      ready.set(index, await fn(item, { index, signal: cancellation.signal }));
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
    !exhausted && !cancellation.aborted && calls.size < concurrency && begun - taken < lookAhead;
  /** Reads items while there is room for their calls; one read at a time, as iterators require. */
  const fill = async () => {
    if (reading) return;
    reading = true;
    try {
      while (hasRoom()) {
        const { done, value } = checkIteratorResult(await source.next(), owner);
        if (done) exhausted = true;
        else if (!cancellation.aborted) begin(value, begun++);
      }
    } catch (error) {
      exhausted = true;
      fail(error);
    }
    reading = false;
    wake();
  };
  const stop = async () => {
    const isCancelled = !failure && !signal?.aborted;
    cancellation.abort();
    const closed = Promise.all([...calls, exhausted ? undefined : close(source, reading)]);
    try {
      // An abort does not wait for calls that ignore their signal.
      await (signal ? untilAborted(signal, closed) : closed);
    } catch (error) {
      // A failure takes precedence over that of closing the source.
      if (isCancelled && !signal?.aborted) throw error;
    }
  };

  try {
    void fill();
    for (;;) {
      if (signal?.aborted) throw new AbortError(signal.reason);
      if (ready.has(taken)) {
        // The key exists, though its value may be `undefined`.
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
    throw addCallerStack(error, caller);
  } finally {
    if (!exhausted || calls.size > 0) await stop();
    cancellation.release();
  }
}

/** Closes a source that was not read to its end. If it is being read, that may end only later. */
async function close(source: Source<unknown>, reading: boolean): Promise<void> {
  const closing = Promise.resolve(source.return?.());
  if (reading) closing.catch(() => undefined);
  else await closing;
}
