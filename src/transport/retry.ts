import { AbortError } from '../errors/abort-error.js';
import { APIError } from '../errors/api-error.js';
import { MistralError } from '../errors/mistral-error.js';
import type { Clock } from '../internal/clock.js';
import { followSignals } from '../internal/follow-signals.js';
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
  /** Each of them ends the call. */
  readonly signals: readonly (AbortSignal | undefined)[];
  /** Whether the body can be sent a second time. */
  readonly replayable: () => boolean;
  /** Is told about each retry, and about a retry that the budget did not allow. */
  readonly onRetry: (error: MistralError, attempts: number, delayMs: number | undefined) => void;
}

/**
 * Attempt something until it succeeds, fails for good, or enough was tried.
 *
 * Only errors that say they are `retryable` lead to another attempt.
 */
export async function retrying<T>(attempt: (number: number) => Promise<T>, retry: Retrying): Promise<T> {
  retry.budget.deposit();
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt(attempts);
    } catch (error) {
      if (!isOwnFailure(error)) throw error;
      error.attempts = attempts;
      if (!retry.replayable()) error.retryable = false;
      const delayMs = delayBefore(error, attempts, retry);
      if (delayMs === undefined) throw error;
      retry.onRetry(error, attempts, delayMs);
      await pause(delayMs, retry, attempts);
    }
  }
}

/** An error of a call: not a bad argument, which no attempt mends, and not what a middleware threw. */
const isOwnFailure = (error: unknown): error is MistralError =>
  MistralError.isInstance(error) && error.name !== 'ArgumentError';

function delayBefore(error: MistralError, attempts: number, retry: Retrying): number | undefined {
  if (!error.retryable || attempts > retry.maxRetries || retry.signals.some((signal) => signal?.aborted))
    return undefined;
  const retryAfterMs = APIError.isInstance(error) ? error.retryAfterMs : undefined;
  const delayMs = retryDelayMs(retry.policy, attempts - 1, retry.random(), retryAfterMs);
  if (delayMs === undefined) return undefined;
  if (retry.budget.withdraw()) return delayMs;
  retry.onRetry(error, attempts, undefined);
  return undefined;
}

/** @throws {AbortError} as soon as a signal aborts. */
async function pause(delayMs: number, { clock, signals }: Retrying, attempts: number): Promise<void> {
  const following = followSignals(...signals);
  const { signal } = following.controller;
  try {
    await sleep(clock, delayMs, signal);
  } catch {
    const error = new AbortError(signal.reason);
    error.attempts = attempts;
    throw error;
  } finally {
    following.release();
  }
}
