/** Data of server-sent events as text: strings as they are, anything else as JSON. */
export const sse = (...events: readonly unknown[]): string =>
  events.map((data) => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`).join('');

/** A body whose chunks are exactly these. */
export function bodyOf(...chunks: readonly (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks)
        controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
      controller.close();
    },
  });
}

/** An answer that is an event stream. */
export const eventStream = (body: BodyInit | null): Response =>
  new Response(body, { headers: { 'content-type': 'text/event-stream' } });
