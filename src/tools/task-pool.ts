/**
 * Runs a limited number of tasks at a time. The next task starts when a result was consumed, not when it is ready: a consumer
 * that stops at a result starts no further task. Tasks must not reject.
 */
export class TaskPool<T> {
  readonly #waiting: (() => Promise<T>)[] = [];
  readonly #ready: T[] = [];
  #freeSlots: number;
  #unconsumed = 0;
  #wake = () => {};

  constructor(concurrency: number) {
    this.#freeSlots = concurrency;
  }

  /** Whether any task still has a result to consume, now or later. */
  get isBusy(): boolean {
    return this.#unconsumed > 0;
  }

  run(task: () => Promise<T>): void {
    this.#unconsumed += 1;
    this.#waiting.push(task);
    void this.#startNext();
  }

  /** Wait until a result is ready, or {@link wake} is called. */
  async ready(): Promise<void> {
    if (this.#ready.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  wake(): void {
    this.#wake();
  }

  /** Consume the results that are ready, in order of completion. */
  *results(): Generator<T, void, void> {
    while (this.#ready.length > 0) {
      yield this.#ready.shift()!;
      this.#unconsumed -= 1;
      this.#freeSlots += 1;
      void this.#startNext();
    }
  }

  async #startNext(): Promise<void> {
    const task = this.#freeSlots > 0 && this.#waiting.shift();
    if (!task) return;
    this.#freeSlots -= 1;
    this.#ready.push(await task());
    this.#wake();
  }
}
