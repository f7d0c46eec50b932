import type {
  RealtimeTranscriptionServerMessage,
  RealtimeTranscriptionSession,
} from '../../generated/types.gen.js';
import type { IterablePromise } from '../internal/iterable-promise.js';
import type { AudioGap } from './audio-progress.js';
import { normalizeEvent } from './normalize-event.js';
import type { LiveTranscript } from './transcript.js';

/** A connection was lost, and another one continues with the audio, as `reconnect` is set. */
export interface ReconnectedEvent extends AudioGap {
  readonly type: 'reconnected';
  /** Why the connection was lost. */
  readonly cause: Error;
}

/** Events of the server and of the connection, with `type` as the discriminator. */
export type LiveEvent = RealtimeTranscriptionServerMessage | ReconnectedEvent;

/** Text as it arrives; await it for the complete text. */
export interface LiveText extends IterablePromise<string, string> {}

/** A live transcription. Its events can be iterated once; earlier ones are buffered. */
export interface LiveTranscription extends AsyncIterable<LiveEvent> {
  /** The transcript so far. */
  readonly partial: LiveTranscript;
  /**
   * Wait until the server is ready for audio.
   *
   * @returns the server's data about the session, such as its `request_id`.
   */
  opened(): Promise<RealtimeTranscriptionSession>;
  /**
   * Only the text: iterate it as it arrives, or await the complete text.
   *
   * @throws {MistralError} if it is iterated and the events were already read.
   */
  text(): LiveText;
  /**
   * The complete transcription. Up to `maxQueuedEvents` events are buffered for a loop meanwhile; if no loop has started by
   * then, they are discarded.
   */
  result(): Promise<LiveTranscript>;
  /** Abort the session. Pending promises reject with an `AbortError` with the reason. */
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
