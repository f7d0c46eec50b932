import type { Caller } from '../errors/caller.js';
import type { Cancellation } from '../internal/cancellation.js';

/** Gets everything that the reader of a stream gets, just before it. */
export interface Listener<Event> {
  event(event: Event): void;
  /**
   * All events were read, or reading failed, with the thrown value, which may not be an error.
   *
   * @returns a promise that the end of the reading waits for, if any; it need not be handled.
   */
  end(failure?: StreamFailure): Promise<unknown> | undefined;
  /** The reader stopped before the end. */
  leave(): void;
}

/** The error that ended the reading early. */
export interface StreamFailure {
  readonly error: unknown;
}

/** An iterator of events of any source. */
export interface EventIterator<Event> {
  /** Whether everything is closed. */
  readonly ended: boolean;
  /** The last `id:` up to the event that was read last. */
  readonly lastEventId: string | undefined;
  /** `undefined` removes the listener. */
  listen(listener: Listener<Event> | undefined): void;
  /** Run something as soon as everything is closed. */
  whenEnded(run: () => void): void;
  /** @param reader - Where the stack of a failure leads to. It is released after the read. */
  next(reader?: Caller): Promise<IteratorResult<Event, void>>;
  return(): Promise<IteratorResult<Event, void>>;
  /** Wait for something at the end of the reading, at most for the idle timeout, and until the stream is aborted. */
  within(promise: Promise<unknown>): Promise<unknown>;
}

/** Gets how a reading ends. */
export interface StreamWatcher {
  end(failure?: StreamFailure): void;
  leave(): void;
}

/** When a stream that can be resumed reconnects by itself. */
export interface ReconnectOptions {
  /** Maximum number of consecutive connections without a new event before reading fails. */
  readonly maxAttempts: number;
}

/** Options of a resumed stream; all others are those of the call. */
export interface ResumeOptions {
  /** Replaces the signal of the call, which may have aborted. */
  readonly signal?: AbortSignal | undefined;
  readonly reconnect?: ReconnectOptions | undefined;
}

/** The source of a stream. */
export interface StreamSource<Event> {
  /** Aborting it ends the stream at any time. */
  readonly cancellation: Cancellation;
  /** Called once, when the first event is read. */
  open(): Promise<EventIterator<Event>>;
  /** Once it is open: another watcher of the end, which is called before the reader. */
  watch?(): StreamWatcher | undefined;
  /**
   * Another stream of the events after the last one that was read; absent if the source has no such request.
   *
   * @throws {MistralError} if that event had no id.
   */
  resume?: ((options: ResumeOptions | undefined) => unknown) | undefined;
}
