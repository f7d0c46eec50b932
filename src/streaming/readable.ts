import { ArgumentError } from '../errors/argument-error.js';
import { failureOf, type FailureContext } from '../errors/failure-of.js';
import { readError } from '../errors/read-error.js';
import { Cancellation } from '../internal/cancellation.js';
import { systemClock } from '../internal/clock.js';
import { linkSignals, type LinkedCancellation } from '../internal/linked-cancellation.js';
import { isRecord } from '../internal/is-record.js';
import { discardBody } from '../internal/response-body.js';
import { unknownKey } from '../internal/unknown-key.js';
import { isPromise, untilAborted } from '../internal/until-aborted.js';
import type { TaggedEnd } from './event-reader.js';
import type { StreamSource } from './event-iterator.js';
import { openEvents, type OpeningOptions } from './open-events.js';
import { ResponseEvents } from './response-events.js';

const done = '[DONE]';

/** Events as the bytes of a `text/event-stream`, written on demand. They end with `[DONE]`. */
export function writeReadable(
  events: AsyncIterator<unknown, unknown>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const frame = (data: string) => encoder.encode(`data: ${data}\n\n`);
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const result = await events.next();
        controller.enqueue(frame(result.done ? done : JSON.stringify(result.value)));
        if (result.done) controller.close();
      },
      async cancel() {
        await events.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

/**
 * The events in the bytes of a `text/event-stream`.
 *
 * @throws {ArgumentError} for something that is not a `ReadableStream`, or one that is locked.
 */
export function readReadable<Event>(
  readable: ReadableStream<Uint8Array>,
  end: TaggedEnd,
): StreamSource<Event> {
  if (typeof (readable as Partial<ReadableStream> | null)?.getReader !== 'function') {
    throw new ArgumentError('fromReadableStream() takes a ReadableStream, such as the `body` of a Response');
  }
  if (readable.locked) throw new ArgumentError('fromReadableStream() was given a stream that is being read');
  const cancellation = new Cancellation();
  const linked = linkSignals(cancellation);
  const origin = { ...elsewhere('fromReadableStream()', linked), response: new Response() };
  return { cancellation, open: async () => new ResponseEvents<Event>(readable, origin, reading(end)) };
}

export interface FromResponseOptions {
  /** The signal of the request: when it aborts, reading ends with an {@link AbortError}. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The events in a response to a request of another client.
 *
 * @throws {ArgumentError} for something that is not a response, or one that was read.
 */
export function readResponse<Event>(
  given: Response | PromiseLike<Response>,
  end: TaggedEnd,
  options: FromResponseOptions = {},
): StreamSource<Event> {
  const { signal } = checkedOptions(options);
  // The reader gets the rejection; nobody handles it before.
  if (isPromise(given)) void given.then(undefined, () => undefined);
  else checkResponse(given);
  const cancellation = new Cancellation();
  const open = async () => {
    const linked = linkSignals(cancellation, signal);
    const context = elsewhere('fromResponse()', linked);
    try {
      const response = isPromise(given) ? await responseOf(given, context) : given;
      const origin = { ...context, call: callOf(response), response, detachBody: () => {} };
      if (!response.ok) throw await readError(origin);
      return await openEvents<Event>(origin, reading(end));
    } catch (error) {
      linked.release();
      throw error;
    }
  };
  return { cancellation, open };
}

async function responseOf(given: PromiseLike<Response>, context: FailureContext): Promise<Response> {
  let response: Response;
  try {
    response = await untilAborted(context.cancellation, given, discardBody);
  } catch (cause) {
    throw failureOf(context, 'got no response', cause);
  }
  checkResponse(response);
  return response;
}

function checkResponse(response: Partial<Response> | null): asserts response is Response {
  if (typeof response?.status !== 'number' || typeof response.headers?.get !== 'function')
    throw new ArgumentError('fromResponse() takes the Response of a `fetch`, or the promise of one');
  if (response.bodyUsed || response.body?.locked)
    throw new ArgumentError('fromResponse() was given a Response whose body was read already');
}

function checkedOptions(options: FromResponseOptions): FromResponseOptions {
  if (!isRecord(options))
    throw new ArgumentError('fromResponse(response, options): `options` must be an object');
  const unknown = unknownKey(options, ['signal'], 'fromResponse()', {});
  if (unknown) throw new ArgumentError(unknown);
  return options;
}

/** Only the path of a response: its query may be private. */
const callOf = ({ url }: Response): string => (URL.canParse(url) ? new URL(url).pathname : 'fromResponse()');

const elsewhere = (call: string, cancellation: LinkedCancellation) => ({
  call,
  cancellation,
  clock: systemClock,
  scrub: <T>(value: T): T => value,
});

/** The producer of the bytes has limits of its own, and may pass them on without a content type. */
const reading = (end: TaggedEnd): OpeningOptions => ({
  end: { ...end, done },
  allowUntyped: true,
  firstEventTimeoutMs: Infinity,
  idleTimeoutMs: Infinity,
  maxEventBytes: Infinity,
});
