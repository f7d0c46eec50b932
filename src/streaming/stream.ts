import { AbortError } from '../errors/abort-error.js';
import { callerHere, tellCaller, writtenOut, type Caller } from '../errors/caller.js';
import { MistralError } from '../errors/mistral-error.js';
import type { Cancellation } from '../internal/cancellation.js';
import { whenCollected } from '../internal/garbage-collection.js';
import type { TaggedEnd } from './event-reader.js';
import type { EventIterator, Listener, StreamSource, StreamWatcher } from './event-iterator.js';
import { readReadable, readResponse, writeReadable, type FromResponseOptions } from './readable.js';
import { tee } from './tee.js';

/** Streams that were opened and dropped: their connection is closed, and the caller's signal let go. */
const abandoned = /* @__PURE__ */ whenCollected<Cancellation>((cancellation) => cancellation.abort());

/** What is registered outlives the collections of young objects, with all that it holds; so not for longer than it must. */
function closeWhenCollected(
  stream: Stream<unknown>,
  cancellation: Cancellation,
  events: EventIterator<unknown>,
): void {
  abandoned.register(stream, cancellation, cancellation);
  events.whenEnded(() => abandoned.unregister(cancellation));
}

/** Reads the events of a stream, one by one. */
export interface StreamIterator<Event> extends AsyncIterable<Event> {
  next(): Promise<IteratorResult<Event, void>>;
  /** Leave the stream: its request ends. */
  return(): Promise<IteratorResult<Event, void>>;
  [Symbol.asyncIterator](): this;
}

interface StreamClass<S> {
  new (source: StreamSource<never>): S;
  readonly end: TaggedEnd;
}

/** Send the request of a stream and wait for its first event, for the rooms above. */
export let openStream: (stream: Stream<unknown>) => Promise<void>;

/** Whether somebody reads a stream, or did. */
export let isTaken: (stream: Stream<unknown>) => boolean;

/** Read a stream for somebody else. */
export let readFor: <Event>(reader: Caller, stream: Stream<Event>) => StreamIterator<Event>;

/**
 * The events of one streamed answer, readable once.
 *
 * The request is sent when the first event is asked for, or the call is awaited. Leaving a `for await` early
 * aborts it, so the model stops and billing stops with it. An answer that ends before its final event throws,
 * rather than passing for a short one.
 */
export class Stream<Event> implements AsyncIterable<Event> {
  /** How the API ends such a stream where it sends no `[DONE]`: a server may pass its bytes on as they are. */
  static get end(): TaggedEnd {
    return {};
  }

  readonly #source: StreamSource<Event>;
  #listener: Listener<Event> | undefined;
  #isTaken = false;
  #events: EventIterator<Event> | undefined;

  /** @param listener - Is told every event just before its reader. */
  constructor(source: StreamSource<Event>, listener?: Listener<Event>) {
    this.#source = source;
    this.#listener = listener;
    // Not in a static block: that would keep bundlers from dropping the class where nobody uses it.
    openStream ??= async (stream) => void (await stream.#open());
    isTaken ??= (stream) => stream.#isTaken;
    readFor ??= (reader, stream) => stream.#read(reader);
  }

  /**
   * The other end of {@link Stream.toReadableStream}, where its bytes come as a response: in a page, of a server that calls the
   * API. The API's own bytes, passed on as they are, will do as well. Reading fails as a call does: with an {@link APIError} for a status that is not a success, a {@link ResponseError} for
   * what is not an event stream, a {@link ConnectionError} if there is no response, and an {@link AbortError} if the signal
   * aborts.
   *
   * @param response - What `fetch` gives, awaited or not.
   * @throws {ArgumentError} for something that is not a response, or one whose body was read.
   *
   * @example
   * ```ts
   * const { signal } = new AbortController();
   * const response = fetch('/api/chat', { method: 'POST', body: 'Bonjour', signal });
   * for await (const text of CompletionStream.fromResponse(response, { signal }).text()) console.log(text);
   * ```
   */
  static fromResponse<S>(
    this: StreamClass<S>,
    response: Response | PromiseLike<Response>,
    options?: FromResponseOptions,
  ): S {
    return new this(readResponse(response, this.end, options));
  }

  /**
   * The same for bytes that came without a response, as from a worker.
   *
   * @throws {ArgumentError} for something that is not a `ReadableStream`, or one that is being read.
   *
   * @example
   * ```ts
   * const sent = mistral.chat.stream({ model, messages }).toReadableStream();
   * const stream = CompletionStream.fromReadableStream(sent);
   * for await (const chunk of stream) console.log(textOf(chunk));
   * ```
   */
  static fromReadableStream<S>(this: StreamClass<S>, readable: ReadableStream<Uint8Array>): S {
    return new this(readReadable(readable, this.end));
  }

  /** Aborts the request, whatever it is doing; {@link Stream.abort} is the same in one call. */
  get controller(): AbortController {
    return this.#source.cancellation.controller;
  }

  /** The last `id` that the server gave to an event. The API gives none; a gateway may. */
  get lastEventId(): string | undefined {
    return this.#events?.lastEventId;
  }

  /** End the request now. Whoever reads the stream gets an {@link AbortError}. */
  abort(reason?: unknown): void {
    this.#source.cancellation.abort(reason);
  }

  /**
   * Two streams out of this one, each with all events. What one has read and the other has not is kept in memory.
   * Leaving or aborting one does not disturb the other; the request ends when both were left.
   *
   * @throws {MistralError} if the stream was read already.
   */
  tee(): [Stream<Event>, Stream<Event>] {
    const branches = tee<Event>({
      // Each branch holds the reader of this stream, also when it is dropped itself.
      events: this.#read(writtenOut(callerHere())),
      lastEventId: () => this.lastEventId,
      // Whoever has heard of the end has events.
      within: (promise) => this.#events!.within(promise),
    });
    const constructor = this.constructor as new (source: StreamSource<Event>) => Stream<Event>;
    return branches.map((branch) => new constructor(branch)) as [Stream<Event>, Stream<Event>];
  }

  /**
   * The events as bytes of a `text/event-stream` that ends with `[DONE]`, for handing them on: `new Response()`
   * takes it as its body. Cancelling it ends the request, and an error of the stream is one of the bytes, so that
   * whoever reads them knows a broken answer from a short one.
   *
   * @throws {MistralError} if the stream was read already.
   */
  toReadableStream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return writeReadable(this[Symbol.asyncIterator]());
  }

  /**
   * @throws {MistralError} the second time: the events are gone once they were read.
   * @throws {APIError} for an error that the API reports inside the stream.
   * @throws {StreamInterruptedError} if the connection closes before the final event.
   * @throws {TimeoutError} if nothing is said for `firstEventTimeoutMs`, and later for `idleTimeoutMs`.
   */
  [Symbol.asyncIterator](): StreamIterator<Event> {
    return this.#read(callerHere());
  }

  #read(caller: Caller): StreamIterator<Event> {
    if (this.#isTaken) {
      throw new MistralError(
        'This stream was read already; streams can be read once. `tee()` makes two out of one, before it is read',
      );
    }
    this.#isTaken = true;
    let events: EventIterator<Event> | undefined;
    let opening: Promise<void> | undefined;
    let isLeft = false;
    const open = async () => {
      try {
        const opened = await this.#open();
        const { aborted, reason } = this.#source.cancellation;
        if (aborted) throw new AbortError(reason);
        this.#listener = watched(this.#source.watch?.(), this.#listener);
        opened.listen(this.#listener);
        events = opened;
      } catch (failure) {
        tellCaller(failure, caller);
        this.#listener?.end({ error: failure });
        throw failure;
      }
    };
    const next = async () => {
      opening ??= open();
      await opening;
      return events!.next(caller);
    };
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: () => {
        if (events) return events.next(caller);
        return isLeft ? Promise.resolve(done) : next();
      },
      return: async () => {
        isLeft = true;
        if (!events?.ended) {
          this.#listener?.leave();
          events?.listen(undefined);
          this.#source.cancellation.abort();
        }
        // Left while the answer was on its way.
        await opening?.catch(() => undefined);
        await events?.return();
        return done;
      },
    };
  }

  async #open(): Promise<EventIterator<Event>> {
    if (!this.#events) {
      this.#events = await this.#source.open();
      if (!this.#events.ended) closeWhenCollected(this, this.#source.cancellation, this.#events);
    }
    return this.#events;
  }
}

/** A listener with another beside it, who is told first: of the end, all events have been heard by then. */
const watched = <Event>(
  watch: StreamWatcher | undefined,
  listener: Listener<Event> | undefined,
): Listener<Event> | undefined =>
  watch
    ? {
        event: (event) => listener?.event(event),
        end(failure) {
          watch.end(failure);
          return listener?.end(failure);
        },
        leave() {
          watch.leave();
          listener?.leave();
        },
      }
    : listener;

const done: IteratorReturnResult<void> = { done: true, value: undefined };
