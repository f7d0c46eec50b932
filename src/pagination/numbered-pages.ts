import { MistralError } from '../errors/mistral-error.js';
import { ResponseError } from '../errors/response-error.js';
import { Page } from './page.js';

/** How a list with numbered pages is walked, from `x-pagination` in the description. */
export interface NumberedPages {
  /** Query parameters: the number of the page and how many items it holds. */
  readonly page: string;
  readonly size: string;
  /** Number of the first page. */
  readonly first: number;
  /** How many items a page holds when the caller does not say. */
  readonly defaultSize?: number;
  /** Where in the answer the items, their total and "there is more" are; the empty string is the answer itself. */
  readonly items: string;
  readonly total?: string;
  readonly more?: string;
}

/** An answer of the list operation, and the response it came in. */
export interface ListAnswer {
  readonly data: unknown;
  readonly response: Response;
}

/** Calls the list operation again, with these parameters. */
export type FetchPage = (params: Readonly<Record<string, unknown>>) => Promise<ListAnswer>;

/**
 * Turn the answer of a list operation into a page that knows the way on.
 *
 * @throws {ResponseError} if the items are not where the description says.
 */
export function numberedPage<Item>(
  style: NumberedPages,
  params: Readonly<Record<string, unknown>>,
  answer: ListAnswer,
  fetchPage: FetchPage,
  /** How many items the earlier pages hold; the server may give smaller ones than it was asked for. */
  offset = offsetOf(style, params),
): Page<Item> {
  const items = valueAt(answer.data, style.items);
  if (!Array.isArray(items)) {
    const place = style.items === '' ? 'The answer' : `\`${style.items}\` of the answer`;
    throw new ResponseError(`${place} is not a list`, answer, JSON.stringify(answer.data) ?? '');
  }
  const number = Number(params[style.page] ?? style.first);
  const total = valueAt(answer.data, style.total);
  const next = { ...params, [style.page]: number + 1 };
  const fetchNext = async () => {
    const following = await fetchPage(next);
    refuseRepetition(items, valueAt(following.data, style.items), number);
    return numberedPage<Item>(style, next, following, fetchPage, offset + items.length);
  };
  return new Page<Item>(
    items,
    hasMore(style, params, offset, items.length, answer.data) ? fetchNext : undefined,
    typeof total === 'number' ? total : undefined,
  );
}

/** The server's own word first; without one, a page that is not full is the last. */
function hasMore(
  style: NumberedPages,
  params: Readonly<Record<string, unknown>>,
  offset: number,
  count: number,
  data: unknown,
): boolean {
  if (count === 0) return false;
  const more = valueAt(data, style.more);
  if (typeof more === 'boolean') return more;
  const total = valueAt(data, style.total);
  if (typeof total === 'number') return offset + count < total;
  return count >= sizeOf(style, params, count);
}

const sizeOf = (style: NumberedPages, params: Readonly<Record<string, unknown>>, otherwise: number): number =>
  Number(params[style.size] ?? style.defaultSize ?? otherwise);

function offsetOf(style: NumberedPages, params: Readonly<Record<string, unknown>>): number {
  return (Number(params[style.page] ?? style.first) - style.first) * sizeOf(style, params, 0);
}

/** A server that ignores the page number would be walked forever. */
function refuseRepetition(items: readonly unknown[], following: unknown, number: number): void {
  if (items.length > 0 && JSON.stringify(items) === JSON.stringify(following)) {
    throw new MistralError(
      `The server answered page ${number + 1} with the items of page ${number}; the walk would never end`,
    );
  }
}

function valueAt(data: unknown, path: string | undefined): unknown {
  if (path === undefined) return undefined;
  if (path === '') return data;
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], data);
}
