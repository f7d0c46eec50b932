import { createParser } from 'eventsource-parser';

/** One event of a `text/event-stream`. */
export interface ServerSentEvent {
  /** What `event:` says; without it the event is a plain message. */
  readonly event?: string | undefined;
  readonly data: string;
  readonly id?: string | undefined;
}

/**
 * Decode a `text/event-stream`, reading one chunk of bytes ahead at the most.
 *
 * Leaving early cancels the body, which closes the connection.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* decodeServerSentEvents(
  body: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<ServerSentEvent> {
  let pending: ServerSentEvent[] = [];
  const parser = createParser({ onEvent: (event) => pending.push(event) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  // A pending read ends with it, also of a body that does not know the signal.
  const cancel = () => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener('abort', cancel, { once: true });
  let finished = false;
  // The parser holds a CR back, since an LF may follow that belongs to it.
  let endsInCR = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const text: string = done ? (endsInCR ? '\n' : '') : decoder.decode(value, { stream: true });
      if (text !== '') endsInCR = text.endsWith('\r');
      parser.feed(text);
      const ready = pending;
      pending = [];
      yield* ready;
      if (done) break;
    }
    finished = true;
  } finally {
    signal?.removeEventListener('abort', cancel);
    // A body that failed rejects the cancelling too, and its failure is already on its way out.
    if (!finished) await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}
