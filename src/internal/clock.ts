/** Time, handed in so that tests need none. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Run something later; returns what takes it back. */
  after(delayMs: number, run: () => void): () => void;
}

/** The longest delay that timers of JavaScript know; above it they fire at once. Settings are checked against it. */
export const longestDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
