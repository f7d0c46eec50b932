import { ArgumentError } from '../errors/argument-error.js';

/** What is known about the pages before the document is read. */
export interface KnownPages {
  readonly pages: readonly number[] | null | undefined;
  readonly pageCount: number | undefined;
  readonly pagesPerRequest: number;
}

/**
 * The pages of each request, in ascending order.
 *
 * @returns `undefined` if the pages are not known: then one request asks for all.
 * @throws {ArgumentError} if a page is not a page number, or the list is empty.
 */
export function pageRanges(
  owner: string,
  { pages, pageCount, pagesPerRequest }: KnownPages,
): number[][] | undefined {
  const all =
    pages ?? (pageCount === undefined ? undefined : Array.from({ length: pageCount }, (_, page) => page));
  if (!all) return undefined;
  if (
    !Array.isArray(all) ||
    all.length === 0 ||
    !all.every((page) => Number.isSafeInteger(page) && page >= 0)
  )
    throw new ArgumentError(`${owner}: \`pages\` must be an array of page numbers from 0, and not be empty`);
  const sorted = [...new Set(all)].toSorted((a, b) => a - b);
  return Array.from({ length: Math.ceil(sorted.length / pagesPerRequest) }, (_, range) =>
    sorted.slice(range * pagesPerRequest, (range + 1) * pagesPerRequest),
  );
}
