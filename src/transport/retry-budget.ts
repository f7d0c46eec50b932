/**
 * What keeps a client from tripling the load on a server that is failing: retries are paid from a bucket
 * that calls fill.
 */
export interface RetryBudget {
  /** A new call begins. */
  deposit(): void;
  /** Whether there is enough for one more retry; if so, it is taken. */
  withdraw(): boolean;
}

/** What the bucket holds, in retries, when it is full, and what each call adds to it. */
export interface RetryBudgetOptions {
  /** @default 10 */
  readonly burst?: number;
  /** @default 0.1 */
  readonly perCall?: number;
}

export function createRetryBudget({ burst = 10, perCall = 0.1 }: RetryBudgetOptions = {}): RetryBudget {
  let tokens = burst;
  return {
    deposit() {
      tokens = Math.min(burst, tokens + perCall);
    },
    withdraw() {
      // Tenths do not add up exactly.
      if (tokens < 1 - 1e-9) return false;
      tokens -= 1;
      return true;
    },
  };
}

/** For callers who keep their own. */
export const unlimitedRetries: RetryBudget = { deposit: () => undefined, withdraw: () => true };
