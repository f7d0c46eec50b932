import { describe, expect, test, vi } from 'vitest';

import { MistralError } from '../../../src/errors/mistral-error.js';
import { Page } from '../../../src/pagination/page.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';

const last = new Page([5], undefined);
const middle = new Page([3, 4], async () => last);
const first = new Page([1, 2], async () => middle, 5);

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

describe('the way on', () => {
  test('leads to the next page', async () => {
    expect(first.hasNextPage).toBe(true);
    expect(await first.nextPage()).toBe(middle);
  });

  test('ends at the last page, which says so', async () => {
    expect(last.hasNextPage).toBe(false);

    const error = await failureOf(last.nextPage());

    expect(MistralError.isInstance(error)).toBe(true);
    expect(error).toHaveProperty('message', expect.stringContaining('look at `hasNextPage`'));
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
