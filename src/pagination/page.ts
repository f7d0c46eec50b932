import { ArgumentError } from '../errors/argument-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { Items } from './items.js';
import { cancellableGenerator } from './cancellable-generator.js';

/** Fetches the page after this one, unless the signal aborts. */
export type FetchNext<Item> = (signal?: AbortSignal) => Promise<Page<Item>>;

export interface PageOptions {
  /** The total number of items of the list. */
  readonly total?: number | undefined;
  readonly nextCursor?: string | undefined;
  /** How many pages to fetch ahead. */
  readonly prefetch?: 0 | 1 | undefined;
}

export interface CollectOptions {
  /**
   * The maximum number of items; no page beyond them is fetched.
   *
   * @default Infinity
   */
  readonly limit?: number | undefined;
}

/**
 * One page of a list, which can fetch the rest. Iterating a page yields its items and those of all later pages, each
 * fetched on demand.
 */
export class Page<Item> implements AsyncIterable<Item> {
  /** The items of this page. */
  readonly items: readonly Item[];
  /** The total number of items of the list, if the server reports it. */
  readonly total: number | undefined;
  /** The cursor of the next page, for lists with cursors: a later call that is given it continues there. */
  readonly nextCursor: string | undefined;
  readonly #fetchNext: FetchNext<Item> | undefined;
  readonly #prefetch: 0 | 1;

  constructor(
    items: readonly Item[],
    fetchNext: FetchNext<Item> | undefined,
    { total, nextCursor, prefetch = 0 }: PageOptions = {},
  ) {
    this.items = items;
    this.total = total;
    this.nextCursor = nextCursor;
    this.#fetchNext = fetchNext;
    this.#prefetch = prefetch;
  }

  get hasNextPage(): boolean {
    return this.#fetchNext !== undefined;
  }

  /** @throws {MistralError} on the last page; check `hasNextPage` first. */
  async nextPage(): Promise<Page<Item>> {
    if (!this.#fetchNext)
      throw new MistralError('This is the last page; check `hasNextPage` before `nextPage()`');
    return this.#fetchNext();
  }

  /** This page and all later ones. Breaking out of the loop aborts the request for the next page. */
  pages(): AsyncGenerator<Page<Item>, void> {
    const controller = new AbortController();
    return cancellableGenerator(this.#pages(controller), () => controller.abort());
  }

  async *#pages(controller: AbortController): AsyncGenerator<Page<Item>, void> {
    let page: Page<Item> = this;
    try {
      for (;;) {
        const fetchNext = page.#fetchNext;
        const ahead = this.#prefetch > 0 ? fetchNext?.(controller.signal) : undefined;
        // Its failure is thrown where the page is used.
        ahead?.catch(() => undefined);
        yield page;
        if (!fetchNext) return;
        page = await (ahead ?? fetchNext(controller.signal));
      }
    } finally {
      controller.abort();
    }
  }

  /**
   * The items of this page and all later ones as an array, up to a limit.
   *
   * @throws {ArgumentError} for a limit that is not a positive integer.
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
