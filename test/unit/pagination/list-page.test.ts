import { describe, expect, test, vi } from 'vitest';

import { MistralError } from '../../../src/errors/mistral-error.js';
import { ResponseError } from '../../../src/errors/response-error.js';
import {
  listPage,
  type FetchPage,
  type ListStyle,
  type PagedList,
} from '../../../src/pagination/list-page.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';

const response = new Response(null);
const bare: ListStyle = {
  style: 'page',
  page: 'page',
  size: 'page_size',
  first: 0,
  defaultSize: 2,
  items: '',
};
const counted: ListStyle = { ...bare, items: 'data', total: 'total' };
const flagged: ListStyle = { ...bare, items: 'data', more: 'pagination.has_more' };

const never: FetchPage = () => Promise.reject(new Error('There was to be no other page'));

/** A server with these answers, one a page; writes down what it was asked. */
function list(style: ListStyle, answers: readonly unknown[], params: Record<string, unknown> = {}) {
  const asked = vi.fn();
  const [head, ...rest] = answers;
  const fetchPage: FetchPage = async (query) => {
    asked(query);
    if (rest.length === 0) throw new Error('There was to be no other page');
    return { data: rest.shift(), response };
  };
  return { page: listPage<unknown>(listOf(style, fetchPage), params, { data: head, response }), asked };
}

function listOf(style: ListStyle, fetchPage: FetchPage): PagedList {
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
  const first = listPage<number>(listOf(bare, fetchPage), {}, { data: [1, 2], response });

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
  const error = await failureOf(async () => listPage(listOf(style, never), {}, { data, response }));

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

const sliced: ListStyle = { style: 'offset', page: 'offset', size: 'limit', defaultSize: 2, items: 'items' };

describe('a list with offsets', () => {
  test('asks for the items after those that came, and ends with a page that is not full', async () => {
    const { page, asked } = list(sliced, [{ items: [1, 2] }, { items: [3, 4] }, { items: [5] }]);

    expect(await collect(page)).toEqual([1, 2, 3, 4, 5]);
    expect(asked.mock.calls).toEqual([[{ offset: 2 }], [{ offset: 4 }]]);
  });

  test('goes on from the offset that the caller asked for, with the other parameters kept', async () => {
    const params = { offset: 7, limit: 3, search: 'é' };
    const { page, asked } = list(sliced, [{ items: [7, 8, 9] }, { items: [] }], params);

    expect(await collect(page)).toEqual([7, 8, 9]);
    expect(asked).toHaveBeenCalledExactlyOnceWith({ offset: 10, limit: 3, search: 'é' });
  });

  test('is read to its total although the server gives smaller pages than were asked for', async () => {
    const answers = [
      { items: [1, 2], total: 5 },
      { items: [3, 4], total: 5 },
      { items: [5], total: 5 },
    ];
    const { page, asked } = list({ ...sliced, total: 'total' }, answers, { limit: 1000 });

    expect(await collect(page)).toEqual([1, 2, 3, 4, 5]);
    expect(page.total).toBe(5);
    expect(asked.mock.calls).toEqual([[{ limit: 1000, offset: 2 }], [{ limit: 1000, offset: 4 }]]);
  });

  test('counts the items that the caller skipped towards its total', () => {
    const { page } = list({ ...sliced, total: 'total' }, [{ items: [5, 6], total: 6 }], { offset: 4 });

    expect(page.hasNextPage).toBe(false);
  });

  test('is refused where the server pays no regard to the offset', async () => {
    const { page } = list(sliced, [{ items: [{ id: 1 }, { id: 2 }] }, { items: [{ id: 1 }, { id: 2 }] }]);

    expect(await failureOf(collect(page))).toHaveProperty(
      'message',
      'The server returned the items of offset 0 for offset 2; the pages might never end',
    );
  });
});

const linked: ListStyle = { style: 'cursor', page: 'page_token', items: 'data', next: 'next_page_token' };

/** Pages of two items each, with these cursors. */
const linkedAnswers = (...cursors: readonly unknown[]) =>
  cursors.map((cursor, at) => ({ data: [2 * at, 2 * at + 1], next_page_token: cursor }));

describe('a list with cursors', () => {
  test.each([
    ['null', null],
    ['empty', ''],
    ['missing', undefined],
  ])('sends back the cursor of each page until one is %s', async (_, end) => {
    const params = { page_size: 2, search: 'é' };
    const { page, asked } = list(linked, linkedAnswers('b', 'c', end), params);

    expect(await collect(page)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(asked.mock.calls).toEqual([[{ ...params, page_token: 'b' }], [{ ...params, page_token: 'c' }]]);
  });

  test('has a next page as long as there is a cursor, however full the page is', async () => {
    const { page } = list(linked, [{ data: [1], next_page_token: 'b' }, { data: [2, 3, 4] }], {
      page_size: 2,
    });

    expect([page.hasNextPage, page.nextCursor]).toEqual([true, 'b']);
    const last = await page.nextPage();
    expect([last.hasNextPage, last.nextCursor]).toEqual([false, undefined]);
    expect(last.items).toEqual([2, 3, 4]);
  });

  test('finds its cursor where the description says, whatever its type', async () => {
    const style: ListStyle = { ...linked, items: 'spans.results', next: 'spans.cursor' };
    const { page, asked } = list(style, [
      { spans: { results: [1], cursor: 0 } },
      { spans: { results: [2], cursor: null } },
    ]);

    expect(await collect(page)).toEqual([1, 2]);
    expect(asked).toHaveBeenCalledExactlyOnceWith({ page_token: 0 });
  });

  test('goes on from the cursor that the caller asked for', async () => {
    const { page, asked } = list(linked, linkedAnswers('c', null), { page_token: 'b' });

    expect(await collect(page)).toEqual([0, 1, 2, 3]);
    expect(asked).toHaveBeenCalledExactlyOnceWith({ page_token: 'c' });
  });

  test('ends where the server says that there is no more, with a cursor or without', () => {
    const style: ListStyle = { ...linked, more: 'has_more' };
    const hasNext = (answer: object) => list(style, [{ data: [1], ...answer }]).page.hasNextPage;

    expect(hasNext({ has_more: false, next_page_token: 'b' })).toBe(false);
    expect(hasNext({ has_more: true, next_page_token: null })).toBe(false);
    expect(hasNext({ next_page_token: 'b' })).toBe(true);
  });

  test('is not ended by a total, which it tells', async () => {
    const { page } = list({ ...linked, total: 'total' }, [
      { data: [1, 2], total: 2, next_page_token: 'b' },
      { data: [3], total: 1 },
    ]);

    expect(page.total).toBe(2);
    expect(await collect(page)).toEqual([1, 2, 3]);
  });

  test('goes on through pages without items', async () => {
    const { page } = list(linked, [
      { data: [], next_page_token: 'b' },
      { data: [], next_page_token: 'c' },
      { data: [1], next_page_token: '' },
    ]);

    expect(page.hasNextPage).toBe(true);
    expect(await collect(page)).toEqual([1]);
  });

  test('but not for ever: the error says how to continue', async () => {
    let fetched = 0;
    const fetchPage: FetchPage = async () => ({
      data: { data: [], next_page_token: `cursor ${(fetched += 1)}` },
      response,
    });
    const head = { data: { data: [], next_page_token: 'cursor 0' }, response };
    const page = listPage(listOf(linked, fetchPage), {}, head);

    const error = await failureOf(collect(page));

    expect(MistralError.isInstance(error)).toBe(true);
    expect(error).toHaveProperty(
      'message',
      'The server returned 100 empty pages in a row; to continue, pass `page_token: "cursor 99"`',
    );
    expect(fetched).toBe(99);
  });

  test.each([
    ['of the page before', undefined, ['b', 'b']],
    ['of any earlier page', undefined, ['b', 'c', 'd', 'b']],
    ['that the caller began with', 'a', ['b', 'a']],
    ['that was just asked for', 'a', ['a']],
  ])('is an error that names the cursor once it is one %s, after all items', async (_, start, cursors) => {
    const { page, asked } = list(linked, linkedAnswers(...cursors), { page_token: start });
    const seen: unknown[] = [];

    const error = await failureOf(async () => {
      for await (const item of page) seen.push(item);
    });

    expect(MistralError.isInstance(error)).toBe(true);
    expect(error).toHaveProperty(
      'message',
      `The server returned the cursor "${cursors.at(-1)}" twice; the pages might never end`,
    );
    expect(seen).toHaveLength(2 * cursors.length);
    expect(asked).toHaveBeenCalledTimes(cursors.length - 1);
  });

  test('may be iterated again, and page by page after that', async () => {
    const answers: Record<string, unknown> = {
      b: { data: [2], next_page_token: 'c' },
      c: { data: [3], next_page_token: null },
    };
    const fetchPage: FetchPage = async ({ page_token }) => ({ data: answers[String(page_token)], response });
    const head = { data: { data: [1], next_page_token: 'b' }, response };
    const first = listPage<number>(listOf(linked, fetchPage), {}, head);

    expect(await collect(first)).toEqual([1, 2, 3]);
    expect(await collect(first)).toEqual([1, 2, 3]);
    expect((await (await first.nextPage()).nextPage()).items).toEqual([3]);
  });

  test('shows no secret in the cursor that an error names', async () => {
    const paged = {
      ...listOf(linked, never),
      scrub: (text: string) => text.replace('key-123', '[redacted]'),
    };
    const head = { data: { data: [], next_page_token: 'for key-123' }, response };
    const page = listPage(paged, { page_token: 'for key-123' }, head);

    expect(await failureOf(page.nextPage())).toHaveProperty(
      'message',
      expect.stringContaining('"for [redacted]"'),
    );
  });
});

describe('items that the description does not require', () => {
  const optional: ListStyle = { ...linked, optional: true };

  test.each([{}, { data: null }])('are none where they are left out', (data) => {
    expect(list(optional, [data]).page.items).toEqual([]);
  });

  test.each([[null], ['text'], [[[1]]], [{ data: {} }]])(
    'are an error where something else is',
    async (data) => {
      expect(await failureOf(async () => list(optional, [data]))).toBeInstanceOf(ResponseError);
    },
  );
});
