import { abortBehind } from '../errors/abort-error.js';
import { APIError } from '../errors/api-error.js';
import { tellCaller, type Caller } from '../errors/caller.js';
import { abortOf } from '../errors/failure-of.js';
import { noteAttempt, type FailedAttempt } from '../errors/note-attempt.js';
import { ResponseError } from '../errors/response-error.js';
import { StreamInterruptedError } from '../errors/stream-interrupted-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { CallbackFailure } from '../internal/callback-failure.js';
import type { Clock } from '../internal/clock.js';
import { weakly } from '../internal/collected.js';
import type { Following } from '../internal/follow-signals.js';
import { Promised } from '../internal/promised.js';
import { untilAborted } from '../internal/until-aborted.js';
import { withoutSecrets } from '../internal/without-secrets.js';
import {
  endsWithBody,
  isTerminal,
  nothing,
  parseTogether,
  readEvent,
  sentinel,
  type StreamEnd,
  type StreamOrigin,
} from './event-reader.js';
import type { EventIterator, Listener, StreamFailure } from './event-iterator.js';
import { saysNothing } from './says-nothing.js';
import {
  EventTooLarge,
  ServerSentEventDecoder,
  type RawEvent,
  type ServerSentEvent,
} from './server-sent-events.js';
import { Silence, type SilenceLimits } from './silence.js';

/** An answer whose head has arrived. */
export interface StreamedAnswer extends StreamOrigin, FailedAttempt {
  readonly response: Response;
  readonly clock: Clock;
}

export interface ReadingOptions extends SilenceLimits {
  readonly end: StreamEnd;
  readonly maxEventBytes: number;
  /** Is shown everything that arrives, comments included. */
  readonly onEvent?: ((event: RawEvent) => void) | undefined;
}

/** How long the end of a body is waited for once its last event has come. */
const lingerMs = 250;

/**
 * The events of one answer, read from its body as they are asked for and one piece ahead at the most.
 *
 * Nothing that outlives a read refers to it, so that one that is dropped can be noticed and its connection closed.
 */
export class ResponseEvents<Event> implements EventIterator<Event> {
  readonly #answer: StreamedAnswer;
  readonly #options: ReadingOptions;
  readonly #decoder: ServerSentEventDecoder;
  readonly #silence: Silence;
  readonly #body: ReadableStreamDefaultReader<Uint8Array>;
  readonly #stopFollowing: () => void;
  /** What the decoder has given, unread. */
  readonly #events: ServerSentEvent[] = [];
  /** What has arrived, and how much of it was handed out. */
  #queue: unknown[] = [];
  #taken = 0;
  /** What follows the queue: nothing, since the answer is complete, or a failure. */
  #isComplete = false;
  #fault: StreamFailure | undefined;
  /** Whether something that has just arrived has ended the silence. */
  #isHeard = false;
  #first: IteratorResult<Event, void> | undefined;
  /** It ended while nobody was reading; whoever reads on is told. */
  #untold: StreamFailure | undefined;
  #reading: Promise<IteratorResult<Event, void>> | undefined;
  /** Who is reading: not held when nobody is, since a stack may hold on to the stream itself. */
  #reader: Caller | undefined;
  #eventCount = 0;
  #ended = false;
  #onEnded = () => {};
  #listener: Listener<Event> | undefined;
  /** Calls `onEvent`. */
  readonly #promised = new Promised();
  /** What the listener wants to be waited for at the end. */
  #heard: Promise<unknown> | undefined;

  constructor(body: ReadableStream<Uint8Array>, answer: StreamedAnswer, options: ReadingOptions) {
    this.#answer = answer;
    this.#options = options;
    const onMessage = (event: ServerSentEvent) => void this.#events.push(event);
    const { onEvent } = options;
    const tell = onEvent && ((event: RawEvent) => this.#promised.call(onEvent, event));
    this.#decoder = new ServerSentEventDecoder({ ...options, onMessage, onEvent: tell });
    this.#silence = watchSilence(answer, options);
    this.#body = body.getReader();
    this.#stopFollowing = endOnAbort(this, this.#body, this.#silence, answer.following);
  }

  /** The signal has aborted: everything ends now, whether somebody reads or not. */
  abort(): void {
    if (this.#ended) return;
    this.#untold = { error: this.#fail(undefined, this.#reader) };
  }

  get ended(): boolean {
    return this.#ended;
  }

  get lastEventId(): string | undefined {
    return this.#decoder.lastEventId;
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
      const { failure } = this.#promised;
      throw failure ? new CallbackFailure(failure.error) : error;
    }
  }

  next(reader?: Caller): Promise<IteratorResult<Event, void>> {
    if (this.#reading) {
      const again = () => this.next(reader);
      return this.#reading.then(again, again);
    }
    try {
      // What arrived before an abort is not wanted any more.
      if (this.#untold) throw this.#untold.error;
      if (this.#ended && !this.#first) return Promise.resolve(this.#whenHeard());
      const ready = this.#first ?? this.#take();
      this.#first = undefined;
      if (ready) return Promise.resolve(this.#hand(ready));
    } catch (error) {
      return Promise.reject(this.#tell(error, reader) as Error);
    }
    const reading = this.#readOn(reader);
    // What failed in the same tick is over already.
    if (!this.#ended) this.#reading = reading;
    return reading;
  }

  async return(): Promise<IteratorReturnResult<void>> {
    this.#first = this.#untold = this.#heard = undefined;
    if (!this.#ended) this.#close(false);
    return done;
  }

  /** Tell the listener first: a reader that stops at an event has had all that belongs to it. */
  #hand(
    result: IteratorResult<Event, void>,
  ): IteratorResult<Event, void> | Promise<IteratorResult<Event, void>> {
    if (!result.done) this.#listener?.event(result.value);
    if (this.#ended) this.#tellEnd();
    return result.done ? this.#whenHeard() : result;
  }

  #tellEnd(failure?: StreamFailure): void {
    if (!failure) this.#promised.throwIfFailed();
    const listener = this.#listener;
    this.#listener = undefined;
    const { pending } = this.#promised;
    const heard = listener?.end(failure);
    if (failure || !(heard ?? pending)) return;
    this.#heard = Promise.all([heard, pending]);
    // Whoever leaves at the last event does not listen to it.
    this.#heard.catch(() => undefined);
  }

  /** The end, which comes when all that was told of events is done with them. */
  #whenHeard(): IteratorReturnResult<void> | Promise<IteratorReturnResult<void>> {
    const heard = this.#heard;
    this.#heard = undefined;
    return heard ? this.within(heard).then(() => done) : done;
  }

  async within(promise: Promise<unknown>): Promise<unknown> {
    const { call, clock, following } = this.#answer;
    const { idleTimeoutMs } = this.#options;
    following.follow();
    const timeOut = () =>
      following.end(
        new TimeoutError(
          `${call} has ended, and what was called for its events was not done in ${idleTimeoutMs} ms`,
          idleTimeoutMs,
        ),
      );
    const stopTimer = idleTimeoutMs < Infinity ? clock.after(idleTimeoutMs, timeOut) : () => {};
    try {
      return await untilAborted(following, promise);
    } catch (error) {
      throw following.aborted ? abortOf(following) : error;
    } finally {
      stopTimer();
      following.release();
    }
  }

  /** Read on until there is an event, or no more of them. One promise for all of it: this runs for every piece. */
  async #readOn(reader?: Caller): Promise<IteratorResult<Event, void>> {
    this.#reader = reader;
    try {
      for (;;) {
        this.#silence.wait();
        let piece: ReadableStreamReadResult<Uint8Array>;
        try {
          piece = await this.#body.read();
        } catch (cause) {
          throw (
            abortBehind(cause) ??
            new StreamInterruptedError(this.#eventCount, {
              cause: withoutSecrets(cause, this.#answer.scrub),
            })
          );
        }
        if (this.#answer.following.aborted) throw abortOf(this.#answer.following);
        this.#promised.throwIfFailed();
        this.#silence.hearBytes();
        if (piece.done) return this.#hand(this.#readEnd());
        if (!ArrayBuffer.isView(piece.value))
          throw new ResponseError('The stream does not give bytes', this.#answer, '');
        this.#decode(piece.value);
        const result = this.#take();
        if (result) return this.#hand(result);
      }
    } catch (error) {
      throw this.#tell(error, reader);
    } finally {
      this.#reading = this.#reader = undefined;
    }
  }

  #decode(bytes: Uint8Array): void {
    this.#queue = [];
    this.#taken = 0;
    this.#isHeard = false;
    let fault: StreamFailure | undefined;
    try {
      this.#decoder.decode(bytes);
    } catch (error) {
      fault = { error: error instanceof EventTooLarge ? this.#tooLarge() : error };
    }
    this.#receive(this.#events.splice(0));
    this.#fault ??= fault;
  }

  #tooLarge(): ResponseError {
    const { maxEventBytes } = this.#options;
    const problem = `A line or an event of the stream is larger than \`maxEventBytes\`, which is ${maxEventBytes}`;
    return new ResponseError(problem, this.#answer, '');
  }

  /** Put events into the queue. What follows the end or a failure is ignored. */
  #receive(events: readonly ServerSentEvent[]): void {
    if (this.#isComplete || this.#fault) return;
    const { end } = this.#options;
    const parsed = parseTogether(events, end);
    try {
      for (let index = 0; index < events.length && !this.#isComplete; index += 1) {
        const value = readEvent(events[index]!, end, this.#answer, parsed?.[index]);
        this.#isComplete = value === sentinel || isTerminal(value, end);
        if (value !== sentinel && value !== nothing) this.#keep(value);
      }
    } catch (error) {
      this.#fault = { error };
    }
  }

  #keep(value: unknown): void {
    this.#queue.push(value);
    this.#eventCount += 1;
    if (this.#isHeard || saysNothing(value)) return;
    this.#isHeard = true;
    this.#silence.end();
  }

  /** The standard drops an event without a blank line after it; one that ends the stream, or reports an error, says enough. */
  #readEnd(): IteratorResult<Event, void> {
    const eventCount = this.#eventCount;
    const last = this.#decoder.unfinished();
    this.#queue = [];
    this.#taken = 0;
    if (last) this.#receive([last]);
    this.#isComplete ||= !this.#fault && endsWithBody(this.#options.end);
    if (this.#isComplete) return this.#take()!;
    const fault = this.#fault?.error;
    throw APIError.isInstance(fault) ? fault : new StreamInterruptedError(eventCount);
  }

  /** The next of what has arrived, or `undefined` if more has to arrive first. */
  #take(): IteratorResult<Event, void> | undefined {
    const isEmpty = this.#taken === this.#queue.length;
    if (isEmpty && this.#fault) throw this.#fault.error;
    if (isEmpty && !this.#isComplete) return undefined;
    // The description is the only witness to the type: answers are not validated.
    const value = this.#queue[this.#taken++] as Event;
    // Closed before the last event is handed out: whoever stops at it has read everything.
    if (this.#isComplete && this.#taken >= this.#queue.length) this.#close(true);
    return isEmpty ? done : { done: false, value };
  }

  /** @returns what whoever reads is told, once. */
  #tell(error: unknown, reader: Caller | undefined): unknown {
    const failure = this.#untold ? tellCaller(this.#untold.error, reader) : this.#fail(error, reader);
    this.#first = this.#untold = undefined;
    return failure;
  }

  /** @returns what whoever reads is told: the failure, or what a handler of it has thrown instead. */
  #fail(error: unknown, reader: Caller | undefined): unknown {
    const failure = tellCaller(
      this.#answer.following.aborted ? abortOf(this.#answer.following) : error,
      reader,
    );
    noteAttempt(failure, this.#answer);
    if (!this.#ended) {
      if (failure instanceof Error) this.#answer.following.end(failure);
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
    const { following, clock } = this.#answer;
    this.#ended = true;
    this.#onEnded();
    this.#silence.stop();
    this.#stopFollowing();
    following.release();
    if (complete) void readToEnd(this.#body, clock);
    else void leave(this.#body);
  }
}

const done: IteratorReturnResult<void> = { done: true, value: undefined };

function watchSilence({ call, clock, following }: StreamedAnswer, limits: SilenceLimits) {
  return new Silence(clock, limits, ({ limitMs, lastByteAgoMs, isAlive }) => {
    const witness = isAlive
      ? `the connection is alive, its last byte came ${lastByteAgoMs} ms ago, but the model is silent`
      : 'not a byte came either, so the connection may be dead';
    const message = `${call} got no event that says anything for ${limitMs} ms; ${witness}`;
    following.end(new TimeoutError(message, limitMs, { lastByteAgoMs }));
  });
}

/**
 * With the signal, the connection and its timer end, and a pending read with them, also of a body that does not know it.
 * What the signal follows may outlive all of this: it holds the events no more than it must.
 *
 * @returns what takes it back.
 */
function endOnAbort(
  events: ResponseEvents<unknown>,
  body: ReadableStreamDefaultReader<Uint8Array>,
  silence: Silence,
  following: Following,
): () => void {
  const held = weakly(events);
  const end = () => {
    silence.stop();
    void body.cancel(following.reason).catch(() => undefined);
    held.deref()?.abort();
  };
  if (!following.aborted) return following.onAbort(end);
  queueMicrotask(end);
  return () => {};
}

/** The end of a body usually comes with its last event. Once it was seen, the connection serves the next call. */
async function readToEnd(body: ReadableStreamDefaultReader<Uint8Array>, clock: Clock): Promise<void> {
  const stopTimer = clock.after(lingerMs, () => void leave(body));
  try {
    while (!(await body.read()).done);
  } catch {
    // The answer is complete, whatever becomes of its connection.
  } finally {
    stopTimer();
  }
}

async function leave(body: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  // A body that failed rejects the cancelling too, and its failure is already on its way out.
  await body.cancel().catch(() => undefined);
}
