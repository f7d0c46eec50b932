const done: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * The items of pages, one after another. Not a generator, as nested generators cost several promises per item, and this
 * costs one.
 */
export class Items<Item> implements AsyncGenerator<Item, void> {
  readonly #pages: AsyncGenerator<{ readonly items: readonly Item[] }, void>;
  #items: readonly Item[] = [];
  #taken = 0;
  /** The next page, while it is fetched. */
  #turning: Promise<unknown> | undefined;
  #isDone = false;

  constructor(pages: AsyncGenerator<{ readonly items: readonly Item[] }, void>) {
    this.#pages = pages;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Item, void>> {
    if (this.#turning) {
      const again = () => this.next();
      return this.#turning.then(again, again);
    }
    if (this.#taken < this.#items.length) return Promise.resolve(this.#take());
    return this.#isDone ? Promise.resolve(done) : this.#turn();
  }

  /** A page that is still being fetched is not awaited. */
  async return(): Promise<IteratorResult<Item, void>> {
    this.#end();
    const closing = this.#pages.return();
    if (this.#turning) closing.catch(() => undefined);
    else await closing;
    return done;
  }

  async throw(error: unknown): Promise<IteratorResult<Item, void>> {
    await this.return();
    throw error;
  }

  async #turn(): Promise<IteratorResult<Item, void>> {
    try {
      do {
        const turning = this.#pages.next();
        this.#turning = turning;
        const { done: isLast, value: page } = await turning;
        this.#turning = undefined;
        if (isLast) {
          this.#end();
          return done;
        }
        if (this.#isDone) return done;
        this.#items = page.items;
        this.#taken = 0;
      } while (this.#items.length === 0);
      return this.#take();
    } catch (error) {
      this.#turning = undefined;
      // After a break, the abort of the page is not an error.
      if (this.#isDone) return done;
      this.#end();
      throw error;
    }
  }

  #take(): IteratorResult<Item, void> {
    return { done: false, value: this.#items[this.#taken++]! };
  }

  #end(): void {
    this.#isDone = true;
    this.#items = [];
    this.#taken = 0;
  }
}
