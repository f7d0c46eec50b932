import { ArgumentError } from '../errors/argument-error.js';

/** What is known about the pages before the document is read. */
export interface KnownPages {
  readonly pages: string | readonly number[] | null | undefined;
  readonly pageCount: number | undefined;
  readonly pagesPerRequest: number | undefined;
}

/**
 * The pages of each request, in ascending order.
 *
 * @returns `undefined` if the pages are not known, or named by a text that the server reads: then there is one request.
 * @throws {ArgumentError} if a page is not a page number, the list is empty, or a text would have to be split.
 */
export function pageRanges(
  owner: string,
  { pages, pageCount, pagesPerRequest }: KnownPages,
): number[][] | undefined {
  if (typeof pages === 'string') {
    if (pagesPerRequest === undefined) return undefined;
    throw new ArgumentError(
      `${owner}: with \`pagesPerRequest\`, \`pages\` must be an array of page numbers, not a text`,
    );
  }
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
  const length = pagesPerRequest ?? 100;
  return Array.from({ length: Math.ceil(sorted.length / length) }, (_, range) =>
    sorted.slice(range * length, (range + 1) * length),
  );
}
