import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** One event of a `text/event-stream`. */
export type ServerSentEvent = EventSourceMessage;

/**
 * Decode a `text/event-stream`, reading one chunk of bytes ahead at the most.
 *
 * Leaving early cancels the body, which closes the connection.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* decodeServerSentEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerSentEvent> {
  let pending: ServerSentEvent[] = [];
  const parser = createParser({ onEvent: (event) => pending.push(event) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let finished = false;
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) break;
      parser.feed(decoder.decode(value, { stream: true }));
      const ready = pending;
      pending = [];
      yield* ready;
    }
    finished = true;
  } finally {
    // A body that failed rejects the cancelling too, and its failure is already on its way out.
    if (!finished) await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}
