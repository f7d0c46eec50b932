import { describe, expect, test } from 'vitest';

import { Items } from '../../../src/pagination/items.js';

async function* pagesOf(log: string[], ...pages: readonly (readonly number[] | Error)[]) {
  try {
    for (const page of pages) {
      if (page instanceof Error) throw page;
      yield { items: page };
    }
  } finally {
    log.push('left');
  }
}

describe('the items of pages', () => {
  test('come one after another, over empty pages too', async () => {
    const seen = [];
    for await (const item of new Items(pagesOf([], [], [1, 2], [], [], [3]))) seen.push(item);
    expect(seen).toEqual([1, 2, 3]);
  });

  test('asked for at once, are each given once and in order', async () => {
    const items = new Items(pagesOf([], [1, 2], [], [3]));

    const given = await Promise.all(Array.from({ length: 6 }, () => items.next()));

    expect(given.map(({ value }) => value)).toEqual([1, 2, 3, undefined, undefined, undefined]);
    expect(given.map(({ done }) => done)).toEqual([false, false, false, true, true, true]);
  });

  test('end with the failure of a page, after those before it, and are then at their end', async () => {
    const items = new Items(pagesOf([], [1], new Error('cut')));

    expect(await items.next()).toEqual({ done: false, value: 1 });
    await expect(items.next()).rejects.toThrow('cut');
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  test('that are left leave their pages, and give no more', async () => {
    const log: string[] = [];
    const items = new Items(pagesOf(log, [1, 2], [3]));
    for await (const _ of items) break;

    expect(log).toEqual(['left']);
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  test('that are left by an error leave their pages too', async () => {
    const log: string[] = [];
    const items = new Items(pagesOf(log, [1, 2]));
    await items.next();

    await expect(items.throw(new Error('mine'))).rejects.toThrow('mine');
    expect(log).toEqual(['left']);
  });
});
