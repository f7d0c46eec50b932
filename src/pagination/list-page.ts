import { addCallerStack, type Caller } from '../errors/caller.js';
import { MistralError } from '../errors/mistral-error.js';
import { ResponseError } from '../errors/response-error.js';
import { Page } from './page.js';

/** How to paginate a list, from `x-pagination` in the description. */
export interface ListStyle {
  /** What says which page is requested: its number, the offset of its first item, or a cursor from the page before. */
  readonly style: 'page' | 'offset' | 'cursor';
  /** The parameter for it, in the query or in the body. */
  readonly page: string;
  /** The parameter for the page size, and its default. */
  readonly size?: string;
  readonly defaultSize?: number;
  /** Number of the first page. */
  readonly first?: number;
  /** Paths of the items, their total and "has more" in the response; the empty string is the response itself. */
  readonly items: string;
  /** Whether they may be left out when there are none. */
  readonly optional?: boolean;
  readonly total?: string;
  readonly more?: string;
  /** Path of the next page's cursor. */
  readonly next?: string;
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
export function itemsOf<Item>({ items: path, optional }: ListStyle, response: ListResponse): Item[] {
  const { data } = response;
  const items = valueAt(data, path);
  if (Array.isArray(items)) return items;
  if (optional && (items ?? null) === null && typeof data === 'object' && data && !Array.isArray(data))
    return [];
  const place = path === '' ? 'The response' : `\`${path}\` of the response`;
  throw new ResponseError(`${place} is not a list`, response, JSON.stringify(data) ?? '');
}

type Params = Readonly<Record<string, unknown>>;

/** Calls the list operation again with these parameters, until the signal aborts. */
export type FetchPage = (params: Params, signal: AbortSignal | undefined) => Promise<ListResponse>;

/** The shared state of the pages of one list. */
export interface PagedList {
  readonly style: ListStyle;
  readonly prefetch: 0 | 1 | undefined;
  readonly fetchPage: FetchPage;
  /** The caller that requested the list. */
  readonly caller?: Caller;
  /** Removes secrets of the request that the server may have echoed. */
  readonly scrub?: ((text: string) => string) | undefined;
  /** All fetched pages, by their fingerprint or their cursor. */
  readonly seen: Map<unknown, SeenPage>;
}

interface SeenPage {
  readonly number: number;
  /** How often in a row the next page was the same. */
  readonly shifts: number;
}

/** What came before a page. */
interface Progress {
  /** The items of the earlier pages; the server may return smaller pages than requested. */
  readonly itemCount: number;
  /** The earlier pages that this list has fetched. */
  readonly pageCount: number;
  /** Those of them at the end that had no items. */
  readonly emptyCount: number;
}

/**
 * Make a page of the response of a list operation, which can fetch the next one.
 *
 * @throws {ResponseError} if the items are not where the description says.
 * @throws {MistralError} if an earlier page had the same items: the pages might never end.
 */
export function listPage<Item>(
  list: PagedList,
  params: Params,
  response: ListResponse,
  before: Progress = { itemCount: firstItemOf(list.style, params), pageCount: 0, emptyCount: 0 },
): Page<Item> {
  const { style, prefetch } = list;
  const items = itemsOf<Item>(style, response);
  const progress: Progress = {
    itemCount: before.itemCount + items.length,
    pageCount: before.pageCount + 1,
    emptyCount: items.length === 0 ? before.emptyCount + 1 : 0,
  };
  const hasCursor = style.style === 'cursor';
  const next = hasCursor
    ? cursorAfter(style, response.data)
    : numberAfter(list, params, response.data, items, progress);
  const fetchNext = async (signal?: AbortSignal) => {
    try {
      if (hasCursor) refuseLoop(list, params[style.page], next, progress);
      const nextParams = { ...params, [style.page]: next };
      return listPage<Item>(list, nextParams, await list.fetchPage(nextParams, signal), progress);
    } catch (error) {
      throw addCallerStack(error, list.caller);
    }
  };
  const total = valueAt(response.data, style.total);
  return new Page<Item>(items, next === undefined ? undefined : fetchNext, {
    total: typeof total === 'number' ? total : undefined,
    nextCursor: hasCursor && typeof next === 'string' ? next : undefined,
    prefetch,
  });
}

/** The cursor of the next page, unless this one is the last. */
function cursorAfter(style: ListStyle, data: unknown): unknown {
  const cursor = valueAt(data, style.next);
  return cursor === null || cursor === '' || valueAt(data, style.more) === false ? undefined : cursor;
}

/** The number of the next page, or the offset of its first item, unless this one is the last. */
function numberAfter(
  { style, seen }: PagedList,
  params: Params,
  data: unknown,
  items: readonly unknown[],
  { itemCount }: Progress,
): number | undefined {
  const number = numberOf(style, params);
  refuseRepetition(seen, items, style.page, number);
  if (!hasMore(style, params, data, items.length, itemCount)) return undefined;
  return style.style === 'offset' ? itemCount : number + 1;
}

/** The server's "has more" takes precedence, if it is plausible; otherwise a page that is not full is the last. */
function hasMore(style: ListStyle, params: Params, data: unknown, count: number, end: number): boolean {
  if (count === 0) return false;
  const more = valueAt(data, style.more);
  if (typeof more === 'boolean') return more;
  const total = valueAt(data, style.total);
  if (typeof total === 'number' && total >= end) return total > end;
  return count >= sizeOf(style, params, count);
}

const numberOf = ({ page, first = 0 }: ListStyle, params: Params): number => Number(params[page] ?? first);

const sizeOf = ({ size = '', defaultSize }: ListStyle, params: Params, otherwise: number): number =>
  Number(params[size] ?? defaultSize ?? otherwise);

function firstItemOf(style: ListStyle, params: Params): number {
  const number = numberOf(style, params);
  return style.style === 'offset' ? number : (number - (style.first ?? 0)) * sizeOf(style, params, 0);
}

/** A server that returns a cursor again would be paginated forever, and so would one that has only cursors. */
function refuseLoop(
  { style, seen, scrub = String }: PagedList,
  requested: unknown,
  next: unknown,
  { pageCount, emptyCount }: Progress,
): void {
  const cursor = scrub(JSON.stringify(next));
  seen.set(requested, { number: pageCount - 1, shifts: 0 });
  // The same page may be fetched again when the list is iterated twice.
  if ((seen.get(next)?.number ?? pageCount) !== pageCount)
    throw new MistralError(`The server returned the cursor ${cursor} twice; the pages might never end`);
  seen.set(next, { number: pageCount, shifts: 0 });
  if (emptyCount >= mostEmptyPages)
    throw new MistralError(
      `The server returned ${emptyCount} empty pages in a row; to continue, pass \`${style.page}: ${cursor}\``,
    );
}

/** A filter that matches little may leave many pages empty. */
const mostEmptyPages = 100;

/** A server that ignores the page number, or repeats pages, would be paginated forever. */
function refuseRepetition(
  seen: PagedList['seen'],
  items: readonly unknown[],
  name: string,
  number: number,
): void {
  if (items.length === 0) return;
  const print = JSON.stringify([items.length, ...identify(items[0], items.at(-1))]);
  const before = seen.get(print);
  // An item was added meanwhile, which shifts all others by one: pages of one item repeat once.
  const isShifted = items.length === 1 && before?.number === number - 1 && before.shifts < mostShifts;
  // The same page may be fetched again when the list is iterated twice.
  if (before && before.number !== number && !isShifted) {
    throw new MistralError(
      `The server returned the items of ${name} ${before.number} for ${name} ${number}; the pages might never end`,
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
