import type { Scrub } from '../internal/scrub.js';
import { requestIdOf } from './api-error.js';
import { MistralError } from './mistral-error.js';

/** The attempt that failed, and its response if there is one. */
export interface FailedAttempt {
  /** 1 for the first; absent if another process has sent the request. */
  readonly attempt?: number | undefined;
  readonly response: Response | undefined;
  readonly scrub: Scrub;
}

/** Add to an error how often the request was sent, and the id of the last response. */
export function noteAttempt(error: unknown, { attempt, response, scrub }: FailedAttempt): void {
  // Not to an argument error, nor to an error that a middleware has thrown.
  if (!MistralError.isInstance(error) || error.name === 'ArgumentError') return;
  error.attempts = attempt;
  if (response) error.requestId ??= scrub(requestIdOf(response.headers));
}
