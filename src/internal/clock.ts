/** Time, injected so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Run something later; returns a function that cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

/** The longest delay of JavaScript timers; above it they fire at once. Settings are checked against it. */
export const longestDelayMs = 2 ** 31 - 1;

/** Whether a timer can measure this timeout: a number of milliseconds above 0. */
export const isTimeoutMs = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && value <= longestDelayMs;

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
