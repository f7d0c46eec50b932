/** Time, injected so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Run something later; returns a function that cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

/** The longest delay of JavaScript timers; above it they fire at once. Settings are checked against it. */
export const longestDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
