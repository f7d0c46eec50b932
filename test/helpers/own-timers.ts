/** Timers of the runtime that code of the package has started, by itself or by what it calls, and that are still due. */
export interface OwnTimers {
  readonly size: number;
  /** Give the runtime's own functions back. */
  restore(): void;
}

/** From now on, watch who starts timers. */
export function watchOwnTimers(): OwnTimers {
  const own = new Set<NodeJS.Timeout>();
  const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = globalThis;
  const tracked = <Values extends unknown[]>(
    run: (...values: Values) => void,
    delayMs?: number,
    ...values: Values
  ) => {
    const isOwn = /[/\\]src[/\\](?!.*test)/.test(new Error('Where').stack ?? '');
    const timer = realSetTimeout(() => {
      own.delete(timer);
      run(...values);
    }, delayMs);
    if (isOwn) own.add(timer);
    return timer;
  };
  // The runtime's own has overloads that nobody uses here.
  globalThis.setTimeout = Object.assign(tracked, realSetTimeout) as unknown as typeof setTimeout;
  globalThis.clearTimeout = ((timer: NodeJS.Timeout) => {
    own.delete(timer);
    realClearTimeout(timer);
  }) as typeof clearTimeout;
  return {
    get size() {
      return own.size;
    },
    restore() {
      globalThis.setTimeout = realSetTimeout;
      globalThis.clearTimeout = realClearTimeout;
    },
  };
}
