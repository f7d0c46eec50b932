import { starterOf, type AudioSource } from './audio-source.js';
import type { LiveOptions } from './live-options.js';
import type { FindWebSocket } from './open-socket.js';
import { openLive, type RealtimeAccess } from './transcribe-live.js';
import type { BodyReader } from '../internal/response-body.js';
import { untilAborted } from '../internal/until-aborted.js';
import type { LiveTranscription } from './live-transcription.js';
import type { TranscriptionSession } from './transcription-session.js';

/**
 * Transcribe a stream of audio to its end. It is read with backpressure, and closed when the session ends early.
 *
 * An error of the source ends the session; the loop over it, and `result()`, throw it.
 *
 * @throws {ArgumentError} if an option or the source is invalid.
 *
 * @example
 * ```ts
 * import { transcribeStream } from 'mistral-sdk/realtime';
 *
 * const audio = createReadStream('speech.pcm');
 * const live = transcribeStream(mistral, audio, { model: 'voxtral-mini-transcribe-realtime-2602' });
 * for await (const text of live.text()) process.stdout.write(text);
 * ```
 */
export const transcribeStream = (
  access: RealtimeAccess,
  audio: AudioSource,
  options: LiveOptions,
): LiveTranscription => streamLive(access, audio, options, async () => options.WebSocket);

/** The same, for other ways to find a WebSocket. */
export function streamLive(
  access: RealtimeAccess,
  audio: AudioSource,
  options: LiveOptions,
  find: FindWebSocket,
): LiveTranscription {
  const start = starterOf('transcribeStream()', audio);
  const session = openLive('transcribeStream()', access, options, find);
  void pump(start, session);
  return session;
}

async function pump(start: () => BodyReader, session: TranscriptionSession): Promise<void> {
  let source: BodyReader | undefined;
  try {
    source = start();
    for (;;) {
      // An idle source must not keep a session alive that has ended.
      const { done, value } = await untilAborted(session.over, source.read());
      if (done) return await session.end();
      await session.send(value);
    }
  } catch (error) {
    session.fail(error);
  }
  await source?.cancel().catch(() => undefined);
}
