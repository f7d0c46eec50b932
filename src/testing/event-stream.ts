import type { MockStream } from '../../generated/mock.gen.js';
import { isRecord } from '../internal/is-record.js';
import { lazyBody, type Bytes, type Reader } from './lazy-body.js';

/** Waits, until the signal aborts at the latest. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** How a stream is delivered. */
export interface Delivery extends Reader {
  /** The delay before each event. */
  readonly eventDelayMs: number;
  readonly sleep: Sleep;
}

/** Events as the API writes them: with their discriminator as the event name, and with a sentinel, where the API has these. */
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

/** A body of one frame per chunk, each produced on demand. */
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
