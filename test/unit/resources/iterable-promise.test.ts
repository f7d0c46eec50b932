import { describe, expect, test, vi } from 'vitest';

import { IterablePromise } from '../../../src/resources/iterable-promise.js';
import type { Outcome, Perform } from '../../../src/transport/api-promise.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';

const response = new Response(null);

/** Counts from 1, and writes down when it is left. */
function counter(end = 10) {
  const left = vi.fn();
  const iterate = (): AsyncIterator<number> => {
    let number = 0;
    return {
      next: async () => (number < end ? { done: false, value: ++number } : { done: true, value: undefined }),
      return: async () => {
        left();
        return { done: true, value: undefined };
      },
    };
  };
  const numbers = { [Symbol.asyncIterator]: iterate };
  const perform = vi.fn<Perform<typeof numbers>>(async () => ({ response, attempts: 1, data: numbers }));
  return { perform, left, numbers, call: new IterablePromise<typeof numbers, number>(perform) };
}

test('it can be iterated without being awaited', async () => {
  const { call, perform } = counter(3);

  expect(await collect(call)).toEqual([1, 2, 3]);
  expect(perform).toHaveBeenCalledExactlyOnceWith('data');
});

test('it can be awaited, and then iterated', async () => {
  const { call, numbers } = counter(3);

  expect(await call).toBe(numbers);
  expect(await collect(await call)).toEqual([1, 2, 3]);
});

test('made and dropped, it sends nothing', async () => {
  const { call, perform } = counter();

  call[Symbol.asyncIterator]();
  await Promise.resolve();

  expect(perform).not.toHaveBeenCalled();
});

test('iterating it twice asks what it iterates twice, and sends one request', async () => {
  const { call, perform } = counter(2);

  expect([await collect(call), await collect(call)]).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(perform).toHaveBeenCalledOnce();
});

test('leaving the loop leaves what it iterates', async () => {
  const { call, left } = counter();

  for await (const number of call) if (number === 2) break;

  expect(left).toHaveBeenCalledOnce();
});

test('a failure comes out of the loop', async () => {
  const fault = new Error('no answer');
  const call = new IterablePromise<AsyncIterable<number>, number>(() => Promise.reject(fault));

  expect(await failureOf(collect(call))).toBe(fault);
});

describe('an iterator', () => {
  test('asked twice at once gives two items in their order', async () => {
    const { call } = counter(3);
    const iterator = call[Symbol.asyncIterator]();

    const items = await Promise.all([iterator.next(), iterator.next()]);

    expect(items.map(({ value }) => value as number)).toEqual([1, 2]);
  });

  test('that was left is done', async () => {
    const { call } = counter();
    const iterator = call[Symbol.asyncIterator]();
    await iterator.next();

    await iterator.return!();

    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test('left before its first item sends nothing', async () => {
    const { call, perform } = counter();
    const iterator = call[Symbol.asyncIterator]();

    expect(await iterator.return!()).toEqual({ done: true, value: undefined });

    expect(perform).not.toHaveBeenCalled();
  });

  test('left while the answer is on its way closes it when it comes', async () => {
    const { left, numbers } = counter();
    let arrive!: (outcome: Outcome<typeof numbers>) => void;
    const answer = new Promise<Outcome<typeof numbers>>((resolve) => (arrive = resolve));
    const call = new IterablePromise<typeof numbers, number>(() => answer);
    const iterator = call[Symbol.asyncIterator]();

    const waiting = [iterator.next(), iterator.return!()];
    arrive({ response, attempts: 1, data: numbers });
    await Promise.all(waiting);

    expect(left).toHaveBeenCalledOnce();
  });
});
