/**
 * A lightweight `AbortController`. Every call has one or two and waits for promises under them, and the platform's signals cost
 * more than the rest of a call: they are created only on demand.
 */
export class Cancellation {
  readonly #listeners = new Set<() => void>();
  #platform: AbortController | undefined;
  #isForwarding = false;
  #isAborted = false;
  #reason: unknown;

  get aborted(): boolean {
    return this.#isAborted;
  }

  get reason(): unknown {
    return this.#isAborted ? this.signal.reason : undefined;
  }

  /** For APIs that need an `AbortSignal`. */
  get signal(): AbortSignal {
    if (!this.#platform) {
      this.#platform = new AbortController();
      if (this.#isAborted) this.#platform.abort(this.#reason);
    }
    return this.#platform.signal;
  }

  /** Aborting it is the same as {@link Cancellation.abort}. */
  get controller(): AbortController {
    const { signal } = this;
    if (!this.#isForwarding) signal.addEventListener('abort', () => this.abort(), { once: true });
    this.#isForwarding = true;
    return this.#platform!;
  }

  abort(reason?: unknown): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    this.#platform?.abort(reason);
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }

  throwIfAborted(): void {
    if (this.#isAborted) throw this.reason;
  }

  /** @returns a function that removes it. */
  onAbort(run: () => void): () => void {
    this.#listeners.add(run);
    return () => void this.#listeners.delete(run);
  }
}

/** The caller's signal, or our own. */
export type Signal = AbortSignal | Cancellation;

/**
 * Run something when a signal aborts that has not aborted yet.
 *
 * @returns a function that removes it.
 */
export function onAbort(signal: Signal, run: () => void): () => void {
  if (signal instanceof Cancellation) return signal.onAbort(run);
  signal.addEventListener('abort', run, { once: true });
  return () => signal.removeEventListener('abort', run);
}
