import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';

/**
 * A token bucket that keeps a client from tripling the load on a failing server: calls fill it, and retries in an outage take
 * from it. Shared by clients that were derived from one another.
 */
export interface RetryBudget {
  /** A new call starts. */
  deposit(): void;
  /** Takes the token for one retry, if there is one. */
  withdraw(): boolean;
  /** How many calls wait because the server refused them. Their retries are free, and happen one after another. */
  refused: number;
}

/** The capacity of the bucket, in retries, and what each call adds. */
export interface RetryBudgetOptions {
  /** @default 100 */
  readonly burst?: number | undefined;
  /** @default 0.1 */
  readonly perCall?: number | undefined;
}

/**
 * @param options - `false` for an unlimited bucket.
 * @throws {ArgumentError} for a field that does not exist, or an invalid number of retries.
 */
export function createRetryBudget(options: RetryBudgetOptions | false = {}): RetryBudget {
  if (options !== false) checkRetryBudget(options);
  const { burst = 100, perCall = 0.1 } = options || { burst: Infinity };
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
    refused: 0,
  };
}

function checkRetryBudget(options: unknown): void {
  const fields = isRecord(options) ? Object.entries(options) : [['it', options] as const];
  for (const [name, value] of fields) {
    const isKnown = name === 'burst' || name === 'perCall';
    if (isKnown && (value === undefined || (typeof value === 'number' && value >= 0))) continue;
    throw new ArgumentError(
      'The client: `retryBudget` must be `false`, or an object with `burst` and `perCall`, which are numbers of retries',
    );
  }
}
