import type { MockStream } from '../../generated/mock.gen.js';
import { isRecord } from './fields.js';

/** Waits, and ends the wait when the signal aborts. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** How a stream is handed out. */
export interface Delivery {
  /** The wait before each event. */
  readonly eventDelayMs: number;
  readonly sleep: Sleep;
  readonly signal: AbortSignal | undefined;
  /** Called once if the reader stops, or the signal aborts, before the end. */
  readonly onCancel: () => void;
}

/** Events as the API writes them: named after their tag where they have one, and with a sentinel where it sends one. */
export function writeEvents(
  events: readonly unknown[],
  { tag, done }: Pick<MockStream, 'tag' | 'done'>,
): string[] {
  const frames = events.map((event) => {
    const name = tag !== undefined && isRecord(event) ? `event: ${String(event[tag])}\n` : '';
    return `${name}data: ${JSON.stringify(event)}\n\n`;
  });
  return done === undefined ? frames : [...frames, `data: ${done}\n\n`];
}

/** A body that produces one frame a chunk, and each only when it is asked for. */
export function streamFrames(
  frames: readonly string[],
  { eventDelayMs, sleep, signal, onCancel }: Delivery,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const stop = new AbortController();
  let sent = 0;
  let release = () => {};
  const cancel = () => {
    release();
    stop.abort();
    onCancel();
  };
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
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
        const frame = frames[sent];
        if (frame !== undefined && eventDelayMs > 0) await sleep(eventDelayMs, stop.signal);
        if (stop.signal.aborted) return;
        if (frame !== undefined) controller.enqueue(encoder.encode(frame));
        sent += 1;
        if (sent < frames.length) return;
        release();
        controller.close();
      },
      cancel,
    },
    // Nothing is produced ahead, so a reader that stops at an event has had no later one made.
    { highWaterMark: 0 },
  );
}
