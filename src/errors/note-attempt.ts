import type { Scrub } from '../internal/scrub.js';
import { requestIdOf } from './api-error.js';
import { MistralError } from './mistral-error.js';

/** The attempt that an error is of, and its response once there is one. */
export interface FailedAttempt {
  /** 1 for the first; absent where another process has sent the request. */
  readonly attempt?: number | undefined;
  readonly response: Response | undefined;
  readonly scrub: Scrub;
}

/** Note on an error of a call how often the request was sent, and the id of its last response. */
export function noteAttempt(error: unknown, { attempt, response, scrub }: FailedAttempt): void {
  // Not on a bad argument, nor on what a middleware has thrown.
  if (!MistralError.isInstance(error) || error.name === 'ArgumentError') return;
  error.attempts = attempt;
  if (response) error.requestId ??= scrub(requestIdOf(response.headers));
}
