import { ArgumentError } from '../errors/argument-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { Items } from './items.js';
import { cancellableGenerator } from './cancellable-generator.js';

/** Fetches the page after this one, unless the signal aborts. */
export type FetchNext<Item> = (signal?: AbortSignal) => Promise<Page<Item>>;

export interface PageOptions {
  /** How many items the whole list has. */
  readonly total?: number | undefined;
  /** How many pages are fetched ahead. */
  readonly prefetch?: 0 | 1 | undefined;
}

export interface CollectOptions {
  /**
   * The most items to collect; no page beyond them is fetched.
   *
   * @default Infinity
   */
  readonly limit?: number | undefined;
}

/**
 * One page of a list, and the way to the rest of it. Iterating a page yields its items and those of all later
 * pages, each fetched when it is asked for.
 */
export class Page<Item> implements AsyncIterable<Item> {
  /** The items of this page alone. */
  readonly items: readonly Item[];
  /** How many items the whole list has, where the server tells it. */
  readonly total: number | undefined;
  readonly #fetchNext: FetchNext<Item> | undefined;
  readonly #prefetch: 0 | 1;

  constructor(
    items: readonly Item[],
    fetchNext: FetchNext<Item> | undefined,
    { total, prefetch = 0 }: PageOptions = {},
  ) {
    this.items = items;
    this.total = total;
    this.#fetchNext = fetchNext;
    this.#prefetch = prefetch;
  }

  get hasNextPage(): boolean {
    return this.#fetchNext !== undefined;
  }

  /** @throws {MistralError} on the last page; look at `hasNextPage` first. */
  async nextPage(): Promise<Page<Item>> {
    if (!this.#fetchNext)
      throw new MistralError('This is the last page; look at `hasNextPage` before `nextPage()`');
    return this.#fetchNext();
  }

  /** This page and all later ones. Leaving the loop aborts a page that is on its way. */
  pages(): AsyncGenerator<Page<Item>, void> {
    const leaving = new AbortController();
    return cancellableGenerator(this.#pages(leaving), () => leaving.abort());
  }

  async *#pages(leaving: AbortController): AsyncGenerator<Page<Item>, void> {
    let page: Page<Item> = this;
    try {
      for (;;) {
        const fetchNext = page.#fetchNext;
        const ahead = this.#prefetch > 0 ? fetchNext?.(leaving.signal) : undefined;
        // Its failure comes out where the page is used.
        ahead?.catch(() => undefined);
        yield page;
        if (!fetchNext) return;
        page = await (ahead ?? fetchNext(leaving.signal));
      }
    } finally {
      leaving.abort();
    }
  }

  /**
   * The items of this page and all later ones as an array, up to a limit.
   *
   * @throws {ArgumentError} for a limit that is no positive integer.
   */
  async collect({ limit = Infinity }: CollectOptions = {}): Promise<Item[]> {
    if (!(limit === Infinity || (Number.isInteger(limit) && limit > 0)))
      throw new ArgumentError('collect({ limit }): `limit` must be a positive integer');
    const items: Item[] = [];
    for await (const page of this.pages()) {
      for (const item of page.items.slice(0, limit - items.length)) items.push(item);
      if (items.length === limit) break;
    }
    return items;
  }

  [Symbol.asyncIterator](): AsyncGenerator<Item, void> {
    return new Items(this.pages());
  }
}
