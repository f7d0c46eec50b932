export { encodeAudio, type Recording } from './encode-audio.js';
export { speak, type SpeakOptions, type SpeakParams, type SpeechClient } from './speak.js';
export type { SpeechEvent } from './speech-chunks.js';
export type { Speech } from './speech.js';
export { wavHeader, type WavFormat } from './wav-header.js';
