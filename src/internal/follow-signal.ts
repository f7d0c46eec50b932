/** A controller that also aborts when the caller's signal does, until it is released or aborts. */
export interface Following {
  readonly controller: AbortController;
  /** Why the package itself ended the call, such as a timeout; `undefined` if it was the caller, or nobody. */
  readonly verdict: Error | undefined;
  /** End the call for a reason of our own; too late if it has ended. */
  end(verdict: Error): void;
  /** Take the listener off the signal, which may outlive many calls. */
  release(): void;
}

export function followSignal(signal: AbortSignal | undefined): Following {
  const controller = new AbortController();
  let verdict: Error | undefined;
  const abort = () => controller.abort(signal?.reason);
  const release = () => signal?.removeEventListener('abort', abort);
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort, { once: true });
  controller.signal.addEventListener('abort', release, { once: true });
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
