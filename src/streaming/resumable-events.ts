import { AbortError } from '../errors/abort-error.js';
import { APIError } from '../errors/api-error.js';
import { addCallerStack, type Caller } from '../errors/caller.js';
import { MistralError } from '../errors/mistral-error.js';
import { StreamInterruptedError } from '../errors/stream-interrupted-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import type { EventIterator, Listener, StreamFailure } from './event-iterator.js';
import type { ResponseEvents } from './response-events.js';
import type { StreamPosition } from './stream-position.js';

/**
 * Opens the connection that follows a lost one, up to its first new event.
 *
 * @param lost - Its error, and the shortest delay that the server asks for.
 */
export type Connect<Event> = (lost: {
  readonly error: MistralError;
  readonly leastDelayMs: number | undefined;
}) => Promise<ResponseEvents<Event>>;

/** Whether the server does not know the event to resume after, or not any more: the rest of the request it took before. */
export const isRefusedPosition = (error: unknown): boolean =>
  APIError.isInstance(error) && [400, 404, 410, 412, 416, 422].includes(error.status);

/** The events of a stream that may have several connections, one after another. */
export class ResumableEvents<Event> implements EventIterator<Event> {
  #events: ResponseEvents<Event>;
  readonly #position: StreamPosition;
  readonly #connect: Connect<Event> | undefined;
  #eventCount = 0;
  /** The error of a lost connection that is to be replaced. */
  #loss: MistralError | undefined;
  #leastDelayMs: number | undefined;
  #isOver = false;
  #onEnded = () => {};
  #listener: Listener<Event> | undefined;
  /** A reader waits for the ones before, as another connection may have to be opened for them. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param connect - Absent if the stream does not reconnect. */
  constructor(events: ResponseEvents<Event>, position: StreamPosition, connect?: Connect<Event>) {
    this.#events = events;
    this.#position = position;
    this.#connect = connect;
  }

  get ended(): boolean {
    return !this.#loss && this.#events.ended;
  }

  get lastEventId(): string | undefined {
    return this.#position.id;
  }

  listen(listener: Listener<Event> | undefined): void {
    this.#listener = listener;
    this.#events.listen(this.#forward);
  }

  whenEnded(run: () => void): void {
    this.#onEnded = run;
  }

  next(reader?: Caller): Promise<IteratorResult<Event, void>> {
    const result = this.#turn.then(() => this.#next(reader));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  return(): Promise<IteratorResult<Event, void>> {
    this.#end();
    return this.#events.return();
  }

  within(promise: Promise<unknown>): Promise<unknown> {
    return this.#events.within(promise);
  }

  /** Gets what a connection gives, just before its reader. */
  readonly #forward: Listener<Event> = {
    event: (event) => {
      this.#eventCount += 1;
      this.#position.moveTo(this.#events.lastEventId);
      this.#listener?.event(event);
    },
    end: (failure) => {
      if (!this.#isReplaced(failure?.error)) return this.#tellEnd(failure);
      this.#loss = failure!.error as MistralError;
      return undefined;
    },
    leave: () => {},
  };

  /** Whether another connection replaces the one that failed. */
  #isReplaced(error: unknown): boolean {
    if (!this.#connect || this.#isOver || !this.#position.id) return false;
    if (!TimeoutError.isInstance(error)) return StreamInterruptedError.isInstance(error);
    // Bytes without events come from a server that is well, and has nothing to say.
    const { lastByteAgoMs = Infinity, timeoutMs = 0 } = error;
    return lastByteAgoMs >= timeoutMs;
  }

  async #next(reader: Caller | undefined): Promise<IteratorResult<Event, void>> {
    for (;;) {
      try {
        return await this.#events.next(reader);
      } catch (error) {
        if (error !== this.#loss) throw error;
        await this.#reconnect(this.#loss!, reader);
      }
    }
  }

  async #reconnect(error: MistralError, reader: Caller | undefined): Promise<void> {
    this.#leastDelayMs = this.#events.retryMs ?? this.#leastDelayMs;
    this.#position.reconnect();
    error.retryable = true;
    try {
      this.#events = await this.#connect!({ error, leastDelayMs: this.#leastDelayMs });
    } catch (cause) {
      const failure = addCallerStack(this.#failureOf(cause), reader);
      void this.#tellEnd({ error: failure });
      throw failure;
    } finally {
      error.retryable = false;
      this.#loss = undefined;
    }
    this.#events.listen(this.#forward);
  }

  /** An abort, and an error of the caller's function, are not failures of the stream. */
  #failureOf(cause: unknown): unknown {
    if (cause === this.#loss || !MistralError.isInstance(cause) || AbortError.isInstance(cause)) return cause;
    return new StreamInterruptedError(this.#eventCount, { cause, eventsLost: isRefusedPosition(cause) });
  }

  #tellEnd(failure: StreamFailure | undefined): Promise<unknown> | undefined {
    this.#end();
    return this.#listener?.end(failure);
  }

  #end(): void {
    this.#isOver = true;
    this.#onEnded();
  }
}
