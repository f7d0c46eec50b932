import { AbortError } from '../errors/abort-error.js';
import { APIError } from '../errors/api-error.js';
import { MistralError } from '../errors/mistral-error.js';
import { explainNotRetried } from '../errors/explain-not-retried.js';
import { unwrapped } from '../internal/callback-failure.js';
import type { Clock } from '../internal/clock.js';
import type { Signal } from '../internal/cancellation.js';
import { linkSignals } from '../internal/linked-cancellation.js';
import { sleep } from '../internal/sleep.js';
import { retryDelayMs, type RetryPolicy } from './retry-policy.js';
import type { RetryBudget } from './retry-budget.js';

export interface Retrying {
  readonly maxRetries: number;
  readonly policy: RetryPolicy;
  readonly budget: RetryBudget;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Each of them aborts the call. */
  readonly signals: readonly (Signal | undefined)[];
  /** Whether the body can be sent a second time. */
  readonly replayable: () => boolean;
  /** The failure of an earlier call that this one continues: it takes the place of the first attempt. */
  readonly lost?: LostConnection | undefined;
  /** Called for each retry, and for a retry that the budget did not allow. */
  readonly onRetry: (error: MistralError, attempts: number, delayMs: number | undefined) => void;
}

/** A connection that was lost after it had given data. */
export interface LostConnection {
  readonly error: MistralError;
  /** The shortest delay of all attempts that the server asks for. */
  readonly leastDelayMs: number | undefined;
}

/**
 * Attempt something until it succeeds, fails permanently, or has no retries left.
 *
 * Only `retryable` errors lead to another attempt.
 */
export async function retrying<T>(attempt: (number: number) => Promise<T>, retry: Retrying): Promise<T> {
  retry.budget.deposit();
  for (let attempts = 1; ; attempts += 1) {
    try {
      if (retry.lost && attempts === 1) throw retry.lost.error;
      return await attempt(attempts);
    } catch (error) {
      if (!isOwnFailure(error)) throw unwrapped(error);
      const delayMs = delayBefore(error, attempts, retry);
      if (delayMs === undefined) throw error;
      retry.onRetry(error, attempts, delayMs);
      const refused = isRefusal(error) ? 1 : 0;
      retry.budget.refused += refused;
      try {
        await pause(delayMs, retry, attempts);
      } finally {
        retry.budget.refused -= refused;
      }
    }
  }
}

/** An error of a call: not an argument error, which no retry repairs, and not an error of a caller's function. */
const isOwnFailure = (error: unknown): error is MistralError =>
  MistralError.isInstance(error) && error.name !== 'ArgumentError';

/** The delay before the next attempt; `undefined` if there is none, for the reason that the error then has. */
function delayBefore(error: MistralError, attempts: number, retry: Retrying): number | undefined {
  if (!error.retryable || retry.signals.some((signal) => signal?.aborted)) return undefined;
  const { maxRetries, policy, budget } = retry;
  if (!retry.replayable()) {
    error.retryable = false;
    return notRetried(
      error,
      'body',
      'Not retried: the body of the request is a stream, which can be sent once',
    );
  }
  if (attempts > maxRetries)
    return notRetried(error, 'maxRetries', attempts > 1 ? `Gave up after ${attempts} attempts` : '');
  const isRefused = isRefusal(error);
  const { lost } = retry;
  const askedMs = (APIError.isInstance(error) && error.retryAfterMs) || 0;
  const retryAfterMs = Math.max(askedMs, lost?.leastDelayMs ?? 0);
  const failure = { retries: attempts - 1, retryAfterMs, ahead: isRefused ? budget.refused : 0 };
  const delayMs = retryDelayMs(policy, failure, retry.random);
  if (delayMs === undefined) {
    const limit = `\`retry.maxRetryAfterMs\`, which is ${policy.maxRetryAfterMs}`;
    return notRetried(
      error,
      'maxRetryAfterMs',
      `Not retried: the server asks for ${retryAfterMs} ms, more than ${limit}`,
    );
  }
  // A stream may be read for days, and lose connections that were well.
  if (isRefused || error === lost?.error || budget.withdraw()) return delayMs;
  retry.onRetry(error, attempts, undefined);
  return notRetried(
    error,
    'retryBudget',
    "Not retried: so many requests failed that the client's `retryBudget` is spent",
  );
}

function notRetried(...args: Parameters<typeof explainNotRetried>): undefined {
  explainNotRetried(...args);
}

/**
 * Whether a healthy server refused the call, or said when to retry. Everything else is an outage, which retries may make
 * worse: no response, an incomplete one, or a status from 500 on.
 */
const isRefusal = (error: MistralError): boolean =>
  APIError.isInstance(error) &&
  (error.status < 500 || error.retryAfterMs !== undefined || error.headers.has('x-should-retry'));

/** @throws {AbortError} as soon as a signal aborts. */
async function pause(delayMs: number, { clock, signals }: Retrying, attempts: number): Promise<void> {
  const cancellation = linkSignals(...signals);
  try {
    await sleep(clock, delayMs, cancellation);
  } catch {
    const error = new AbortError(cancellation.reason);
    error.attempts = attempts;
    throw error;
  } finally {
    cancellation.release();
  }
}
