import { ArgumentError } from '../errors/argument-error.js';
import { systemClock } from '../internal/clock.js';
import { followSignals } from '../internal/follow-signals.js';
import type { StreamSource } from './event-iterator.js';
import { ResponseEvents } from './response-events.js';

const done = '[DONE]';

/** Events as the bytes of a `text/event-stream`, written as they are asked for. They end with `[DONE]`. */
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
 * The events in such bytes.
 *
 * @throws {ArgumentError} for something that is no `ReadableStream`, or one that is locked.
 */
export function readReadable<Event>(readable: ReadableStream<Uint8Array>): StreamSource<Event> {
  if (typeof (readable as Partial<ReadableStream> | null)?.getReader !== 'function') {
    throw new ArgumentError('fromReadableStream() takes a ReadableStream, such as the `body` of a Response');
  }
  if (readable.locked) throw new ArgumentError('fromReadableStream() was given a stream that is being read');
  const controller = new AbortController();
  const open = async () =>
    new ResponseEvents<Event>(
      readable,
      {
        call: 'fromReadableStream()',
        response: new Response(),
        following: followSignals(controller.signal),
        clock: systemClock,
        scrub: (value) => value,
      },
      // Whoever writes the bytes has limits of their own.
      { end: { done }, firstEventTimeoutMs: Infinity, idleTimeoutMs: Infinity, maxEventBytes: Infinity },
    );
  return { controller, open };
}
