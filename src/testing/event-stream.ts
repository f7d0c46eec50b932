import type { MockStream } from '../../generated/mock.gen.js';
import { isRecord } from '../internal/is-record.js';
import type { MockRequest } from './mock-request.js';
import { lazyBody, type Bytes, type Reader } from './lazy-body.js';

/** Waits, until the signal aborts at the latest. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** How a stream is delivered. */
export interface Delivery extends Reader {
  /** The delay before each event. */
  readonly eventDelayMs: number;
  readonly sleep: Sleep;
}

/**
 * Events as the API writes them: with their discriminator as the event name, their number as the id of a stream that can be
 * resumed, and a sentinel, where the API has these.
 */
export function writeEvents(
  events: readonly unknown[],
  { tag, done, resume }: Pick<MockStream, 'tag' | 'done' | 'resume'>,
  { query, headers }: Pick<MockRequest, 'query' | 'headers'>,
): string[] {
  const frames = events.map((event, index) => {
    const id = resume === undefined ? '' : `id: ${index + 1}\n`;
    const name = tag !== undefined && isRecord(event) ? `event: ${String(event[tag])}\n` : '';
    return `${id}${name}data: ${JSON.stringify(event)}\n\n`;
  });
  const last = resume === undefined ? null : (query.get(resume) ?? headers.get(resume));
  // An id that is not from here names no event to start after.
  const rest = frames.slice(/^\d+$/.test(last ?? '') ? Number(last) : 0);
  return done === undefined ? rest : [...rest, `data: ${done}\n\n`];
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
