import type { Caller } from '../errors/caller.js';
import { Items } from '../pagination/items.js';
import { cancellableGenerator } from '../pagination/cancellable-generator.js';
import type { CollectOptions, Page } from '../pagination/page.js';
import { APIPromise, type Perform } from '../transport/api-promise.js';

/**
 * A call for a list: iterate all its items right away, or await the first {@link Page}.
 *
 * The request is sent when it is first awaited or iterated, so an unused list costs nothing.
 */
export class PagePromise<Item> extends APIPromise<Page<Item>> implements AsyncIterable<Item> {
  constructor(perform: Perform<Page<Item>>, caller?: Caller) {
    super(perform, 'when used', caller);
  }

  /** See {@link Page.pages}. */
  pages(): AsyncGenerator<Page<Item>, void> {
    let pages: AsyncGenerator<Page<Item>, void> | undefined;
    const first = async () => (pages = (await this).pages());
    return cancellableGenerator(
      (async function* () {
        yield* await first();
      })(),
      () => void pages?.return(),
    );
  }

  /** See {@link Page.collect}. */
  async collect(options?: CollectOptions): Promise<Item[]> {
    return (await this).collect(options);
  }

  [Symbol.asyncIterator](): AsyncGenerator<Item, void> {
    return new Items(this.pages());
  }
}
