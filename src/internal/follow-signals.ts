import { Cancellation, onAbort, type Signal } from './cancellation.js';

/** Also aborts when one of several signals does, until it is released or aborts. */
export class Following extends Cancellation {
  readonly #signals: readonly Signal[];
  #stop = () => {};
  #verdict: Error | undefined;

  constructor(signals: readonly Signal[]) {
    super();
    this.#signals = signals;
    this.#stop = this.follow();
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

  /**
   * Listen to the signals, also after a release.
   *
   * @returns a function that removes these listeners, and no others.
   */
  follow(): () => void {
    const abort = () => this.abort(this.#signals.find(({ aborted }) => aborted)?.reason);
    if (this.#signals.some(({ aborted }) => aborted)) abort();
    const stops = this.aborted ? [] : this.#signals.map((signal) => listen(signal, abort));
    return () => stops.forEach((stop) => stop());
  }

  /** Remove the listeners from the signals, which may outlive many calls. */
  release(): void {
    this.#stop();
  }
}

export const followSignals = (...signals: readonly (Signal | undefined)[]): Following =>
  new Following(signals.filter((signal) => signal !== undefined));

interface Followers {
  readonly all: Set<() => void>;
  readonly stop: () => void;
}

/** One listener per signal of the platform, however many calls use it: Node warns of a leak at eleven. */
const followers = new WeakMap<AbortSignal, Followers>();

/** @returns a function that removes the follower. */
function listen(signal: Signal, follower: () => void): () => void {
  if (signal instanceof Cancellation) return signal.onAbort(follower);
  const entry = followers.get(signal) ?? share(signal);
  entry.all.add(follower);
  return () => {
    if (!entry.all.delete(follower) || entry.all.size > 0) return;
    entry.stop();
    followers.delete(signal);
  };
}

function share(signal: AbortSignal): Followers {
  const all = new Set<() => void>();
  const stop = onAbort(signal, () => all.forEach((follower) => follower()));
  const entry = { all, stop };
  followers.set(signal, entry);
  return entry;
}
