import { ConnectionError } from '../errors/connection-error.js';
import { setContentFree } from '../errors/content-free.js';
import type { Scrub } from '../internal/scrub.js';

/** How a WebSocket was closed. */
export interface SocketClose {
  readonly code: number;
  readonly reason: string;
  /** The runtime's error for a lost connection. */
  readonly cause?: unknown;
}

/** Meanings of the codes, for messages. */
const meanings = new Map<number, string>([
  [1000, 'it closed normally, before the transcription was complete'],
  [1001, 'it is going away; open a new session'],
  [1005, 'it sent no code'],
  [1006, 'the connection was lost without a close frame'],
  [1007, 'it could not read what was sent'],
  [1008, 'it refuses what was sent; check the key, the model and the audio format'],
  [1009, 'a message was too large'],
  [1011, 'it failed; open a new session'],
  [1012, 'it restarts; open a new session'],
  [1013, 'it is overloaded; retry later'],
]);

/** Codes after which a reconnect may succeed. */
const passing: readonly number[] = [1001, 1006, 1011, 1012, 1013];

/** The server, or the network, closed the WebSocket before the transcription was complete. */
export class SocketClosedError extends ConnectionError {
  static override readonly kind = 'SocketClosedError';
  declare readonly name: 'SocketClosedError';
  /** As in RFC 6455: 1006 for a lost connection, 1008 for a refusal, 1011 and 1013 for a failing server. */
  readonly code: number;
  /** The server's reason, often empty. */
  readonly reason: string;
  /** How many events had arrived. Their transcript is `partial`. */
  readonly eventCount: number;

  constructor(call: string, close: SocketClose, eventCount: number, scrub: Scrub) {
    const { code, cause } = close;
    const reason = scrub(close.reason);
    const meaning = meanings.get(code) ?? 'the transcription is not complete';
    const message = (words: string) =>
      `${call} was closed with code ${code}${words} after ${eventCount} ${eventCount === 1 ? 'event' : 'events'}: ${meaning}`;
    // Control characters would corrupt logs.
    const words = reason ? ` (${reason.replace(/\p{Cc}+/gu, ' ')})` : '';
    super(message(words), cause === undefined ? undefined : { cause });
    setContentFree(this, message(''));
    this.code = code;
    this.reason = reason;
    this.eventCount = eventCount;
    this.retryable = passing.includes(code);
  }
}
