/**
 * Runs tasks, so many at a time. A task takes the place of one whose result was taken: whoever leaves at a result has
 * started no other. One must not reject.
 */
export class Lanes<T> {
  readonly #waiting: (() => Promise<T>)[] = [];
  readonly #done: T[] = [];
  #free: number;
  #untaken = 0;
  #wake = () => {};

  constructor(lanes: number) {
    this.#free = lanes;
  }

  /** Whether there are results that nobody has taken, now or later. */
  get isBusy(): boolean {
    return this.#untaken > 0;
  }

  run(task: () => Promise<T>): void {
    this.#untaken += 1;
    this.#waiting.push(task);
    void this.#startNext();
  }

  /** Wait for a result to take. */
  async ready(): Promise<void> {
    if (this.#done.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  /** The results that there are by now, as they came. */
  *take(): Generator<T, void, void> {
    while (this.#done.length > 0) {
      yield this.#done.shift()!;
      this.#untaken -= 1;
      this.#free += 1;
      void this.#startNext();
    }
  }

  async #startNext(): Promise<void> {
    const task = this.#free > 0 && this.#waiting.shift();
    if (!task) return;
    this.#free -= 1;
    this.#done.push(await task());
    this.#wake();
  }
}
