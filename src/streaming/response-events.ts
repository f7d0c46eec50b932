import { abortBehind } from '../errors/abort-error.js';
import { addCallerStack, type Caller } from '../errors/caller.js';
import { abortOf } from '../errors/failure-of.js';
import { noteAttempt, type FailedAttempt } from '../errors/note-attempt.js';
import { ResponseError } from '../errors/response-error.js';
import { StreamInterruptedError } from '../errors/stream-interrupted-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { CallbackFailure } from '../internal/callback-failure.js';
import type { Clock } from '../internal/clock.js';
import { weakReference } from '../internal/garbage-collection.js';
import type { LinkedCancellation } from '../internal/linked-cancellation.js';
import { PendingCallbacks } from '../internal/pending-callbacks.js';
import { untilAborted } from '../internal/until-aborted.js';
import { withoutSecrets } from '../internal/without-secrets.js';
import type { StreamOrigin } from './event-reader.js';
import type { EventIterator, Listener, StreamFailure } from './event-iterator.js';
import { EventQueue, type QueueOptions } from './event-queue.js';
import { cancelBody, readToEnd } from './release-body.js';
import type { RawEvent } from './server-sent-events.js';
import { IdleTimer, type IdleLimits } from './idle-timer.js';

/** A response whose headers have arrived. */
export interface StreamedResponse extends StreamOrigin, FailedAttempt {
  readonly response: Response;
  readonly clock: Clock;
}

export type ReadingOptions = QueueOptions & IdleLimits;

/**
 * The events of one response, read from its body on demand, at most one chunk ahead.
 *
 * Nothing that outlives a read refers to it, so that garbage collection shows when it is abandoned, and its connection can
 * be closed.
 */
export class ResponseEvents<Event> implements EventIterator<Event> {
  readonly #response: StreamedResponse;
  readonly #options: ReadingOptions;
  readonly #queue: EventQueue<Event>;
  readonly #idleTimer: IdleTimer;
  readonly #body: ReadableStreamDefaultReader<Uint8Array>;
  /** The target of the weak reference. Emptied at the end: a runtime keeps a new target until the current task ends. */
  readonly #self: { events: ResponseEvents<Event> | undefined } = { events: this };
  readonly #stopListening: () => void;
  #first: IteratorResult<Event, void> | undefined;
  /** A failure while nobody was reading; the next read throws it. */
  #untold: StreamFailure | undefined;
  #reading: Promise<IteratorResult<Event, void>> | undefined;
  /** The current reader. Released after the read, since its stack may refer to the stream itself. */
  #reader: Caller | undefined;
  #ended = false;
  #onEnded = () => {};
  #listener: Listener<Event> | undefined;
  /** Calls `onEvent`. */
  readonly #callbacks = new PendingCallbacks();
  /** Asynchronous work of listener and callbacks, which the end waits for. */
  #heard: Promise<unknown> | undefined;

  constructor(body: ReadableStream<Uint8Array>, response: StreamedResponse, options: ReadingOptions) {
    this.#response = response;
    this.#options = options;
    const { onEvent } = options;
    const tell = onEvent && ((event: RawEvent) => this.#callbacks.call(onEvent, event));
    const idleTimer = createIdleTimer(response, options);
    this.#idleTimer = idleTimer;
    this.#queue = new EventQueue(response, { ...options, onEvent: tell }, () => idleTimer.reset());
    this.#body = body.getReader();
    this.#stopListening = endOnAbort(this.#self, this.#body, this.#idleTimer, response.cancellation);
  }

  /** The signal has aborted: everything ends now, also while nobody reads. */
  abort(): void {
    if (this.#ended) return;
    this.#untold = { error: this.#fail(undefined, this.#reader) };
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** That of the event which was read last: more may have arrived. */
  get lastEventId(): string | undefined {
    return this.#first ? undefined : this.#queue.lastEventId;
  }

  /** The delay before a reconnect that the server asks for. */
  get retryMs(): number | undefined {
    return this.#queue.retryMs;
  }

  listen(listener: Listener<Event> | undefined): void {
    this.#listener = listener;
    if (this.#untold) this.#tellEnd(this.#untold);
  }

  whenEnded(run: () => void): void {
    this.#onEnded = run;
  }

  /**
   * Read the first event, and keep it for {@link ResponseEvents.next}.
   *
   * @throws {CallbackFailure} if it was `onEvent` that failed.
   */
  async readFirst(): Promise<void> {
    try {
      this.#first = await this.#readOn();
    } catch (error) {
      const { failure } = this.#callbacks;
      throw failure ? new CallbackFailure(failure.error) : error;
    }
  }

  next(reader?: Caller): Promise<IteratorResult<Event, void>> {
    if (this.#reading) {
      const again = () => this.next(reader);
      return this.#reading.then(again, again);
    }
    try {
      // An abort discards what had arrived before.
      if (this.#untold) throw this.#untold.error;
      if (this.#ended && !this.#first) return Promise.resolve(this.#whenHeard());
      const ready = this.#first ?? this.#take();
      this.#first = undefined;
      if (ready) return Promise.resolve(this.#hand(ready));
    } catch (error) {
      return Promise.reject(this.#tell(error, reader) as Error);
    }
    const reading = this.#readOn(reader);
    // It may have failed synchronously.
    if (!this.#ended) this.#reading = reading;
    return reading;
  }

  async return(): Promise<IteratorReturnResult<void>> {
    this.#first = this.#untold = this.#heard = undefined;
    if (!this.#ended) {
      // First: to be told of this abort costs more than the rest of a short stream, and nobody gets its error.
      this.#stopListening();
      this.#response.cancellation.abort();
      this.#close(false);
    }
    return done;
  }

  /** The listener comes first, so that it gets every event that the reader gets, even if the reader stops there. */
  #hand(
    result: IteratorResult<Event, void>,
  ): IteratorResult<Event, void> | Promise<IteratorResult<Event, void>> {
    if (!result.done) this.#listener?.event(result.value);
    if (this.#ended) this.#tellEnd();
    return result.done ? this.#whenHeard() : result;
  }

  #tellEnd(failure?: StreamFailure): void {
    if (!failure) this.#callbacks.throwIfFailed();
    const listener = this.#listener;
    this.#listener = undefined;
    const { pending } = this.#callbacks;
    const heard = listener?.end(failure);
    if (failure || !(heard ?? pending)) return;
    this.#heard = Promise.all([heard, pending]);
    // A reader that breaks at the last event does not await it.
    this.#heard.catch(() => undefined);
  }

  /** The end of the iteration, after the asynchronous work of listener and callbacks. */
  #whenHeard(): IteratorReturnResult<void> | Promise<IteratorReturnResult<void>> {
    const heard = this.#heard;
    this.#heard = undefined;
    return heard ? this.within(heard).then(() => done) : done;
  }

  async within(promise: Promise<unknown>): Promise<unknown> {
    const { call, clock, cancellation } = this.#response;
    const { idleTimeoutMs } = this.#options;
    const stopListening = cancellation.listen();
    const timeOut = () =>
      cancellation.fail(
        new TimeoutError(
          `${call} has ended, but the callbacks for its events did not finish within ${idleTimeoutMs} ms`,
          idleTimeoutMs,
        ),
      );
    const stopTimer = idleTimeoutMs < Infinity ? clock.after(idleTimeoutMs, timeOut) : () => {};
    try {
      return await untilAborted(cancellation, promise);
    } catch (error) {
      throw cancellation.aborted ? abortOf(cancellation) : error;
    } finally {
      stopTimer();
      stopListening();
    }
  }

  /** Read until there is an event, or the end. A single promise for the loop, as it runs for every chunk. */
  async #readOn(reader?: Caller): Promise<IteratorResult<Event, void>> {
    this.#reader = reader;
    try {
      for (;;) {
        this.#idleTimer.wait();
        let chunk: ReadableStreamReadResult<Uint8Array>;
        try {
          chunk = await this.#body.read();
        } catch (cause) {
          throw (
            abortBehind(cause) ??
            new StreamInterruptedError(this.#queue.count, {
              cause: withoutSecrets(cause, this.#response.scrub),
            })
          );
        }
        if (this.#response.cancellation.aborted) throw abortOf(this.#response.cancellation);
        this.#callbacks.throwIfFailed();
        this.#idleTimer.onBytes();
        if (!chunk.done && !ArrayBuffer.isView(chunk.value))
          throw new ResponseError('The stream does not give bytes', this.#response, '');
        if (chunk.done) this.#queue.decodeEnd();
        else this.#queue.decode(chunk.value);
        const result = this.#take();
        if (result) return this.#hand(result);
      }
    } catch (error) {
      throw this.#tell(error, reader);
    } finally {
      this.#reading = this.#reader = undefined;
    }
  }

  /** The next event of the queue; `undefined` if more bytes have to arrive first. */
  #take(): IteratorResult<Event, void> | undefined {
    const result = this.#queue.take();
    // Closed before the last event is returned: a reader that stops there has read everything.
    if (this.#queue.isOver) this.#close(true);
    return result;
  }

  /** @returns the error for the reader, which gets it once. */
  #tell(error: unknown, reader: Caller | undefined): unknown {
    const failure = this.#untold ? addCallerStack(this.#untold.error, reader) : this.#fail(error, reader);
    this.#first = this.#untold = undefined;
    return failure;
  }

  /** @returns the error for the reader: the failure, or an error that its handler has thrown. */
  #fail(error: unknown, reader: Caller | undefined): unknown {
    const { cancellation } = this.#response;
    const failure = addCallerStack(cancellation.aborted ? abortOf(cancellation) : error, reader);
    noteAttempt(failure, this.#response);
    if (!this.#ended) {
      if (failure instanceof Error) this.#response.cancellation.fail(failure);
      this.#close(false);
    }
    try {
      this.#tellEnd({ error: failure });
    } catch (thrown) {
      return thrown;
    }
    return failure;
  }

  #close(complete: boolean): void {
    const { cancellation, clock } = this.#response;
    this.#ended = true;
    this.#self.events = undefined;
    this.#onEnded();
    this.#idleTimer.stop();
    this.#stopListening();
    cancellation.release();
    if (complete) void readToEnd(this.#body, clock);
    else void cancelBody(this.#body, cancellation.reason);
  }
}

const done: IteratorReturnResult<void> = { done: true, value: undefined };

function createIdleTimer({ call, clock, cancellation }: StreamedResponse, limits: IdleLimits) {
  return new IdleTimer(clock, limits, ({ limitMs, lastByteAgoMs, isAlive }) => {
    const connection = isAlive
      ? `the connection is alive (its last byte arrived ${lastByteAgoMs} ms ago), but the model sends nothing`
      : 'no bytes arrived either, so the connection may be dead';
    const message = `${call} got no event with content for ${limitMs} ms: ${connection}`;
    cancellation.fail(new TimeoutError(message, limitMs, { lastByteAgoMs }));
  });
}

/**
 * An abort closes the connection and stops its timer. It also ends a pending read of a body that does not listen to the
 * signal. The linked signals may live longer, so it refers to the events weakly.
 *
 * @returns a function that removes the listener.
 */
function endOnAbort(
  self: { readonly events: ResponseEvents<unknown> | undefined },
  body: ReadableStreamDefaultReader<Uint8Array>,
  idleTimer: IdleTimer,
  cancellation: LinkedCancellation,
): () => void {
  const held = weakReference(self);
  const end = () => {
    idleTimer.stop();
    void cancelBody(body, cancellation.reason);
    held.deref()?.events?.abort();
  };
  if (!cancellation.aborted) return cancellation.onAbort(end);
  queueMicrotask(end);
  return () => {};
}
