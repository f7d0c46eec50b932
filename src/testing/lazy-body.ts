export type Bytes = Uint8Array<ArrayBuffer>;

/** Who reads a body, and may stop. */
export interface Reader {
  readonly signal: AbortSignal | undefined;
  /** Called once if the reader stops, or the signal aborts, before the end. */
  readonly onCancel: () => void;
}

/**
 * A body whose chunks are each made when they are asked for.
 *
 * @param makeChunks - Is handed a signal that aborts when nobody reads on.
 */
export function lazyBody(
  makeChunks: (stop: AbortSignal) => AsyncGenerator<Bytes, void>,
  { signal, onCancel }: Reader,
): ReadableStream<Bytes> {
  const stop = new AbortController();
  const chunks = makeChunks(stop.signal);
  let release = () => {};
  const cancel = () => {
    release();
    stop.abort();
    // What it still has to close is nobody's business any more.
    chunks.return().catch(() => {});
    onCancel();
  };
  return new ReadableStream<Bytes>(
    {
      start(controller) {
        const abort = () => {
          cancel();
          controller.error(signal?.reason);
        };
        signal?.addEventListener('abort', abort, { once: true });
        release = () => signal?.removeEventListener('abort', abort);
      },
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (stop.signal.aborted) return;
          if (!done) return controller.enqueue(value);
          release();
          controller.close();
        } catch (error) {
          release();
          throw error;
        }
      },
      cancel,
    },
    // Nothing is produced ahead, so a reader that stops at an event has had no later one made.
    { highWaterMark: 0 },
  );
}

/** The chunks of a body, which is cancelled when the signal aborts or its reader leaves. */
export async function* chunksOf(
  body: ReadableStream<Bytes> | null,
  stop: AbortSignal,
): AsyncGenerator<Bytes, void> {
  if (body === null) return;
  const reader = body.getReader();
  const cancel = () => void reader.cancel().catch(() => {});
  stop.addEventListener('abort', cancel, { once: true });
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    stop.removeEventListener('abort', cancel);
    cancel();
  }
}
