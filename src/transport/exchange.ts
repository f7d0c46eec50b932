import type { FailureContext } from '../errors/failure-of.js';
import type { Clock } from '../internal/clock.js';
import type { Watch } from './observer.js';
import type { CompleteSettings } from './settings.js';

/** An attempt with a successful response whose body is unread. */
export interface Exchange extends FailureContext {
  readonly response: Response;
  /** 1 for the first. */
  readonly attempt: number;
  readonly clock: Clock;
  readonly settings: CompleteSettings;
  /** Limit for responses that are read completely, in decoded bytes. */
  readonly maxBytes: number;
  /** Limit for responses that are read event by event. */
  readonly maxEventBytes: number;
  /** Gets the end of the response, from the code that takes over. */
  readonly watch: Watch | undefined;
  /**
   * Take over the rest of the response: the timeout of the attempt no longer applies, and the code that takes over has to
   * release `cancellation` when the body has ended.
   */
  detachBody(): void;
}

/** Reads the data of a response. A `retryable` error leads to another attempt. */
export type ReadResponse<T> = (exchange: Exchange) => Promise<T>;
