import { Cancellation, onAbort, type Signal } from './cancellation.js';

/** Also aborts when one of several signals does, until it is released or aborts. */
export class LinkedCancellation extends Cancellation {
  readonly #signals: readonly Signal[];
  #stop = () => {};
  #failure: Error | undefined;

  constructor(signals: readonly Signal[]) {
    super();
    this.#signals = signals;
    this.#stop = this.listen();
  }

  /** The error with which the package itself ended the call, such as a timeout; `undefined` otherwise. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** End the call with an error of this package, unless it has ended. */
  fail(failure: Error): void {
    if (this.aborted) return;
    this.#failure = failure;
    this.abort(failure);
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
  listen(): () => void {
    const abort = () => this.abort(this.#signals.find(({ aborted }) => aborted)?.reason);
    if (this.#signals.some(({ aborted }) => aborted)) abort();
    const stops = this.aborted ? [] : this.#signals.map((signal) => listenTo(signal, abort));
    return () => stops.forEach((stop) => stop());
  }

  /** Remove the listeners from the signals, which may outlive many calls. */
  release(): void {
    this.#stop();
  }
}

export const linkSignals = (...signals: readonly (Signal | undefined)[]): LinkedCancellation =>
  new LinkedCancellation(signals.filter((signal) => signal !== undefined));

interface SharedListener {
  readonly listeners: Set<() => void>;
  readonly stop: () => void;
}

/** One listener per signal of the platform, however many calls use it: Node warns of a leak at eleven. */
const shared = new WeakMap<AbortSignal, SharedListener>();

/** @returns a function that removes the listener. */
function listenTo(signal: Signal, listener: () => void): () => void {
  if (signal instanceof Cancellation) return signal.onAbort(listener);
  const entry = shared.get(signal) ?? share(signal);
  entry.listeners.add(listener);
  return () => {
    if (!entry.listeners.delete(listener) || entry.listeners.size > 0) return;
    entry.stop();
    shared.delete(signal);
  };
}

function share(signal: AbortSignal): SharedListener {
  const listeners = new Set<() => void>();
  const stop = onAbort(signal, () => listeners.forEach((listener) => listener()));
  const entry = { listeners, stop };
  shared.set(signal, entry);
  return entry;
}
