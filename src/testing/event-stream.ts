import type { MockStream } from '../../generated/mock.gen.js';
import { isRecord } from '../internal/is-record.js';
import { lazyBody, type Bytes, type Reader } from './lazy-body.js';

/** Waits, and ends the wait when the signal aborts. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** How a stream is handed out. */
export interface Delivery extends Reader {
  /** The wait before each event. */
  readonly eventDelayMs: number;
  readonly sleep: Sleep;
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
  { eventDelayMs, sleep, ...reader }: Delivery,
): ReadableStream<Bytes> {
  const encoder = new TextEncoder();
  return lazyBody(async function* (stop) {
    for (const frame of frames) {
      if (eventDelayMs > 0) await sleep(eventDelayMs, stop);
      yield encoder.encode(frame);
    }
  }, reader);
}
