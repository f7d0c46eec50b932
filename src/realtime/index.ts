export type { AudioEncoding, AudioFormat } from '../../generated/types.gen.js';
export type {
  RealtimeTranscriptionServerMessage,
  RealtimeTranscriptionSession,
  RealtimeTranscriptionSessionUpdatePayload,
} from '../../generated/types.gen.js';
export { audioDurationMs } from './audio-format.js';
export type { LiveOptions } from './live-options.js';
export { SocketClosedError } from './socket-closed-error.js';
export { toPcmS16le } from './to-pcm-s16le.js';
export { transcribeLive, type ClientToken, type RealtimeAccess } from './transcribe-live.js';
export { transcribeStream, type AudioSource } from './transcribe-stream.js';
export {
  TranscriptionSession,
  type AudioBytes,
  type LiveText,
  type LiveTranscription,
} from './transcription-session.js';
export type { LiveTranscript, TranscribedSegment } from './transcript.js';
export type { WebSocketClass } from './web-socket.js';
