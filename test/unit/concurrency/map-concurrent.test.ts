import fc from 'fast-check';
import { expect, test, vi } from 'vitest';

import { mapConcurrent, type MapContext } from '../../../src/concurrency/index.js';
import { AbortError } from '../../../src/errors/abort-error.js';
import { collect } from '../../helpers/collect.js';

/** Calls that a test ends by hand, by the item they were made for. */
function byHand<Item>() {
  const calls = new Map<
    Item,
    { readonly context: MapContext; resolve(value?: unknown): void; reject(error: unknown): void }
  >();
  const fn = vi.fn(
    (item: Item, context: MapContext) =>
      new Promise<unknown>((resolve, reject) => calls.set(item, { context, resolve, reject })),
  );
  return { fn, call: (item: Item) => calls.get(item)! };
}

/** Long enough for everything that needs no more than promises. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const endOf = (work: PromiseLike<unknown>) =>
  Promise.resolve(work).then(
    () => 'a result',
    (error: unknown) => error,
  );

test('results come in the order of the items, whatever the order in which the calls end', async () => {
  const { fn, call } = byHand<string>();
  const results = mapConcurrent(['a', 'b', 'c'], fn)[Symbol.asyncIterator]();
  const first = results.next();
  await settled();
  call('c').resolve('C');
  call('b').resolve('B');
  await settled();
  call('a').resolve('A');

  expect(await first).toEqual({ done: false, value: 'A' });
  expect(await results.next()).toEqual({ done: false, value: 'B' });
  expect(await results.next()).toEqual({ done: false, value: 'C' });
  expect(await results.next()).toEqual({ done: true, value: undefined });
});

test('a function is handed the item and its index, and may return a plain value or nothing', async () => {
  expect(await mapConcurrent(['a', 'b'], (item, { index }) => `${item}${index}`)).toEqual(['a0', 'b1']);
  expect(await mapConcurrent([1, 2], () => undefined)).toEqual([undefined, undefined]);
});

test('it maps what can be iterated, also asynchronously, and nothing at all', async () => {
  const source = async function* () {
    yield 1;
    yield 2;
  };

  expect(await mapConcurrent(new Set([1, 2]), (item) => item + 1)).toEqual([2, 3]);
  expect(await mapConcurrent(source(), (item) => item + 1)).toEqual([2, 3]);
  expect(await mapConcurrent([], (item) => item)).toEqual([]);
});

test('whatever the items, the times of the calls and the bound, it is a map, and the bound holds', async () => {
  const steps = async (count: number) => {
    for (let step = 0; step < count; step += 1) await undefined;
  };
  const property = fc.asyncProperty(
    fc.array(fc.nat(12), { maxLength: 30 }),
    fc.integer({ min: 1, max: 6 }),
    fc.boolean(),
    async (durations, concurrency, awaited) => {
      let running = 0;
      let most = 0;
      const results = mapConcurrent(
        durations,
        async (duration, { index }) => {
          most = Math.max(most, ++running);
          await steps(duration);
          running -= 1;
          return [index, duration];
        },
        { concurrency },
      );
      expect(await (awaited ? results : collect(results))).toEqual(
        durations.map((duration, i) => [i, duration]),
      );
      expect(most).toBeLessThanOrEqual(concurrency);
    },
  );
  await fc.assert(property, { numRuns: 200 });
});

test('nothing begins before the results are read', async () => {
  const fn = vi.fn();
  const items = vi.fn();
  mapConcurrent({ [Symbol.iterator]: items }, fn);
  await settled();

  expect(items).not.toHaveBeenCalled();
  expect(fn).not.toHaveBeenCalled();
});

test('a loop that is slow is waited for: as many results are kept ready as calls may be under way', async () => {
  let read = 0;
  const numbers = function* () {
    for (;;) yield read++;
  };
  const results = mapConcurrent(numbers(), (item) => item, { concurrency: 3 })[Symbol.asyncIterator]();
  await results.next();
  await settled();
  expect(read).toBe(1 + 6);

  await results.next();
  await settled();
  expect(read).toBe(2 + 6);
  await results.return?.();
});

test('a first call that is slow does not hold back the others when all results are awaited', async () => {
  const { fn, call } = byHand<number>();
  const all = Promise.resolve(mapConcurrent([0, 1, 2, 3, 4, 5, 6, 7], fn, { concurrency: 2 }));
  for (const item of [1, 2, 3, 4, 5, 6, 7]) {
    await settled();
    call(item).resolve(item);
  }
  await settled();
  call(0).resolve(0);

  expect(await all).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('the first failure aborts the other calls, begins no more, and is thrown when all have ended', async () => {
  const { fn, call } = byHand<number>();
  const end = endOf(mapConcurrent([0, 1, 2, 3], fn, { concurrency: 3 }));
  const onEnd = vi.fn();
  void end.then(onEnd);
  await settled();
  const problem = new Error('call 1 failed');
  call(1).reject(problem);
  await settled();

  expect(call(0).context.signal.reason).toBe(problem);
  expect(call(2).context.signal.aborted).toBe(true);
  call(0).reject(new Error('aborted'));
  await settled();
  expect(onEnd).not.toHaveBeenCalled();

  call(2).resolve('too late');
  expect(await end).toBe(problem);
  expect(fn).toHaveBeenCalledTimes(3);
});

test('results before the failed one that were ready come first', async () => {
  const { fn, call } = byHand<number>();
  const results = mapConcurrent([0, 1, 2], fn)[Symbol.asyncIterator]();
  const first = results.next();
  await settled();
  call(0).resolve('zero');
  call(1).resolve('one');
  call(2).reject(new Error('call 2 failed'));
  await settled();

  expect(await first).toEqual({ done: false, value: 'zero' });
  expect(await results.next()).toEqual({ done: false, value: 'one' });
  await expect(results.next()).rejects.toThrow('call 2 failed');
  expect(await results.next()).toEqual({ done: true, value: undefined });
});

test('a function that throws is a failed call, and so is one that rejects with nothing', async () => {
  const thrown = mapConcurrent([1], () => {
    throw new Error('thrown');
  });
  await expect(Promise.resolve(thrown)).rejects.toThrow('thrown');
  // oxlint-disable-next-line prefer-promise-reject-errors -- what others do
  expect(await endOf(mapConcurrent([1], () => Promise.reject(undefined)))).toBe(undefined);
});

test('a source that fails ends it with its error, after the results that were ready', async () => {
  const source = async function* () {
    yield 1;
    throw new Error('the source failed');
  };
  const results = mapConcurrent(source(), (item) => item)[Symbol.asyncIterator]();

  expect(await results.next()).toEqual({ done: false, value: 1 });
  await expect(results.next()).rejects.toThrow('the source failed');
});

test('leaving the loop aborts the calls, waits for them and closes the source', async () => {
  const { fn, call } = byHand<number>();
  const closed = vi.fn();
  const source = function* () {
    try {
      for (let item = 0; ; item += 1) yield item;
    } finally {
      closed();
    }
  };
  const results = mapConcurrent(source(), fn, { concurrency: 2 })[Symbol.asyncIterator]();
  const first = results.next();
  await settled();
  call(0).resolve();
  await first;
  const left = results.return!();
  const onLeft = vi.fn();
  void left.then(onLeft);
  await settled();

  expect(call(1).context.signal.aborted).toBe(true);
  expect(closed).toHaveBeenCalledOnce();
  expect(onLeft).not.toHaveBeenCalled();
  for (const item of [1, 2]) call(item).reject(new Error('aborted'));
  await left;
  expect(fn.mock.calls.length).toBeLessThanOrEqual(3);
});

test('a source that cannot be closed is told to who left the loop, and not to who got another error', async () => {
  const source = (): AsyncIterable<number> => ({
    [Symbol.asyncIterator]: () => {
      let item = 0;
      return {
        next: async () => ({ done: false, value: item++ }),
        return: () => Promise.reject(new Error('cannot be closed')),
      };
    },
  });
  const left = async () => {
    for await (const _ of mapConcurrent(source(), (item) => item, { concurrency: 1 })) break;
  };
  const failing = (item: number) => {
    if (item > 0) throw new Error('call 1 failed');
  };

  expect(await endOf(left())).toMatchObject({ message: 'cannot be closed' });
  expect(await endOf(mapConcurrent(source(), failing))).toMatchObject({ message: 'call 1 failed' });
});

test('leaving the loop does not wait for a source that is still being read', async () => {
  const closing = vi.fn(() => Promise.reject(new Error('nobody hears this')));
  const source: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => {
      let item = 0;
      return {
        next: () => (item === 0 ? Promise.resolve({ done: false, value: item++ }) : new Promise(() => {})),
        return: closing,
      };
    },
  };
  for await (const _ of mapConcurrent(source, (item) => item)) break;
  await settled();

  expect(closing).toHaveBeenCalledOnce();
});

test('a signal that has aborted lets nothing begin', async () => {
  const fn = vi.fn();
  const reason = new Error('enough');
  const error = await endOf(mapConcurrent([1, 2], fn, { signal: AbortSignal.abort(reason) }));

  expect(error).toBeInstanceOf(AbortError);
  expect(error).toMatchObject({ cause: reason });
  expect(fn).not.toHaveBeenCalled();
});

test('an abort rejects at once, with the reason, though calls and source pay no heed to it', async () => {
  const { fn, call } = byHand<number>();
  const controller = new AbortController();
  const source = async function* () {
    yield 0;
    await new Promise(() => {});
  };
  const end = endOf(mapConcurrent(source(), fn, { signal: controller.signal }));
  await settled();
  controller.abort('enough');
  const error = await end;

  expect(error).toBeInstanceOf(AbortError);
  expect(error).toMatchObject({ cause: 'enough' });
  expect(call(0).context.signal.reason).toBe('enough');
  // Nobody hears of what comes late.
  call(0).reject(new Error('late'));
  await settled();
});

test('an abort between two reads ends the calls at once and shows with the next read', async () => {
  const { fn, call } = byHand<number>();
  const controller = new AbortController();
  const results = mapConcurrent([0, 1, 2], fn, { signal: controller.signal })[Symbol.asyncIterator]();
  const first = results.next();
  await settled();
  call(0).resolve();
  await first;
  controller.abort();

  expect(call(1).context.signal.aborted).toBe(true);
  await expect(results.next()).rejects.toThrow(AbortError);
});

test('an abort ends the waiting for calls after a failure, too', async () => {
  const { fn, call } = byHand<number>();
  const controller = new AbortController();
  const end = endOf(mapConcurrent([0, 1], fn, { signal: controller.signal }));
  await settled();
  call(1).reject(new Error('call 1 failed'));
  await settled();
  controller.abort();

  expect(await end).toMatchObject({ message: 'call 1 failed' });
});

test('the signal that calls are given does not abort when all went well', async () => {
  const signals: AbortSignal[] = [];
  await mapConcurrent([1, 2], (_, { signal }) => void signals.push(signal));

  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
});

test.each(['success', 'failure', 'leaving'])('no listener stays on the signal after %s', async (how) => {
  const { signal } = new AbortController();
  const added = vi.spyOn(signal, 'addEventListener');
  const removed = vi.spyOn(signal, 'removeEventListener');
  const results = mapConcurrent([1, 2], () => (how === 'failure' ? Promise.reject(new Error('no')) : 1), {
    signal,
  });
  try {
    for await (const _ of results) if (how === 'leaving') break;
  } catch {
    // The failure is meant.
  }

  expect(added.mock.calls.length).toBeGreaterThan(0);
  expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
});

test('results are read once, but may be awaited as often as one likes', async () => {
  const fn = vi.fn((item: number) => item);
  const results = mapConcurrent([1, 2], fn);

  expect(await results).toEqual([1, 2]);
  expect(await results).toEqual([1, 2]);
  expect(fn).toHaveBeenCalledTimes(2);
  expect(() => results[Symbol.asyncIterator]()).toThrow(/read already/);
});

test.each<[string, unknown[], RegExp]>([
  ['a string as items', ['abc', () => 1], /items must be an array/],
  ['items that cannot be iterated', [{}, () => 1], /items must be an array/],
  ['nothing as items', [undefined, () => 1], /items must be an array/],
  ['no function', [[1], undefined], /second argument must be a function/],
  ['a concurrency of 0', [[1], () => 1, { concurrency: 0 }], /`concurrency` must be a positive integer/],
  ['half a call', [[1], () => 1, { concurrency: 1.5 }], /`concurrency` must be a positive integer/],
  [
    'a controller as signal',
    [[1], () => 1, { signal: new AbortController() }],
    /`signal` must be an AbortSignal/,
  ],
  ['an unknown option', [[1], () => 1, { limit: 3 }], /has no option `limit`/],
])('it refuses %s', (_, given, message) => {
  const call = () => (mapConcurrent as (...values: unknown[]) => unknown)(...given);

  expect(call).toThrow(message);
  expect(call).toThrow(expect.objectContaining({ name: 'ArgumentError' }));
});
