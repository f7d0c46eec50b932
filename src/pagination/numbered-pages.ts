import { addCallerStack, type Caller } from '../errors/caller.js';
import { MistralError } from '../errors/mistral-error.js';
import { ResponseError } from '../errors/response-error.js';
import { Page } from './page.js';

/** How to paginate a list with numbered pages, from `x-pagination` in the description. */
export interface NumberedPages {
  /** Query parameters: the page number and the page size. */
  readonly page: string;
  readonly size: string;
  /** Number of the first page. */
  readonly first: number;
  /** The default page size. */
  readonly defaultSize?: number;
  /** Paths of the items, their total and "has more" in the response; the empty string is the response itself. */
  readonly items: string;
  readonly total?: string;
  readonly more?: string;
}

/** The data of a list operation, and its response. */
export interface ListResponse {
  readonly data: unknown;
  readonly response: Response;
  /** Removes secrets of the request that the server may have echoed. */
  readonly scrub?: <T>(value: T) => T;
}

/**
 * The items of a page.
 *
 * @throws {ResponseError} if they are not where the description says.
 */
export function itemsOf<Item>({ items: path }: NumberedPages, response: ListResponse): Item[] {
  const items = valueAt(response.data, path);
  if (Array.isArray(items)) return items;
  const place = path === '' ? 'The response' : `\`${path}\` of the response`;
  throw new ResponseError(`${place} is not a list`, response, JSON.stringify(response.data) ?? '');
}

type Params = Readonly<Record<string, unknown>>;

/** Calls the list operation again with these parameters, until the signal aborts. */
export type FetchPage = (params: Params, signal: AbortSignal | undefined) => Promise<ListResponse>;

/** The shared state of the pages of one list. */
export interface NumberedList {
  readonly style: NumberedPages;
  readonly prefetch: 0 | 1 | undefined;
  readonly fetchPage: FetchPage;
  /** The caller that requested the list. */
  readonly caller?: Caller;
  /** All fetched pages, by their fingerprint. */
  readonly seen: Map<string, SeenPage>;
}

interface SeenPage {
  readonly number: number;
  /** How often in a row the next page was the same. */
  readonly shifts: number;
}

/**
 * Make a page of the response of a list operation, which can fetch the next one.
 *
 * @param offset - How many items the earlier pages have; the server may return smaller pages than requested.
 * @throws {ResponseError} if the items are not where the description says.
 * @throws {MistralError} if an earlier page had the same items: the pages might never end.
 */
export function numberedPage<Item>(
  list: NumberedList,
  params: Params,
  response: ListResponse,
  offset = offsetOf(list.style, params),
): Page<Item> {
  const { style, prefetch } = list;
  const items = itemsOf<Item>(style, response);
  const number = numberOf(style, params);
  refuseRepetition(list.seen, items, number);
  const end = offset + items.length;
  const fetchNext = async (signal?: AbortSignal) => {
    const next = { ...params, [style.page]: number + 1 };
    try {
      return numberedPage<Item>(list, next, await list.fetchPage(next, signal), end);
    } catch (error) {
      throw addCallerStack(error, list.caller);
    }
  };
  const total = valueAt(response.data, style.total);
  return new Page<Item>(
    items,
    hasMore(style, params, response.data, items.length, end) ? fetchNext : undefined,
    {
      total: typeof total === 'number' ? total : undefined,
      prefetch,
    },
  );
}

/** The server's "has more" takes precedence, if it is plausible; otherwise a page that is not full is the last. */
function hasMore(style: NumberedPages, params: Params, data: unknown, count: number, end: number): boolean {
  if (count === 0) return false;
  const more = valueAt(data, style.more);
  if (typeof more === 'boolean') return more;
  const total = valueAt(data, style.total);
  if (typeof total === 'number' && total >= end) return total > end;
  return count >= sizeOf(style, params, count);
}

const numberOf = (style: NumberedPages, params: Params): number => Number(params[style.page] ?? style.first);

const sizeOf = (style: NumberedPages, params: Params, otherwise: number): number =>
  Number(params[style.size] ?? style.defaultSize ?? otherwise);

const offsetOf = (style: NumberedPages, params: Params): number =>
  (numberOf(style, params) - style.first) * sizeOf(style, params, 0);

/** A server that ignores the page number, or repeats pages, would be paginated forever. */
function refuseRepetition(seen: NumberedList['seen'], items: readonly unknown[], number: number): void {
  if (items.length === 0) return;
  const print = JSON.stringify([items.length, ...identify(items[0], items.at(-1))]);
  const before = seen.get(print);
  // An item was added meanwhile, which shifts all others by one: pages of one item repeat once.
  const isShifted = items.length === 1 && before?.number === number - 1 && before.shifts < mostShifts;
  // The same page may be fetched again when the list is iterated twice.
  if (before && before.number !== number && !isShifted) {
    throw new MistralError(
      `The server returned the items of page ${before.number} for page ${number}; the pages might never end`,
    );
  }
  seen.set(print, { number, shifts: isShifted ? before.shifts + 1 : 0 });
}

/** A list that grows as fast as it is paginated is not worth more requests. */
const mostShifts = 3;

/** The ids, since other fields may change during the pagination; the complete items if ids are missing or not unique. */
function identify(...items: readonly [first: unknown, last: unknown]): readonly unknown[] {
  const [first, last] = items.map((item) => (item as { readonly id?: unknown } | null)?.id);
  return first === last ? items : [first, last];
}

function valueAt(data: unknown, path: string | undefined): unknown {
  if (path === undefined) return undefined;
  if (path === '') return data;
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], data);
}
