import { ArgumentError } from '../errors/argument-error.js';
import { longestDelayMs } from '../internal/clock.js';

/** How long the client waits between attempts. */
export interface RetryPolicy {
  /**
   * Of the first wait, before jitter; each later one is twice as long.
   *
   * @default 500
   */
  readonly initialDelayMs: number;
  /**
   * Of any wait that the server did not ask for.
   *
   * @default 8000
   */
  readonly maxDelayMs: number;
  /**
   * The longest wait that the server may ask for. If it asks for more, the call fails at once, with
   * `retryAfterMs` on the error.
   *
   * @default 60000
   */
  readonly maxRetryAfterMs: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  initialDelayMs: 500,
  maxDelayMs: 8000,
  maxRetryAfterMs: 60_000,
};

const shortestDelayMs = 100;

/**
 * The wait before the next attempt: exponential, with half of it left to chance so that clients which failed
 * together do not come back together; never less than the server asks for.
 *
 * @param retries - How many retries there were already.
 * @param random - From 0 up to 1.
 * @returns `undefined` if the server asks for more than the policy allows.
 */
export function retryDelayMs(
  policy: RetryPolicy,
  retries: number,
  random: number,
  retryAfterMs = 0,
): number | undefined {
  if (retryAfterMs > policy.maxRetryAfterMs) return undefined;
  const backoff = Math.min(policy.maxDelayMs, policy.initialDelayMs * 2 ** retries) * (0.5 + random / 2);
  return Math.max(shortestDelayMs, backoff, retryAfterMs);
}

/** @throws {ArgumentError} for a field that does not exist, or is no delay. */
export function checkRetryPolicy(owner: string, policy: Partial<RetryPolicy>): void {
  for (const [name, value] of Object.entries(policy)) {
    if (!Object.hasOwn(defaultRetryPolicy, name)) {
      throw new ArgumentError(
        `${owner}: \`retry\` has no field \`${name}\`; it has ${Object.keys(defaultRetryPolicy).join(', ')}. How often is \`maxRetries\``,
      );
    }
    if (value !== undefined && !(typeof value === 'number' && value >= 0 && value <= longestDelayMs)) {
      throw new ArgumentError(
        `${owner}: \`retry.${name}\` must be a number of milliseconds from 0 to ${longestDelayMs}`,
      );
    }
  }
}
