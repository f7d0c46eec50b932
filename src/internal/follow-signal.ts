/** A controller that also aborts when `signal` does, until it is released or aborts. */
export interface Following {
  readonly controller: AbortController;
  /** Take the listener off the signal, which may outlive many calls. */
  release(): void;
}

export function followSignal(signal: AbortSignal | undefined): Following {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  const release = () => signal?.removeEventListener('abort', abort);
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort, { once: true });
  controller.signal.addEventListener('abort', release, { once: true });
  return { controller, release };
}
