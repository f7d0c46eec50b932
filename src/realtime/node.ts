import type { LiveOptions } from './live-options.js';
import type { FindWebSocket } from './open-socket.js';
import { openLive, type RealtimeAccess } from './transcribe-live.js';
import type { AudioSource } from './audio-source.js';
import { streamLive } from './transcribe-stream.js';
import type { LiveTranscription } from './live-transcription.js';
import type { TranscriptionSession } from './transcription-session.js';
import type { WebSocketClass } from './web-socket.js';

export * from './index.js';

/**
 * As `transcribeLive` of `mistral-sdk/realtime`, with the WebSocket of `ws` if that package is installed: Node 20 has none,
 * and only `ws` reports why a session was refused.
 *
 * @throws {ArgumentError} if an option is invalid.
 */
export const transcribeLive = (access: RealtimeAccess, options: LiveOptions): TranscriptionSession =>
  openLive('transcribeLive()', access, options, finding(options));

/**
 * As `transcribeStream` of `mistral-sdk/realtime`, with the WebSocket of `ws` if that package is installed.
 *
 * @throws {ArgumentError} if an option or the source is invalid.
 */
export const transcribeStream = (
  access: RealtimeAccess,
  audio: AudioSource,
  options: LiveOptions,
): LiveTranscription => streamLive(access, audio, options, finding(options));

const finding =
  ({ WebSocket }: LiveOptions): FindWebSocket =>
  async () =>
    WebSocket ?? (await findInstalled());

async function findInstalled(): Promise<WebSocketClass | undefined> {
  try {
    return (await import('ws')).WebSocket as unknown as WebSocketClass;
  } catch {
    return undefined;
  }
}
