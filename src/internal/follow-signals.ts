/** A controller that also aborts when one of several signals does, until it is released or aborts. */
export class Following {
  readonly controller = new AbortController();
  readonly #signals: readonly AbortSignal[];
  #abort: (() => void) | undefined;
  #verdict: Error | undefined;

  constructor(signals: readonly AbortSignal[]) {
    this.#signals = signals;
    if (signals.length === 0) return;
    this.#abort = () => this.controller.abort(signals.find(({ aborted }) => aborted)?.reason);
    this.follow();
    this.controller.signal.addEventListener('abort', () => this.release(), { once: true });
  }

  /** Why the package itself ended the call, such as a timeout; `undefined` otherwise. */
  get verdict(): Error | undefined {
    return this.#verdict;
  }

  /** End the call for a reason of our own, unless it has ended. */
  end(verdict: Error): void {
    if (this.controller.signal.aborted) return;
    this.#verdict = verdict;
    this.controller.abort(verdict);
  }

  /** Listen to the signals, also after a release. */
  follow(): void {
    if (!this.#abort) return;
    if (this.#signals.some(({ aborted }) => aborted)) this.#abort();
    else for (const signal of this.#signals) listen(signal, this.#abort);
  }

  /** Remove the listeners from the signals, which may outlive many calls. */
  release(): void {
    if (this.#abort) for (const signal of this.#signals) unlisten(signal, this.#abort);
  }
}

export const followSignals = (...signals: readonly (AbortSignal | undefined)[]): Following =>
  new Following(signals.filter((signal) => signal !== undefined));

/** One listener per signal, however many calls use it: Node warns of a leak at eleven. */
const followers = new WeakMap<
  AbortSignal,
  { readonly all: Set<() => void>; readonly listener: () => void }
>();

function listen(signal: AbortSignal, follower: () => void): void {
  let entry = followers.get(signal);
  if (!entry) {
    const all = new Set<() => void>();
    const listener = () => {
      for (const each of all) each();
    };
    entry = { all, listener };
    followers.set(signal, entry);
    signal.addEventListener('abort', listener, { once: true });
  }
  entry.all.add(follower);
}

function unlisten(signal: AbortSignal, follower: () => void): void {
  const entry = followers.get(signal);
  if (!entry?.all.delete(follower) || entry.all.size > 0) return;
  signal.removeEventListener('abort', entry.listener);
  followers.delete(signal);
}
