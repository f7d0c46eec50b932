import { Cancellation, onAbort, type Signal } from './cancellation.js';

/** Also aborts when one of several signals does, until it is released or aborts. */
export class Following extends Cancellation {
  readonly #signals: readonly Signal[];
  readonly #abort: () => void;
  #verdict: Error | undefined;

  constructor(signals: readonly Signal[]) {
    super();
    this.#signals = signals;
    this.#abort = () => this.abort(signals.find(({ aborted }) => aborted)?.reason);
    this.follow();
  }

  /** Why the package itself ended the call, such as a timeout; `undefined` otherwise. */
  get verdict(): Error | undefined {
    return this.#verdict;
  }

  /** End the call for a reason of our own, unless it has ended. */
  end(verdict: Error): void {
    if (this.aborted) return;
    this.#verdict = verdict;
    this.abort(verdict);
  }

  override abort(reason?: unknown): void {
    super.abort(reason);
    this.release();
  }

  /** Listen to the signals, also after a release. */
  follow(): void {
    if (this.#signals.some(({ aborted }) => aborted)) this.#abort();
    else for (const signal of this.#signals) listen(signal, this.#abort);
  }

  /** Remove the listeners from the signals, which may outlive many calls. */
  release(): void {
    for (const signal of this.#signals) unlisten(signal, this.#abort);
  }
}

export const followSignals = (...signals: readonly (Signal | undefined)[]): Following =>
  new Following(signals.filter((signal) => signal !== undefined));

/** One listener per signal, however many calls use it: Node warns of a leak at eleven. */
const followers = new WeakMap<Signal, { readonly all: Set<() => void>; readonly stop: () => void }>();

function listen(signal: Signal, follower: () => void): void {
  let entry = followers.get(signal);
  if (!entry) {
    const all = new Set<() => void>();
    const stop = onAbort(signal, () => {
      for (const each of all) each();
    });
    entry = { all, stop };
    followers.set(signal, entry);
  }
  entry.all.add(follower);
}

function unlisten(signal: Signal, follower: () => void): void {
  const entry = followers.get(signal);
  if (!entry?.all.delete(follower) || entry.all.size > 0) return;
  entry.stop();
  followers.delete(signal);
}
