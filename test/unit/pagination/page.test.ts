import { describe, expect, test, vi } from 'vitest';

import { MistralError } from '../../../src/errors/mistral-error.js';
import { Page } from '../../../src/pagination/page.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';

const last = new Page([5], undefined);
const middle = new Page([3, 4], async () => last);
const first = new Page([1, 2], async () => middle, { total: 5 });

test('iterating a page gives its items and those of all later ones', async () => {
  expect(await collect(first)).toEqual([1, 2, 3, 4, 5]);
  expect(await collect(middle)).toEqual([3, 4, 5]);
});

test('a page can be iterated again', async () => {
  expect(await collect(first)).toEqual(await collect(first));
});

test('`items` are those of the page alone, and `total` is the whole list where it is known', () => {
  expect(first.items).toEqual([1, 2]);
  expect(first.total).toBe(5);
  expect(middle.total).toBeUndefined();
});

test('`pages()` gives the page itself and all later ones', async () => {
  expect(await collect(first.pages())).toEqual([first, middle, last]);
});

test('`collect()` gives them all, or as many as are wanted', async () => {
  expect(await first.collect()).toEqual([1, 2, 3, 4, 5]);
  expect(await first.collect({ limit: 3 })).toEqual([1, 2, 3]);
  expect(await first.collect({ limit: 100 })).toEqual([1, 2, 3, 4, 5]);
});

test('`collect()` fetches no page beyond its limit', async () => {
  const next = vi.fn(async () => last);

  expect(await new Page([1, 2], next).collect({ limit: 2 })).toEqual([1, 2]);
  expect(next).not.toHaveBeenCalled();
});

test.each([0, -1, 1.5, NaN, '5'])('`collect()` refuses a limit of %j', async (limit) => {
  expect(await failureOf(first.collect({ limit: limit as number }))).toMatchObject({
    name: 'ArgumentError',
    message: 'collect({ limit }): `limit` must be a positive integer',
  });
});

describe('with `prefetch`', () => {
  /** Pages of one item each; writes down which were fetched, and with which signals. */
  function pages(count: number) {
    const fetched: number[] = [];
    const signals: (AbortSignal | undefined)[] = [];
    const page = (number: number): Page<number> =>
      new Page(
        [number],
        number === count
          ? undefined
          : async (signal) => {
              fetched.push(number + 1);
              signals.push(signal);
              return page(number + 1);
            },
        { prefetch: 1 },
      );
    return { start: page(1), fetched, signals };
  }

  test('the next page is fetched while this one is used, and no other', async () => {
    const { start, fetched } = pages(5);
    const items = start[Symbol.asyncIterator]();

    await items.next();
    expect(fetched).toEqual([2]);
    await items.next();
    expect(fetched).toEqual([2, 3]);
  });

  test('every item comes once, in order, and every page is fetched once', async () => {
    const { start, fetched } = pages(5);

    expect(await collect(start)).toEqual([1, 2, 3, 4, 5]);
    expect(fetched).toEqual([2, 3, 4, 5]);
  });

  test('the page that is on its way is aborted when the loop is left', async () => {
    const { start, signals } = pages(5);

    for await (const item of start) if (item === 2) break;

    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
  });

  test('its failure comes out where the page is used, and not before', async () => {
    const fault = new Error('no answer');
    const items = new Page([1, 2], () => Promise.reject(fault), { prefetch: 1 })[Symbol.asyncIterator]();

    expect(await items.next()).toMatchObject({ value: 1 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(await items.next()).toMatchObject({ value: 2 });
    expect(await failureOf(items.next())).toBe(fault);
  });

  test('and a loop that is left, its failure disturbs nobody', async () => {
    const page = new Page([1, 2], () => Promise.reject(new Error('no answer')), { prefetch: 1 });

    for await (const item of page) if (item === 1) break;
    await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('the way on', () => {
  test('leads to the next page', async () => {
    expect(first.hasNextPage).toBe(true);
    expect(await first.nextPage()).toBe(middle);
  });

  test('ends at the last page, which says so', async () => {
    expect(last.hasNextPage).toBe(false);

    const error = await failureOf(last.nextPage());

    expect(MistralError.isInstance(error)).toBe(true);
    expect(error).toHaveProperty('message', expect.stringContaining('check `hasNextPage`'));
  });

  test('is taken when the items are asked for, and not before', async () => {
    const next = vi.fn(async () => last);
    const items = new Page([1, 2], next)[Symbol.asyncIterator]();

    await items.next();
    await items.next();
    expect(next).not.toHaveBeenCalled();
    expect(await items.next()).toEqual({ done: false, value: 5 });
    expect(next).toHaveBeenCalledOnce();
  });

  test('may lead over an empty page', async () => {
    const page = new Page([1], async () => new Page<number>([], async () => last));

    expect(await collect(page)).toEqual([1, 5]);
  });

  test('that fails fails the walk after the items before', async () => {
    const fault = new Error('no answer');
    const seen: number[] = [];

    const error = await failureOf(async () => {
      for await (const item of new Page([1, 2], () => Promise.reject(fault))) seen.push(item);
    });

    expect(error).toBe(fault);
    expect(seen).toEqual([1, 2]);
  });
});

describe('an iterator that is left while a page is on its way', () => {
  const stalling = () => {
    const aborted = vi.fn();
    const page = new Page([1], (signal) => {
      signal?.addEventListener('abort', aborted);
      return new Promise((_, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    });
    return { page, aborted };
  };

  test.each(['items', 'pages'])('over %s is done at once, and the page is aborted', async (over) => {
    const { page, aborted } = stalling();
    const iterator: AsyncGenerator<unknown, void> =
      over === 'items' ? page[Symbol.asyncIterator]() : page.pages();
    await iterator.next();
    const pending = Promise.resolve(iterator.next()).catch(() => 'aborted');

    expect(await iterator.return()).toEqual({ done: true, value: undefined });

    expect(aborted).toHaveBeenCalledOnce();
    expect(await pending).toEqual(over === 'items' ? { done: true, value: undefined } : 'aborted');
  });
});
