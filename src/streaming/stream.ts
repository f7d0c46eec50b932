import { AbortError } from '../errors/abort-error.js';
import { failureOf } from '../errors/failure-of.js';
import { MistralError } from '../errors/mistral-error.js';
import { ResponseError } from '../errors/response-error.js';
import { StreamInterruptedError } from '../errors/stream-interrupted-error.js';
import type { Following } from '../internal/follow-signal.js';
import { readEvent, type StreamEnd, type StreamOrigin } from './event-reader.js';
import { decodeServerSentEvents } from './server-sent-events.js';

/**
 * The events of one streamed answer, readable once.
 *
 * Leaving a `for await` early aborts the request, so the model stops and billing stops with it. An answer
 * that ends before its final event throws, rather than passing for a short one.
 */
export class Stream<Event> implements AsyncIterable<Event> {
  /** Aborts the request. {@link Stream.abort} is the same in one call. */
  readonly controller: AbortController;
  #events: AsyncGenerator<Event> | undefined;

  constructor(events: AsyncGenerator<Event>, controller: AbortController) {
    this.#events = events;
    this.controller = controller;
  }

  /** End the request now. A loop over the stream then throws an {@link AbortError}. */
  abort(reason?: unknown): void {
    this.controller.abort(reason);
  }

  /**
   * @throws {MistralError} the second time: the events are gone once they were read.
   * @throws {APIError} for an error that the API reports inside the stream.
   * @throws {StreamInterruptedError} if the connection closes before the final event.
   */
  [Symbol.asyncIterator](): Required<Pick<AsyncIterator<Event>, 'next' | 'return'>> {
    const events = this.#events;
    if (!events) throw new MistralError('This stream was read already; streams can be read once');
    this.#events = undefined;
    let started = false;
    return {
      next: () => {
        started = true;
        return events.next();
      },
      return: () => {
        // A generator that never ran has no `finally` to run either.
        if (!started) this.controller.abort();
        return events.return(undefined);
      },
    };
  }
}

/**
 * Open the stream of an answer.
 *
 * @throws {ResponseError} if the answer is no event stream, with the beginning of what it is instead.
 */
export async function openStream<Event>(
  origin: StreamOrigin,
  end: StreamEnd,
  following: Following,
): Promise<Stream<Event>> {
  const { response } = origin;
  if (!/^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '') || response.body === null) {
    throw await notAStream(origin, following);
  }
  return new Stream(eventsOf<Event>(response.body, origin, end, following), following.controller);
}

async function notAStream(
  { call, response }: StreamOrigin,
  { controller, release }: Following,
): Promise<Error> {
  try {
    return new ResponseError('The answer is no event stream', response, await response.text());
  } catch (cause) {
    return failureOf(call, 'was cut off in the middle of its answer', cause, controller.signal);
  } finally {
    release();
  }
}

async function* eventsOf<Event>(
  body: ReadableStream<Uint8Array>,
  origin: StreamOrigin,
  end: StreamEnd,
  { controller, release }: Following,
): AsyncGenerator<Event> {
  const { signal } = controller;
  let eventCount = 0;
  let complete = false;
  try {
    for await (const message of decodeServerSentEvents(body)) {
      // Events that had arrived before the abort are not wanted either.
      signal.throwIfAborted();
      const reading = readEvent(message, end, origin);
      if (reading.kind === 'sentinel') {
        complete = true;
        return;
      }
      eventCount += 1;
      // Set before handing out: a loop that stops at the last event has read everything.
      complete = reading.kind === 'last event';
      // The description is the only witness to the type: answers are not validated.
      yield reading.value as Event;
      if (complete) return;
    }
    throw new StreamInterruptedError(eventCount);
  } catch (error) {
    if (signal.aborted) throw new AbortError(signal.reason);
    throw MistralError.isInstance(error) ? error : new StreamInterruptedError(eventCount, { cause: error });
  } finally {
    release();
    if (!complete) controller.abort();
  }
}
