import { getEventListeners } from 'node:events';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { mockOperations, type MockPage } from '../../generated/mock.gen.js';
import { APIPromise, Page, PagePromise, type Mistral, type RequestOptions } from '../../src/index.js';
import {
  createMockMistral,
  type MockRequest,
  type MockResponses,
  type MockMistral,
} from '../../src/testing/index.js';
import { numberedUuid } from '../../src/testing/numbered-uuid.js';
import { client } from '../helpers/api.js';
import { collect } from '../helpers/collect.js';
import { describedOperations } from '../helpers/description.js';
import { failureOf } from '../helpers/failure-of.js';
import { methodOf } from '../helpers/method-of.js';
import { sampleCall } from '../helpers/sample-call.js';
import { operationTable } from '../helpers/operation-table.js';

interface Item {
  readonly id: string;
}

const lists = operationTable.filter(({ kind }) => kind === 'page');

/** A client of a mock whose list has so many items. */
function listing(id: string, count: number): { mistral: Mistral; mock: MockMistral; items: Item[] } {
  const items = Array.from({ length: count }, (_, index) => ({ id: `item-${index}` }));
  const mock = createMockMistral({ [id]: items } as unknown as MockResponses);
  return { mistral: client({ fetch: mock.fetch }), mock, items };
}

/** Call a list operation of any name; what its path and its body need is filled in. */
function list(
  mistral: Mistral,
  id: string,
  params: object = {},
  options?: RequestOptions,
): PagePromise<Item> {
  const described = describedOperations.find((operation) => operation.id === id)!;
  const path = described.parameters
    .filter((parameter) => parameter.in === 'path')
    .map(({ name }) => [name, '497f6eca-6276-4993-bfeb-53cbbbba6f09']);
  const body = described.body ? sampleCall(described).body : {};
  const { page, size = '' } = described.pagination!;
  const unpaged = { ...(body as object), [page]: undefined, [size]: undefined };
  const call = methodOf(mistral, id)!({ ...unpaged, ...Object.fromEntries(path), ...params }, options);
  return call as unknown as PagePromise<Item>;
}

test('lists without pages are plain calls', () => {
  const mistral = client({ fetch: createMockMistral().fetch });
  const whole = describedOperations.filter(({ id, kind }) => kind === 'json' && /\.list\w*$/.test(id));
  expect(whole.length).toBeGreaterThan(2);

  for (const operation of whole) {
    const call = methodOf(mistral, operation.id)!(sampleCall(operation).params);
    expect(call).toBeInstanceOf(APIPromise);
    expect(call).not.toBeInstanceOf(PagePromise);
    (call as Promise<unknown>).catch(() => undefined);
  }
});

describe.each(lists)('$id', ({ id, pagination }) => {
  const { style, page, first = 0, total, more } = pagination!;
  const { size } = describedOperations.find((operation) => operation.id === id)!.pagination!;
  const { defaultSize } = mockOperations.find((operation) => operation.id === id)!.response as MockPage;

  /** Parameters for pages of a size, which the mock chooses where there is no parameter for it. */
  const sized = (pageSize: number) => (size === undefined ? {} : { [size]: pageSize });
  const sizeOf = (pageSize: number) => (size === undefined ? defaultSize : pageSize);
  const valueIn = ({ query, body }: MockRequest, name: string): string | null => {
    const inBody = (body as Record<string, unknown> | undefined)?.[name] as string | number | undefined;
    return query.get(name) ?? (inBody === undefined ? null : String(inBody));
  };
  /** What asks for a page, counted from 0, as the mock understands it. */
  const pageAt = (index: number, pageSize: number) =>
    ({ page: first + index, offset: index * pageSize, cursor: numberedUuid(index * pageSize) })[style];

  test('gives each item once and in order, whatever the sizes, with and without `prefetch`', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 60 }),
        fc.integer({ min: 1, max: 25 }),
        fc.constantFrom(0, 1) as fc.Arbitrary<0 | 1>,
        async (count, pageSize, prefetch) => {
          const { mistral, mock, items } = listing(id, count);

          expect(await collect(list(mistral, id, sized(pageSize), { prefetch }))).toEqual(items);

          const asked = mock.requests.map((request) => valueIn(request, page));
          expect(asked).toEqual([
            null,
            ...Array.from({ length: asked.length - 1 }, (_, i) => `${pageAt(i + 1, sizeOf(pageSize))}`),
          ]);
          if (size !== undefined)
            expect(mock.requests.every((request) => valueIn(request, size) === `${pageSize}`)).toBe(true);
          // Only where the server tells nothing, a full last page has to be followed by an empty one.
          const pages = Math.max(1, Math.ceil(count / sizeOf(pageSize)));
          const tells = style === 'cursor' || total !== undefined || more !== undefined;
          const extra = !tells && count > 0 && count % sizeOf(pageSize) === 0 ? 1 : 0;
          expect(mock.requests).toHaveLength(pages + extra);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('can be begun at any page, and limited', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 8 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 60 }),
        async (start, pageSize, limit) => {
          const { mistral, mock, items } = listing(id, 40);
          const params = { [page]: pageAt(start, sizeOf(pageSize)), ...sized(pageSize) };

          const rest = items.slice(start * sizeOf(pageSize));
          expect(await list(mistral, id, params).collect({ limit })).toEqual(rest.slice(0, limit));
          expect(mock.requests.length).toBeLessThanOrEqual(Math.ceil(limit / sizeOf(pageSize)));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('can be walked page by page, and item by item, before and after it is awaited', async () => {
    const { mistral, items } = listing(id, defaultSize + 1);
    const call = list(mistral, id);

    const pages = await collect(call.pages());
    expect(pages.map((each) => each.items.length)).toEqual([defaultSize, 1]);
    expect(pages.map((each) => each.hasNextPage)).toEqual([true, false]);
    expect(pages.map((each) => each.total)).toEqual(
      total ? [items.length, items.length] : [undefined, undefined],
    );

    const awaited = await call;
    expect(awaited).toBeInstanceOf(Page);
    expect((await awaited.nextPage()).items).toEqual(items.slice(defaultSize));
    expect(await awaited.collect()).toEqual(items);
  });

  test('tells the response of its first page', async () => {
    const { mistral, items } = listing(id, 1);

    const { data, response, requestId } = await list(mistral, id).withResponse();

    expect(data.items).toEqual(items);
    expect(response.status).toBe(200);
    expect(requestId).toMatch(/1$/);
    expect(await (await list(mistral, id).asResponse()).json()).toBeDefined();
  });

  test.each([0, 1] as const)('sends the options with every page, with `prefetch: %j`', async (prefetch) => {
    const { mistral, mock } = listing(id, 5);
    const options = { headers: { 'x-team': 'red' }, query: { region: 'eu' }, prefetch };

    await collect(list(mistral, id, sized(2), options));

    expect(mock.requests.length).toBeGreaterThanOrEqual(3);
    for (const { headers, query } of mock.requests) {
      expect(headers.get('x-team')).toBe('red');
      expect(query.get('region')).toBe('eu');
    }
  });

  test.each([0, 1] as const)('ends with its signal on any page, with `prefetch: %j`', async (prefetch) => {
    const { mistral, mock } = listing(id, 50);
    const controller = new AbortController();
    const { signal } = controller;
    let seen = 0;

    const error = await failureOf(async () => {
      for await (const _ of list(mistral, id, sized(5), { signal, prefetch })) {
        seen += 1;
        if (seen === 12) controller.abort('enough');
      }
    });

    expect(error).toMatchObject({ name: 'AbortError', cause: 'enough' });
    // A page that had arrived before is used to its end.
    const pages = Math.ceil(12 / sizeOf(5)) + 1;
    expect(seen).toBeLessThanOrEqual(pages * sizeOf(5));
    expect(mock.requests.length).toBeLessThanOrEqual(pages);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

describe('with `prefetch: 1`', () => {
  test('the next page is asked for while this one is used, and one only', async () => {
    const { mistral, mock } = listing('files.list', 10);
    const items = mistral.files.list({ page_size: 2 }, { prefetch: 1 })[Symbol.asyncIterator]();

    await items.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(mock.requests).toHaveLength(2);
    await items.next();
    await items.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(mock.requests).toHaveLength(3);
    await items.return?.();
  });

  test('a loop that is left aborts the page that is on its way', async () => {
    const { mistral, mock } = listing('files.list', 10);
    const controller = new AbortController();
    let stalled: AbortSignal | undefined;
    const fetch: typeof mock.fetch = async (input, init) => {
      if (mock.requests.length === 0) return mock.fetch(input, init);
      stalled = init!.signal!;
      return new Promise((_, reject) =>
        stalled!.addEventListener('abort', () => reject(stalled!.reason as Error)),
      );
    };

    const { signal } = controller;
    for await (const _ of mistral
      .withOptions({ fetch })
      .files.list({ page_size: 2 }, { prefetch: 1, signal })) {
      await new Promise((resolve) => setImmediate(resolve));
      break;
    }

    expect(stalled?.aborted).toBe(true);
    expect(signal.aborted).toBe(false);
    await new Promise((resolve) => setImmediate(resolve));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

test('what the caller changes during the walk does not show on later pages', async () => {
  const { mistral, mock, items } = listing('files.list', 5);
  const params: Record<string, unknown> = { page_size: 2, search: 'plan' };
  const seen: unknown[] = [];

  for await (const item of mistral.files.list(params)) {
    seen.push(item);
    params.page_size = 1;
    params.search = 'other';
  }

  expect(seen).toEqual(items);
  for (const { query } of mock.requests)
    expect([query.get('page_size'), query.get('search')]).toEqual(['2', 'plan']);
});

test('each page is tried again by itself', async () => {
  const { mistral, mock, items } = listing('files.list', 5);
  let calls = 0;
  const fetch: typeof mock.fetch = async (input, init) => {
    calls += 1;
    return calls % 2 === 1
      ? new Response(null, { status: 503, headers: { 'retry-after-ms': '1' } })
      : mock.fetch(input, init);
  };

  expect(await mistral.withOptions({ fetch, maxRetries: 1 }).files.list({ page_size: 2 }).collect()).toEqual(
    items,
  );
  expect(calls).toBe(6);
});
