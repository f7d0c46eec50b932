import { ArgumentError } from '../errors/argument-error.js';
import { longestDelayMs } from '../internal/clock.js';
import { isRecord } from '../internal/is-record.js';

/** The delays between attempts. */
export interface RetryPolicy {
  /**
   * The first delay, before jitter; each later one is twice as long.
   *
   * @default 500
   */
  readonly initialDelayMs: number;
  /**
   * The longest delay, unless the server asks for a longer one.
   *
   * @default 8000
   */
  readonly maxDelayMs: number;
  /**
   * The longest delay that the server may ask for. If it asks for more, the call fails at once, with `retryAfterMs` on the
   * error.
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

/** The failure before a retry. */
export interface FailureBeforeRetry {
  /** How many retries there were before. */
  readonly retries: number;
  /** The delay that the server asks for. */
  readonly retryAfterMs: number | undefined;
  /** How many calls of the client are waiting because the server refused them; 0 after any other failure. */
  readonly ahead: number;
}

/**
 * The delay before the next attempt: exponential backoff, half of it jitter, so that clients which failed together do not
 * retry together; never less than the server asks for.
 *
 * The refused calls of one client retry one after another, a fifth of a step apart: a rate limit of ten per second would
 * refuse them again if they came together. If that exceeds the longest delay, they are spread at random over what is allowed.
 *
 * @param random - From 0 up to 1.
 * @returns `undefined` if the server asks for more than the policy allows.
 */
export function retryDelayMs(
  policy: RetryPolicy,
  { retries, retryAfterMs = 0, ahead }: FailureBeforeRetry,
  random: () => number,
): number | undefined {
  if (retryAfterMs > policy.maxRetryAfterMs) return undefined;
  const stepMs = Math.min(policy.maxDelayMs, policy.initialDelayMs * 2 ** retries);
  const chance = random() / 2;
  const askedMs = retryAfterMs > 0 ? retryAfterMs + stepMs * (0.5 - chance) : 0;
  const longestMs = retryAfterMs > 0 ? policy.maxRetryAfterMs : policy.maxDelayMs;
  const earliestMs = Math.max(shortestDelayMs, stepMs * (0.5 + chance), Math.min(askedMs, longestMs));
  const delayMs = earliestMs + (ahead * stepMs) / 5;
  return delayMs <= longestMs ? delayMs : earliestMs + Math.max(0, longestMs - earliestMs) * random();
}

/** @throws {ArgumentError} for a field that does not exist, or an invalid delay. */
export function checkRetryPolicy(owner: string, policy: Partial<RetryPolicy>): void {
  if (!isRecord(policy))
    throw new ArgumentError(`${owner}: \`retry\` must be an object; the number of retries is \`maxRetries\``);
  for (const [name, value] of Object.entries(policy)) {
    if (!Object.hasOwn(defaultRetryPolicy, name)) {
      throw new ArgumentError(
        `${owner}: \`retry\` has no field \`${name}\`; it has ${Object.keys(defaultRetryPolicy).join(', ')}. The number of retries is \`maxRetries\``,
      );
    }
    if (value !== undefined && !(typeof value === 'number' && value >= 0 && value <= longestDelayMs)) {
      throw new ArgumentError(
        `${owner}: \`retry.${name}\` must be a number of milliseconds from 0 to ${longestDelayMs}`,
      );
    }
  }
}
