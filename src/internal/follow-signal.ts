/** A controller that also aborts when `signal` does, until it is released. */
export interface Following {
  readonly controller: AbortController;
  /** Take the listener off the signal, which may outlive many calls. */
  release(): void;
}

export function followSignal(signal: AbortSignal | undefined): Following {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort, { once: true });
  return { controller, release: () => signal?.removeEventListener('abort', abort) };
}
