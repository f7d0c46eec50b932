import { ConnectionError } from '../errors/connection-error.js';
import { setContentFree } from '../errors/content-free.js';
import type { Scrub } from '../internal/scrub.js';

/** How a WebSocket was closed. */
export interface SocketClose {
  readonly code: number;
  readonly reason: string;
  /** What the runtime knows of a connection that broke. */
  readonly cause?: unknown;
}

/** What the codes mean for the reader of a message. */
const meanings = new Map<number, string>([
  [1000, 'it closed as if all had been said'],
  [1001, 'it is going away; open a new session'],
  [1005, 'it gave no code'],
  [1006, 'the connection broke without a word'],
  [1007, 'it could not read what was sent'],
  [1008, 'it refuses what was sent; check the key, the model and the audio format'],
  [1009, 'a message was too large'],
  [1011, 'it failed; open a new session'],
  [1012, 'it restarts; open a new session'],
  [1013, 'it is overloaded; try again later'],
]);

/** Those that another connection may not run into. */
const passing: readonly number[] = [1001, 1006, 1011, 1012, 1013];

/** The server, or the network, closed the WebSocket before the transcription was complete. */
export class SocketClosedError extends ConnectionError {
  static override readonly kind = 'SocketClosedError';
  declare readonly name: 'SocketClosedError';
  /** As in RFC 6455: 1006 when nobody said a word, 1008 for a refusal, 1011 and 1013 for a failing server. */
  readonly code: number;
  /** The server's words, often none. */
  readonly reason: string;
  /** How many events had arrived. What they amount to is `partial`. */
  readonly eventCount: number;

  constructor(call: string, close: SocketClose, eventCount: number, scrub: Scrub) {
    const { code, cause } = close;
    const reason = scrub(close.reason);
    const meaning = meanings.get(code) ?? 'the transcription is not complete';
    const message = (words: string) =>
      `${call} was closed with code ${code}${words} after ${eventCount} ${eventCount === 1 ? 'event' : 'events'}: ${meaning}`;
    // Control characters of a server have no business in a log.
    const words = reason ? ` (${reason.replace(/\p{Cc}+/gu, ' ')})` : '';
    super(message(words), cause === undefined ? undefined : { cause });
    setContentFree(this, message(''));
    this.code = code;
    this.reason = reason;
    this.eventCount = eventCount;
    this.retryable = passing.includes(code);
  }
}
