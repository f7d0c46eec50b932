import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { build } from 'esbuild';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { collectOperations } from '../../codegen/description/operations.js';
import { emitApi } from '../../codegen/emit/api.js';
import { emitMock } from '../../codegen/emit/mock.js';
import { emitOperations } from '../../codegen/emit/operations.js';
import { generateWithHeyApi } from '../../codegen/generate/hey-api.js';
import { refuse } from '../../codegen/run/pipeline-error.js';
import type { Described, Operation } from '../../generated/api.gen.js';
import type { RequestOptions } from '../../src/index.js';
import { perform } from '../../src/resources/perform.js';
import type { PagePromise } from '../../src/resources/page-promise.js';
import { nameOf, readOperation } from '../../src/resources/read-operation.js';
import type { MockMistral, MockResponses } from '../../src/testing/index.js';
import { numberedUuid } from '../../src/testing/numbered-uuid.js';
import { createTransport } from '../../src/transport/transport.js';
import { collect } from '../helpers/collect.js';
import { instantClock } from '../helpers/instant-clock.js';
import { libraryDocument } from '../helpers/library.js';

// The API's own description has numbered lists alone, so the other styles are tried on a small one.
const scratch = mkdtempSync(join(tmpdir(), 'page-styles-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Item {
  readonly id: string;
}

type Params = Readonly<Record<string, unknown>>;
type Fetch = MockMistral['fetch'];

let table: Readonly<Record<string, Operation>>;
let createMock: (responses?: MockResponses) => MockMistral;

beforeAll(async () => {
  const document = libraryDocument();
  const collected = collectOperations(document);
  await generateWithHeyApi(libraryDocument({ forGenerators: true }), scratch);
  writeFileSync(join(scratch, 'api.gen.ts'), emitApi(document, collected));
  writeFileSync(join(scratch, 'operations.gen.ts'), emitOperations(document, collected));
  writeFileSync(join(scratch, 'mock.gen.ts'), emitMock(document, collected, refuse));
  const exported = Object.values(await load('operations')) as Described<unknown>[];
  table = Object.fromEntries(exported.map((described) => [nameOf(described), readOperation(described)]));
  const mock = await load('mock');
  vi.doMock('../../generated/mock.gen.js', () => mock);
  ({ createMockMistral: createMock } = await import('../../src/testing/index.js'));
}, 120_000);

async function load(name: string): Promise<object> {
  const outfile = join(scratch, `${name}.mjs`);
  await build({
    entryPoints: [join(scratch, `${name}.gen.ts`)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
  });
  return (await import(pathToFileURL(outfile).href)) as object;
}

/** A mock whose list has so many items. */
function listing(id: string, count: number): { mock: MockMistral; items: Item[] } {
  const items = Array.from({ length: count }, (_, index) => ({ id: `item-${index}` }));
  return { mock: createMock({ [id]: items } as unknown as MockResponses), items };
}

function list(fetch: Fetch, id: string, params: Params = {}, options?: RequestOptions): PagePromise<Item> {
  const settings = { apiKey: 'test-key-0123456789', fetch, baseURL: 'https://library.test' };
  const transport = createTransport(settings, { clock: instantClock(), random: () => 1 });
  return perform(transport, table[id]!, {}, params, options) as PagePromise<Item>;
}

const secondCursor = numberedUuid(2);
const filter = { reader: 'é', tags: ['b', 'a'] };

describe.each([
  { id: 'books.list', page: 'page', size: 'page_size', params: {}, next: 2 },
  { id: 'shelves.list', page: 'offset', size: 'limit', params: {}, next: 2 },
  { id: 'readers.list', page: 'page_token', size: 'page_size', params: {}, next: secondCursor },
  { id: 'loans.search', page: 'cursor', size: undefined, params: { filter }, next: secondCursor },
])('$id', ({ id, page, size, params, next }) => {
  const sized = (pageSize: number): Params => ({ ...params, ...(size ? { [size]: pageSize } : {}) });

  test('gives each item once and in order, whatever the sizes, with and without `prefetch`', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 30 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(0, 1) as fc.Arbitrary<0 | 1>,
        async (count, pageSize, prefetch) => {
          const { mock, items } = listing(id, count);

          expect(await collect(list(mock.fetch, id, sized(pageSize), { prefetch }))).toEqual(items);

          const pages = Math.max(1, Math.ceil(count / (size ? pageSize : 2)));
          expect(mock.requests.length).toBeLessThanOrEqual(pages + 1);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('ends with the examples of the mock, which fit the description', async () => {
    const mock = createMock();

    const items = await collect(list(mock.fetch, id, sized(2)));

    expect(items).toHaveLength(5);
    expect(mock.requests).toHaveLength(3);
  });

  test('can be iterated page by page, and fetches no page beyond a limit', async () => {
    const { mock, items } = listing(id, 5);

    const pages = await collect(list(mock.fetch, id, sized(2)).pages());
    expect(pages.map((each) => each.items.length)).toEqual([2, 2, 1]);
    expect(pages.map((each) => each.hasNextPage)).toEqual([true, true, false]);

    mock.reset();
    expect(await list(mock.fetch, id, sized(2)).collect({ limit: 3 })).toEqual(items.slice(0, 3));
    expect(mock.requests).toHaveLength(2);
  });

  test('goes on where the caller says', async () => {
    const { mock, items } = listing(id, 5);

    expect(await collect(list(mock.fetch, id, { ...sized(2), [page]: next }))).toEqual(items.slice(2));
  });

  test('changes nothing but the page from request to request, with retries, whatever the caller changes', async () => {
    const { mock } = listing(id, 5);
    const given = structuredClone({ ...sized(2), ...params });
    let calls = 0;
    const fetch: Fetch = async (input, init) =>
      (calls += 1) % 2 === 1
        ? new Response(null, { status: 503, headers: { 'retry-after-ms': '1' } })
        : mock.fetch(input, init);

    for await (const _ of list(fetch, id, given))
      (given as { filter?: { reader: string } }).filter = Object.assign(
        (given as { filter?: { reader: string } }).filter ?? { reader: '' },
        { reader: 'other' },
      );

    expect(calls).toBe(6);
    const sent = mock.requests.map(({ query, body }) => ({ query: Object.fromEntries(query), body }));
    const without = sent.map((each) =>
      JSON.stringify(each, (name, value: unknown) => (name === page ? undefined : value)),
    );
    expect(new Set(without).size).toBe(1);
    expect(without[0]).not.toContain('other');
  });
});

test('by POST, the cursor goes into the body of the next request, after what the caller sent', async () => {
  const { mock } = listing('loans.search', 3);
  const bodies: unknown[] = [];
  const fetch: Fetch = (input, init) => {
    bodies.push(init?.body);
    return mock.fetch(input, init);
  };

  await collect(list(fetch, 'loans.search', { filter }));

  expect(bodies).toEqual([
    '{"filter":{"reader":"é","tags":["b","a"]}}',
    '{"filter":{"reader":"é","tags":["b","a"]},"cursor":"00000000-0000-4000-8000-000000000002"}',
  ]);
});

test('with `prefetch: 1`, one page with a cursor is fetched ahead, and one only', async () => {
  const { mock } = listing('readers.list', 10);
  const items = list(mock.fetch, 'readers.list', { page_size: 2 }, { prefetch: 1 })[Symbol.asyncIterator]();

  await items.next();
  await new Promise((resolve) => setImmediate(resolve));

  expect(mock.requests).toHaveLength(2);
  await items.return?.();
});

test('an error names no key that a server put into its cursor', async () => {
  const fetch: Fetch = async () => Response.json({ readers: [], next_page_token: 'for test-key-0123456789' });

  await expect(collect(list(fetch, 'readers.list'))).rejects.toThrow(
    'The server returned the cursor "for [redacted]" twice; the pages might never end',
  );
});

test.each([{}, { next_page_token: null }, { readers: null, next_page_token: '' }])(
  'a list that the description does not require may be left out: %j',
  async (answer) => {
    const fetch: Fetch = async () => Response.json(answer);

    expect(await collect(list(fetch, 'readers.list'))).toEqual([]);
  },
);
