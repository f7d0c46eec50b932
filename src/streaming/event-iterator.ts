import type { Caller } from '../errors/caller.js';
import type { Cancellation } from '../internal/cancellation.js';

/** Is told what a reader of events is told, just before. */
export interface Listener<Event> {
  event(event: Event): void;
  /**
   * All events were read, or reading failed: with whatever was thrown, which need not be an error.
   *
   * @returns what the end of the reading waits for, if anything; it need not be listened to.
   */
  end(failure?: StreamFailure): Promise<unknown> | undefined;
  /** The reader left before the end. */
  leave(): void;
}

/** What ended the reading early. */
export interface StreamFailure {
  readonly error: unknown;
}

/** Events, one after another, from wherever they come. */
export interface EventIterator<Event> {
  /** Whether there is nothing left to close. */
  readonly ended: boolean;
  /** The last `id:` of the wire. */
  readonly lastEventId: string | undefined;
  /** `undefined` for nobody any more. */
  listen(listener: Listener<Event> | undefined): void;
  /** Run something as soon as there is nothing left to close. */
  whenEnded(run: () => void): void;
  /** @param reader - Where the stack of a failure leads. It is not held for longer than the reading takes. */
  next(reader?: Caller): Promise<IteratorResult<Event, void>>;
  return(): Promise<IteratorResult<Event, void>>;
  /** Wait for something at the end of the reading, for no longer than the stream may be silent, and until it is aborted. */
  within(promise: Promise<unknown>): Promise<unknown>;
}

/** Is told how a reading ends. */
export interface StreamWatcher {
  end(failure?: StreamFailure): void;
  leave(): void;
}

/** What a stream is made of. */
export interface StreamSource<Event> {
  /** Aborting it ends the stream, whatever it is doing. */
  readonly cancellation: Cancellation;
  /** Called once, when the first event is asked for. */
  open(): Promise<EventIterator<Event>>;
  /** Once it is open: who else is told how the reading ends, before the reader is. */
  watch?(): StreamWatcher | undefined;
}
