import { AbortError } from '../errors/abort-error.js';
import { captureCaller, addCallerStack, formatted, type Caller } from '../errors/caller.js';
import { MistralError } from '../errors/mistral-error.js';
import type { Cancellation } from '../internal/cancellation.js';
import { whenCollected } from '../internal/garbage-collection.js';
import type { TaggedEnd } from './event-reader.js';
import type {
  EventIterator,
  Listener,
  ResumeOptions,
  StreamSource,
  StreamWatcher,
} from './event-iterator.js';
import { readReadable, readResponse, writeReadable, type FromResponseOptions } from './readable.js';
import { tee } from './tee.js';

/** Closes the connection of streams that were opened and abandoned, and releases the caller's signal. */
const abandoned = /* @__PURE__ */ whenCollected<Cancellation>((cancellation) => cancellation.abort());

/** A registered object, with everything that it refers to, survives minor garbage collections, so it is registered only while needed. */
function closeWhenCollected(
  stream: Stream<unknown>,
  cancellation: Cancellation,
  events: EventIterator<unknown>,
): void {
  abandoned.register(stream, cancellation, cancellation);
  events.whenEnded(() => abandoned.unregister(cancellation));
}

/** Iterates the events of a stream. */
export interface StreamIterator<Event> extends AsyncIterable<Event> {
  next(): Promise<IteratorResult<Event, void>>;
  /** Stop reading: the request is aborted. */
  return(): Promise<IteratorResult<Event, void>>;
  [Symbol.asyncIterator](): this;
}

interface StreamClass<S> {
  new (source: StreamSource<never>): S;
  readonly end: TaggedEnd;
}

/** Send the request of a stream and wait for its first event. */
export let openStream: (stream: Stream<unknown>) => Promise<void>;

/** Whether a stream was read, or is being read. */
export let isTaken: (stream: Stream<unknown>) => boolean;

/** Read a stream on behalf of another caller. */
export let readFor: <Event>(reader: Caller, stream: Stream<Event>) => StreamIterator<Event>;

/**
 * The events of one streamed response, readable once.
 *
 * The request is sent when the first event is read, or the call is awaited. Breaking out of a `for await` aborts it, so the
 * model stops, and billing with it. A response that ends before its final event is an error, not a short response.
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

  /** @param listener - Gets every event just before the reader. */
  constructor(source: StreamSource<Event>, listener?: Listener<Event>) {
    this.#source = source;
    this.#listener = listener;
    // Not in a static block, which would keep bundlers from dropping an unused class.
    openStream ??= async (stream) => void (await stream.#open());
    isTaken ??= (stream) => stream.#isTaken;
    readFor ??= (reader, stream) => stream.#read(reader);
  }

  /**
   * The inverse of {@link Stream.toReadableStream} for a response, such as in a page whose server calls the API. It also reads the
   * API's own bytes, which a server may pass on as they are; a plain `Stream` expects `[DONE]` after them. Reading fails like a call: with an {@link APIError} for an error
   * status, a {@link ResponseError} if it is not an event stream, a {@link ConnectionError} if there is no response, and an
   * {@link AbortError} if the signal aborts.
   *
   * @param response - The result of `fetch`, awaited or not.
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
   * The same for bytes without a response, such as from a worker.
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

  /** Aborts the request at any time; {@link Stream.abort} is a shortcut. */
  get controller(): AbortController {
    return this.#source.cancellation.controller;
  }

  /** The last `id` up to the event that was read last. */
  get lastEventId(): string | undefined {
    return this.#events?.lastEventId;
  }

  /** Abort the request. Readers of the stream get an {@link AbortError}. */
  abort(reason?: unknown): void {
    this.#source.cancellation.abort(reason);
  }

  /**
   * Another stream of the same call, with the events after the last one that was read. It works after the end, a failure or
   * an abort; a stream that is still open is aborted.
   *
   * An event whose id was read before is skipped, as far as the last 10,000 ids tell. If the server refuses the last id, the
   * resumed stream fails with {@link StreamInterruptedError.eventsLost}; if it leaves out events without refusing, nothing can
   * tell, since ids that skip numbers may be those of filtered events.
   *
   * @throws {MistralError} if the operation cannot be resumed, or the last event had no `id`.
   */
  resume(options?: ResumeOptions): this {
    const { resume } = this.#source;
    if (!resume) {
      throw new MistralError(
        'This stream cannot be resumed: only streams of operations that take the id of the last event can, and not branches of `tee()`',
      );
    }
    const resumed = resume(options);
    this.abort();
    // The same kind of stream, and a promise if the method returned one.
    return resumed as this;
  }

  /**
   * Split this stream into two, each with all events. Events that only one has read are buffered. Cancelling or aborting one
   * does not affect the other; the request is aborted when both are cancelled.
   *
   * @throws {MistralError} if the stream was already read.
   */
  tee(): [Stream<Event>, Stream<Event>] {
    const branches = tee<Event>({
      // Each branch refers to the reader of this stream, also when the stream itself is abandoned.
      events: this.#read(formatted(captureCaller())),
      lastEventId: () => this.lastEventId,
      // A listener that got the end has an open iterator.
      within: (promise) => this.#events!.within(promise),
    });
    const constructor = this.constructor as new (source: StreamSource<Event>) => Stream<Event>;
    return branches.map((branch) => new constructor(branch)) as [Stream<Event>, Stream<Event>];
  }

  /**
   * The events as bytes of a `text/event-stream` that ends with `[DONE]`, to pass them on as the body of a `new Response()`.
   * Cancelling it aborts the request. An error of the stream is written as an event, so that its readers can tell an
   * interrupted response from a short one.
   *
   * @throws {MistralError} if the stream was already read.
   */
  toReadableStream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return writeReadable(this[Symbol.asyncIterator]());
  }

  /**
   * @throws {MistralError} the second time, as events are not kept.
   * @throws {APIError} for an error that the API reports inside the stream.
   * @throws {StreamInterruptedError} if the connection closes before the final event.
   * @throws {TimeoutError} without an event for `firstEventTimeoutMs`, and later for `idleTimeoutMs`.
   */
  [Symbol.asyncIterator](): StreamIterator<Event> {
    return this.#read(captureCaller());
  }

  #read(caller: Caller): StreamIterator<Event> {
    if (this.#isTaken) {
      throw new MistralError(
        'This stream was already read; streams can be read only once. Call `tee()` before reading to get two of it',
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
        addCallerStack(failure, caller);
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
        const isRunning = !events?.ended;
        if (isRunning) {
          this.#listener?.leave();
          events?.listen(undefined);
        }
        const closing = events?.return();
        // Afterwards, as closed events do not make an error of it.
        if (isRunning) this.#source.cancellation.abort();
        // Cancelled before the response arrived.
        await opening?.catch(() => undefined);
        await closing;
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

/** Combines two listeners. The other one gets the end first, after all events. */
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
