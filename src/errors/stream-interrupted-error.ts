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
  /** Whether the server refused to resume the stream after its last event: what followed cannot be read any more. */
  readonly eventsLost: boolean;

  /** @param options - With `eventsLost`, its `cause` is why the stream could not be resumed. */
  constructor(eventCount: number, options?: ErrorOptions & { readonly eventsLost?: boolean }) {
    const { eventsLost } = options ?? {};
    const problem =
      eventsLost === undefined
        ? 'it closed before its final event'
        : eventsLost
          ? 'the server refused to resume it there, so the events after that are lost'
          : 'reconnecting failed';
    super(
      `The stream was cut off after ${eventCount} ${eventCount === 1 ? 'event' : 'events'}: ${problem}`,
      options,
    );
    setContentFree(this, this.message);
    this.eventCount = eventCount;
    this.eventsLost = eventsLost === true;
    this.retryable = eventCount === 0 && eventsLost === undefined;
  }
}
