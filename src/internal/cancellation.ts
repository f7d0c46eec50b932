/**
 * Ends what follows it, as an `AbortController` does. Every call has one or two and waits for things under them, and the
 * platform's cost more than the rest of a call: they are made for those who ask for them.
 */
export class Cancellation {
  readonly #followers = new Set<() => void>();
  #platform: AbortController | undefined;
  #isLinked = false;
  #isAborted = false;

  get aborted(): boolean {
    return this.#isAborted;
  }

  get reason(): unknown {
    return this.#isAborted ? this.signal.reason : undefined;
  }

  /** For what takes no other. */
  get signal(): AbortSignal {
    return (this.#platform ??= new AbortController()).signal;
  }

  /** Aborting it is the same as {@link Cancellation.abort}. */
  get controller(): AbortController {
    const { signal } = this;
    if (!this.#isLinked) signal.addEventListener('abort', () => this.abort(), { once: true });
    this.#isLinked = true;
    return this.#platform!;
  }

  abort(reason?: unknown): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#platform ??= new AbortController();
    this.#platform.abort(reason);
    for (const follower of this.#followers) follower();
    this.#followers.clear();
  }

  throwIfAborted(): void {
    if (this.#isAborted) throw this.reason;
  }

  /** @returns what takes it back. */
  onAbort(run: () => void): () => void {
    this.#followers.add(run);
    return () => void this.#followers.delete(run);
  }
}

/** What ends a call: the caller's, or our own. */
export type Signal = AbortSignal | Cancellation;

/**
 * Run something when a signal aborts, which has not happened yet.
 *
 * @returns what takes it back.
 */
export function onAbort(signal: Signal, run: () => void): () => void {
  if (signal instanceof Cancellation) return signal.onAbort(run);
  signal.addEventListener('abort', run, { once: true });
  return () => signal.removeEventListener('abort', run);
}
