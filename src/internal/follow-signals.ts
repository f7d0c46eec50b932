/** A controller that also aborts when the first of some signals does, until it is released or aborts. */
export interface Following {
  readonly controller: AbortController;
  /** Why the package itself ended the call, such as a timeout; `undefined` if it was a signal, or nobody. */
  readonly verdict: Error | undefined;
  /** End the call for a reason of our own; too late if it has ended. */
  end(verdict: Error): void;
  /** Take the listeners off the signals, which may outlive many calls. */
  release(): void;
}

export function followSignals(...given: readonly (AbortSignal | undefined)[]): Following {
  const signals = given.filter((signal) => signal !== undefined);
  const controller = new AbortController();
  let verdict: Error | undefined;
  const abort = () => controller.abort(signals.find(({ aborted }) => aborted)?.reason);
  const release = () => {
    for (const signal of signals) unlisten(signal, abort);
  };
  if (signals.some(({ aborted }) => aborted)) abort();
  else for (const signal of signals) listen(signal, abort);
  if (signals.length > 0) controller.signal.addEventListener('abort', release, { once: true });
  return {
    controller,
    get verdict() {
      return verdict;
    },
    end(error) {
      if (controller.signal.aborted) return;
      verdict = error;
      controller.abort(error);
    },
    release,
  };
}

/** One listener a signal, however many calls follow it: Node warns of a leak when there are eleven. */
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
