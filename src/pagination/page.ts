import { MistralError } from '../errors/mistral-error.js';

/** Fetches the page after this one. */
export type NextPage<Item> = () => Promise<Page<Item>>;

/** One page of a list, and the way to the rest of it. Iterating a page yields the items of this page and all later ones. */
export class Page<Item> implements AsyncIterable<Item> {
  /** The items of this page alone. */
  readonly items: readonly Item[];
  /** How many items the whole list has, where the server tells it. */
  readonly total: number | undefined;
  readonly #next: NextPage<Item> | undefined;

  constructor(items: readonly Item[], next: NextPage<Item> | undefined, total?: number) {
    this.items = items;
    this.total = total;
    this.#next = next;
  }

  get hasNextPage(): boolean {
    return this.#next !== undefined;
  }

  /** @throws {MistralError} on the last page; look at `hasNextPage` first. */
  async nextPage(): Promise<Page<Item>> {
    if (!this.#next)
      throw new MistralError('This is the last page; look at `hasNextPage` before `nextPage()`');
    return this.#next();
  }

  /** This page and all later ones, each fetched when it is asked for. */
  async *pages(): AsyncGenerator<Page<Item>> {
    let page: Page<Item> = this;
    yield page;
    while (page.hasNextPage) {
      page = await page.nextPage();
      yield page;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    for await (const page of this.pages()) yield* page.items;
  }
}
