export type { AudioEncoding, AudioFormat } from '../../generated/types.gen.js';
export type {
  RealtimeTranscriptionServerMessage,
  RealtimeTranscriptionSession,
  RealtimeTranscriptionSessionUpdatePayload,
} from '../../generated/types.gen.js';
export { audioDurationMs } from './audio-format.js';
export { audioFromMediaStream, type MediaAudio } from './audio-from-media-stream.js';
export { audioFromWav, type WavAudio } from './audio-from-wav.js';
export type { AudioBytes } from './audio-bytes.js';
export type { AudioGap } from './audio-progress.js';
export type { LiveEvent, LiveText, LiveTranscription, ReconnectedEvent } from './live-transcription.js';
export type { LiveOptions } from './live-options.js';
export type { AudioSource } from './audio-source.js';
export { SocketClosedError } from './socket-closed-error.js';
export { toPcmS16le } from './to-pcm-s16le.js';
export { transcribeLive, type ClientToken, type RealtimeAccess } from './transcribe-live.js';
export { transcribeStream } from './transcribe-stream.js';
export { TranscriptionSession } from './transcription-session.js';
export type { LiveTranscript, TranscribedSegment } from './transcript.js';
export type { WebSocketClass } from './web-socket.js';
