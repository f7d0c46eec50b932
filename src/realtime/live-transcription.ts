import type {
  RealtimeTranscriptionServerMessage,
  RealtimeTranscriptionSession,
} from '../../generated/types.gen.js';
import type { IterablePromise } from '../internal/iterable-promise.js';
import type { AudioGap } from './audio-progress.js';
import { normalizeEvent } from './normalize-event.js';
import type { LiveTranscript } from './transcript.js';

/** A connection was lost, and another one goes on with the audio: the session was told to, by `reconnect`. */
export interface ReconnectedEvent extends AudioGap {
  readonly type: 'reconnected';
  /** How the connection was lost. */
  readonly cause: Error;
}

/** What the server says, and what happened to the connection. Told apart by `type`. */
export type LiveEvent = RealtimeTranscriptionServerMessage | ReconnectedEvent;

/** Text as it arrives; await it for the whole of it. */
export interface LiveText extends IterablePromise<string, string> {}

/** What comes of live audio. It can be iterated, for the events, once; those that came before are not lost. */
export interface LiveTranscription extends AsyncIterable<LiveEvent> {
  /** What has arrived so far, put together. */
  readonly partial: LiveTranscript;
  /**
   * Wait until the server is ready for audio.
   *
   * @returns what the server says of the session, such as its `request_id`.
   */
  opened(): Promise<RealtimeTranscriptionSession>;
  /**
   * The text alone: iterate it as it arrives, or await the whole of it.
   *
   * @throws {MistralError} if it is iterated and the events were read already.
   */
  text(): LiveText;
  /**
   * The finished transcription. Events are kept for a loop meanwhile, as many as `maxQueuedEvents`; if no loop has
   * begun by then, they are given up.
   */
  result(): Promise<LiveTranscript>;
  /** End the session at once. Whoever waits for it gets an `AbortError` with the reason. */
  abort(reason?: unknown): void;
}

/** The text in the events of a session. */
export async function* textIn(events: AsyncIterable<LiveEvent>): AsyncGenerator<string, void> {
  for await (const event of events) {
    if (event.type !== 'transcription.text.delta') continue;
    const { text } = normalizeEvent(event) as typeof event;
    if (text !== '') yield text;
  }
}
