import { setContentFree } from './content-free.js';
import { MistralError } from './mistral-error.js';

/**
 * A stream ended before the event that says it is complete.
 *
 * The events before were already delivered; they are an incomplete response, not a short one. After the first event the
 * request is not retried, since the model may have been billed for it.
 */
export class StreamInterruptedError extends MistralError {
  static override readonly kind = 'StreamInterruptedError';
  declare readonly name: 'StreamInterruptedError';
  /** How many events had arrived. */
  readonly eventCount: number;

  constructor(eventCount: number, options?: ErrorOptions) {
    super(
      `The stream was cut off after ${eventCount} ${eventCount === 1 ? 'event' : 'events'}: it closed before its final event`,
      options,
    );
    setContentFree(this, this.message);
    this.eventCount = eventCount;
    this.retryable = eventCount === 0;
  }
}
