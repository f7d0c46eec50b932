import { abortOf } from '../errors/failure-of.js';
import { MistralError } from '../errors/mistral-error.js';
import { ResponseError } from '../errors/response-error.js';
import { StreamInterruptedError } from '../errors/stream-interrupted-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import type { Clock } from '../internal/clock.js';
import { drain } from '../internal/drain.js';
import type { Following } from '../internal/follow-signal.js';
import { readEvent, type StreamEnd, type StreamOrigin } from './event-reader.js';
import { decodeServerSentEvents } from './server-sent-events.js';

/** Streams that were opened and dropped unread: their connection is closed, their listener taken off. */
const abandoned = new FinalizationRegistry<Following>(({ controller, release }) => {
  release();
  controller.abort();
});

/**
 * The events of one streamed answer, readable once.
 *
 * Leaving a `for await` early aborts the request, so the model stops and billing stops with it. An answer
 * that ends before its final event throws, rather than passing for a short one.
 */
export class Stream<Event> implements AsyncIterable<Event> {
  /** Aborts the request. {@link Stream.abort} is the same in one call. */
  readonly controller: AbortController;
  readonly #following: Following;
  #first: IteratorResult<Event, void> | undefined;
  #events: AsyncGenerator<Event, void> | undefined;

  /** @param first - What was read of the events already. */
  constructor(
    events: AsyncGenerator<Event, void>,
    following: Following,
    first: IteratorResult<Event, void> | undefined,
  ) {
    this.#events = events;
    this.#first = first;
    this.#following = following;
    this.controller = following.controller;
    if (!first?.done) abandoned.register(this, following, this);
  }

  /** End the request now. A loop over the stream then throws an {@link AbortError}. */
  abort(reason?: unknown): void {
    this.controller.abort(reason);
  }

  /**
   * @throws {MistralError} the second time: the events are gone once they were read.
   * @throws {APIError} for an error that the API reports inside the stream.
   * @throws {StreamInterruptedError} if the connection closes before the final event.
   * @throws {TimeoutError} if no event comes for `idleTimeoutMs`.
   */
  [Symbol.asyncIterator](): Required<Pick<AsyncIterator<Event>, 'next' | 'return'>> {
    const events = this.#events;
    if (!events) throw new MistralError('This stream was read already; streams can be read once');
    this.#events = undefined;
    return {
      next: async () => {
        const first = this.#first;
        this.#first = undefined;
        if (!first) return events.next() as Promise<IteratorResult<Event>>;
        // It arrived before the abort, and is not wanted any more.
        if (!first.done && this.controller.signal.aborted) {
          await events.return();
          throw abortOf(this.#following);
        }
        return first as IteratorResult<Event>;
      },
      return: async () => {
        this.#first = undefined;
        return (await events.return()) as IteratorResult<Event>;
      },
    };
  }
}

/** How long a stream may be silent. */
export interface StreamClocks {
  readonly firstEventTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

/** What a stream is opened on: an answer whose head has arrived. */
export interface StreamSource extends StreamOrigin {
  readonly clock: Clock;
  /** Ends the time limit that holds until the answer begins. */
  handOver(): void;
}

/**
 * Open the stream of an answer, up to its first event: until then, a failure may be tried again.
 *
 * @throws {ResponseError} if the answer is no event stream, with the beginning of what it is instead.
 */
export async function openStream<Event>(
  source: StreamSource,
  end: StreamEnd,
  clocks: StreamClocks,
): Promise<Stream<Event>> {
  const { response, following } = source;
  if (!/^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '') || response.body === null) {
    throw await notAStream(source);
  }
  source.handOver();
  const events = eventsOf<Event>(response.body, source, end, clocks);
  return new Stream(events, following, await events.next());
}

const excerptBytes = 4096;

async function notAStream(source: StreamSource): Promise<Error> {
  const { signal } = source.following.controller;
  const { text } = await drain(source.response, signal, excerptBytes);
  return signal.aborted
    ? abortOf(source.following)
    : new ResponseError('The answer is no event stream', source, text);
}

async function* eventsOf<Event>(
  body: ReadableStream<Uint8Array>,
  source: StreamSource,
  end: StreamEnd,
  { firstEventTimeoutMs, idleTimeoutMs }: StreamClocks,
): AsyncGenerator<Event, void> {
  const { following, clock, call } = source;
  const { controller } = following;
  let eventCount = 0;
  let complete = false;
  const startTimer = () => {
    const [limitMs, what] =
      eventCount === 0
        ? [firstEventTimeoutMs, 'sent no event after its head within']
        : [idleTimeoutMs, `sent no event after the first ${eventCount} for`];
    return clock.after(limitMs, () =>
      following.end(new TimeoutError(`${call} ${what} ${limitMs} ms`, limitMs)),
    );
  };
  let stopTimer = startTimer();
  try {
    for await (const message of decodeServerSentEvents(body, controller.signal)) {
      // Events that had arrived before the abort are not wanted either.
      controller.signal.throwIfAborted();
      const reading = readEvent(message, end, source);
      if (reading.kind === 'sentinel') {
        complete = true;
        return;
      }
      eventCount += 1;
      // Set before handing out: a loop that stops at the last event has read everything.
      complete = reading.kind === 'last event';
      stopTimer();
      // The description is the only witness to the type: answers are not validated.
      yield reading.value as Event;
      if (complete) return;
      stopTimer = startTimer();
    }
    throw new StreamInterruptedError(eventCount);
  } catch (error) {
    const failure = controller.signal.aborted
      ? abortOf(following)
      : MistralError.isInstance(error)
        ? error
        : new StreamInterruptedError(eventCount, { cause: error });
    following.end(failure);
    throw failure;
  } finally {
    stopTimer();
    following.release();
    if (!complete) controller.abort();
  }
}
