import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';

/**
 * What keeps a client from tripling the load on a server that is failing: retries after an outage are paid from a
 * bucket that calls fill. It is shared by clients that were made from one another.
 */
export interface RetryBudget {
  /** A new call begins. */
  deposit(): void;
  /** Whether there is enough for one more retry; if so, it is taken. */
  withdraw(): boolean;
  /** How many calls wait because the server refused them. They need not be paid for, and return one after another. */
  refused: number;
}

/** What the bucket holds, in retries, when it is full, and what each call adds to it. */
export interface RetryBudgetOptions {
  /** @default 100 */
  readonly burst?: number | undefined;
  /** @default 0.1 */
  readonly perCall?: number | undefined;
}

/**
 * @param options - `false` for a bucket that is never empty.
 * @throws {ArgumentError} for a field that does not exist, or is no number of retries.
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
