import type { FailureContext } from '../errors/failure-of.js';
import type { Clock } from '../internal/clock.js';
import type { Watch } from './observer.js';
import type { CompleteSettings } from './settings.js';

/** One attempt that was answered with a success, its body unread. */
export interface Exchange extends FailureContext {
  readonly response: Response;
  /** 1 for the first. */
  readonly attempt: number;
  readonly clock: Clock;
  readonly settings: CompleteSettings;
  /** In bytes, decoded, for answers that are read whole. */
  readonly maxBytes: number;
  /** For answers that are read event by event. */
  readonly maxEventBytes: number;
  /** Whoever takes over tells it how the answer ended. */
  readonly watch: Watch | undefined;
  /**
   * Take over the rest of the answer: the time limit of the attempt no longer holds, and whoever takes over
   * releases `following` when the body has ended.
   */
  handOver(): void;
}

/** Makes the data of an answer. An error that says it is `retryable` leads to another attempt. */
export type ReadAnswer<T> = (exchange: Exchange) => Promise<T>;
