import { describe, expect, test, vi } from 'vitest';

import { MistralError } from '../../../src/errors/mistral-error.js';
import { ResponseError } from '../../../src/errors/response-error.js';
import {
  numberedPage,
  type FetchPage,
  type NumberedList,
  type NumberedPages,
} from '../../../src/pagination/numbered-pages.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';

const response = new Response(null);
const bare: NumberedPages = { page: 'page', size: 'page_size', first: 0, defaultSize: 2, items: '' };
const counted: NumberedPages = { ...bare, items: 'data', total: 'total' };
const flagged: NumberedPages = { ...bare, items: 'data', more: 'pagination.has_more' };

const never: FetchPage = () => Promise.reject(new Error('There was to be no other page'));

/** A server with these answers, one a page; writes down what it was asked. */
function list(style: NumberedPages, answers: readonly unknown[], params: Record<string, unknown> = {}) {
  const asked = vi.fn();
  const [head, ...rest] = answers;
  const fetchPage: FetchPage = async (query) => {
    asked(query);
    if (rest.length === 0) throw new Error('There was to be no other page');
    return { data: rest.shift(), response };
  };
  return { page: numberedPage<unknown>(listOf(style, fetchPage), params, { data: head, response }), asked };
}

function listOf(style: NumberedPages, fetchPage: FetchPage): NumberedList {
  return { style, fetchPage, prefetch: undefined, seen: new Map() };
}

describe('a list that is a bare array', () => {
  test('goes on while its pages are full', async () => {
    const { page, asked } = list(bare, [[1, 2], [3, 4], [5]]);

    expect(await collect(page)).toEqual([1, 2, 3, 4, 5]);
    expect(asked.mock.calls).toEqual([[{ page: 1 }], [{ page: 2 }]]);
  });

  test('ends with an empty page when the last one was full', async () => {
    const { page, asked } = list(bare, [[1, 2], []]);

    expect(await collect(page)).toEqual([1, 2]);
    expect(asked).toHaveBeenCalledOnce();
  });

  test('is as full as the caller asked for', async () => {
    const { page, asked } = list(bare, [[1, 2, 3], [4]], { page_size: 3 });

    expect(await collect(page)).toEqual([1, 2, 3, 4]);
    expect(asked).toHaveBeenCalledExactlyOnceWith({ page_size: 3, page: 1 });
  });

  test('is walked to an empty page when nobody knows how full it is', async () => {
    const { defaultSize: _, ...unsized } = bare;
    const { page } = list(unsized, [[1, 2], [3], []]);

    expect(await collect(page)).toEqual([1, 2, 3]);
  });
});

describe('a list that tells its total', () => {
  test('goes on until the total is reached', async () => {
    const { page } = list(counted, [
      { data: [1, 2], total: 3 },
      { data: [3], total: 3 },
    ]);

    expect(page.total).toBe(3);
    expect(await collect(page)).toEqual([1, 2, 3]);
  });

  test('ends with a full page when that is all', async () => {
    const { page } = list(counted, [{ data: [1, 2], total: 2 }]);

    expect(page.hasNextPage).toBe(false);
  });

  test('counts the pages that the caller skipped', () => {
    const { page } = list(counted, [{ data: [5], total: 5 }], { page: 2 });

    expect(page.hasNextPage).toBe(false);
  });

  test('ends at an empty page whatever the total says', async () => {
    const { page } = list(counted, [
      { data: [1, 2], total: 10 },
      { data: [], total: 10 },
    ]);

    expect(await collect(page)).toEqual([1, 2]);
  });

  test('is told by its full pages where the total is missing', async () => {
    const { page } = list(counted, [{ data: [1, 2], total: null }, { data: [3] }]);

    expect(page.total).toBeUndefined();
    expect(await collect(page)).toEqual([1, 2, 3]);
  });

  test('is walked to its total although the server gives smaller pages than were asked for', async () => {
    const { page } = list(
      counted,
      [
        { data: [1, 2], total: 5 },
        { data: [3, 4], total: 5 },
        { data: [5], total: 5 },
      ],
      { page_size: 1000 },
    );

    expect(await collect(page)).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('a list that tells whether there is more', () => {
  test('goes on while it says so, though a page is not full', async () => {
    const { page } = list(flagged, [
      { data: [1], pagination: { has_more: true } },
      { data: [2], pagination: { has_more: false } },
    ]);

    expect(await collect(page)).toEqual([1, 2]);
  });

  test('ends when it says so, though the page is full', () => {
    const { page } = list(flagged, [{ data: [1, 2], pagination: { has_more: false } }]);

    expect(page.hasNextPage).toBe(false);
  });

  test('is told by its full pages where the word is missing', () => {
    expect(list(flagged, [{ data: [1, 2], pagination: null }]).page.hasNextPage).toBe(true);
    expect(list(flagged, [{ data: [1] }]).page.hasNextPage).toBe(false);
  });
});

describe('the number of the page', () => {
  test('goes on from the one that the caller asked for, with the other parameters kept', async () => {
    const { page, asked } = list(bare, [[1, 2], [3]], { page: 4, search: 'é' });

    await collect(page);

    expect(asked).toHaveBeenCalledExactlyOnceWith({ page: 5, search: 'é' });
  });

  test('starts where the description says', async () => {
    const { page, asked } = list({ ...bare, first: 1 }, [[1, 2], [3]], { page: null });

    await collect(page);

    expect(asked).toHaveBeenCalledExactlyOnceWith({ page: 2 });
  });
});

test('a server that answers every page with the same items is not walked forever', async () => {
  const { page } = list(bare, [
    [{ id: 1 }, { id: 2 }],
    [{ id: 1 }, { id: 2 }],
  ]);

  const error = await failureOf(collect(page));

  expect(MistralError.isInstance(error)).toBe(true);
  expect(error).toHaveProperty(
    'message',
    'The server returned the items of page 0 for page 1; the pages might never end',
  );
});

test('nor is one whose items change while they are repeated', async () => {
  const { page } = list(bare, [
    [
      { id: 1, status: 'QUEUED' },
      { id: 2, status: 'QUEUED' },
    ],
    [
      { id: 1, status: 'RUNNING' },
      { id: 2, status: 'QUEUED' },
    ],
  ]);

  expect(await failureOf(collect(page))).toHaveProperty(
    'message',
    'The server returned the items of page 0 for page 1; the pages might never end',
  );
});

test.each([
  ['several', 2],
  ['one', 1],
])('items that share their id are told apart by the rest, %s a page', async (_, size) => {
  const versions = [4, 3, 2, 1].map((version) => ({ id: 'ag_1', version }));
  const answers = versions.flatMap((__, at) => (at % size === 0 ? [versions.slice(at, at + size)] : []));
  const { page } = list(bare, [...answers, []], { page_size: size });

  expect(await collect(page)).toEqual(versions);
});

test('nor is one that goes in circles', async () => {
  const { page } = list(flagged, [
    { data: [{ id: 1 }], pagination: { has_more: true } },
    { data: [{ id: 2 }], pagination: { has_more: true } },
    { data: [{ id: 3 }], pagination: { has_more: true } },
    { data: [{ id: 1 }], pagination: { has_more: true } },
  ]);

  expect(await failureOf(collect(page))).toHaveProperty(
    'message',
    'The server returned the items of page 0 for page 3; the pages might never end',
  );
});

test('a page that is fetched again is no repetition', async () => {
  const answers = { 1: [3, 4], 2: [5] } as const;
  const fetchPage: FetchPage = async ({ page }) => ({ data: answers[page as 1 | 2], response });
  const first = numberedPage<number>(listOf(bare, fetchPage), {}, { data: [1, 2], response });

  expect(await collect(first)).toEqual([1, 2, 3, 4, 5]);
  expect(await collect(first)).toEqual([1, 2, 3, 4, 5]);
  expect((await first.nextPage()).items).toEqual([3, 4]);
});

describe('a server that lies or changes:', () => {
  test('a total that is less than what has come counts for nothing', async () => {
    const { page } = list(counted, [
      { data: [1, 2], total: 1 },
      { data: [3, 4], total: 1 },
      { data: [5], total: 1 },
    ]);

    expect(await collect(page)).toEqual([1, 2, 3, 4, 5]);
  });

  test('a total that shrinks in mid-walk ends it', async () => {
    const { page } = list(counted, [
      { data: [1, 2], total: 6 },
      { data: [3, 4], total: 4 },
    ]);

    expect(await collect(page)).toEqual([1, 2, 3, 4]);
  });

  test('a list that shrinks until a page is empty ends with it, though it promised more', async () => {
    const { page } = list(flagged, [
      { data: [1, 2], pagination: { has_more: true } },
      { data: [], pagination: { has_more: true } },
    ]);

    expect(await collect(page)).toEqual([1, 2]);
  });
});

test.each([
  [bare, { data: [] }, 'The response is not a list'],
  [counted, { items: [] }, '`data` of the response is not a list'],
  [counted, null, '`data` of the response is not a list'],
  [bare, undefined, 'The response is not a list'],
])('items that are not where the description says are an error', async (style, data, problem) => {
  const error = await failureOf(async () => numberedPage(listOf(style, never), {}, { data, response }));

  expect(error).toBeInstanceOf(ResponseError);
  expect(error).toHaveProperty('message', expect.stringContaining(problem));
});

test('a list of nothing has neither items nor more', async () => {
  const { page } = list(counted, [{ data: [], total: 0 }]);

  expect(page.items).toEqual([]);
  expect(page.hasNextPage).toBe(false);
});

describe('a list with one item a page', () => {
  const one = (id: number) => [{ id }];

  test('is read to its end though somebody adds an item meanwhile', async () => {
    const { page } = list(bare, [one(3), one(3), one(2), one(1), []], { page_size: 1 });

    expect(await collect(page)).toEqual([3, 3, 2, 1].map((id) => ({ id })));
  });

  test('does not go on forever where the server gives the same page every time', async () => {
    const { page } = list(
      bare,
      Array.from({ length: 20 }, () => one(1)),
      { page_size: 1 },
    );

    expect(MistralError.isInstance(await failureOf(collect(page)))).toBe(true);
  });
});
