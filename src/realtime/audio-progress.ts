import type { AudioFormat, RealtimeTranscriptionServerMessage } from '../../generated/types.gen.js';
import { audioDurationMs } from './audio-format.js';

/** Audio whose text may be missing, in part or as a whole. Counted from the beginning of the session's audio. */
export interface AudioGap {
  /** Up to here the server had settled its text when the connection was lost. */
  readonly gapStartMs: number;
  /** Here the audio begins that the next connection was given. */
  readonly gapEndMs: number;
}

/** How far the audio has gone, and how far its text is settled. */
export class AudioProgress {
  readonly #format: AudioFormat;
  #sentBytes = 0;
  #settledMs = 0;
  /** Where the audio of this connection begins; the server counts from there. */
  #beginMs = 0;
  /** Where flushes were asked for that have no answer yet. */
  #flushesMs: number[] = [];

  constructor(format: AudioFormat) {
    this.#format = format;
  }

  get beginMs(): number {
    return this.#beginMs;
  }

  sent(bytes: number): void {
    this.#sentBytes += bytes;
  }

  flushed(): void {
    this.#flushesMs.push(this.#sentMs);
  }

  heard(event: RealtimeTranscriptionServerMessage): void {
    let settledMs = 0;
    if (event.type === 'transcription.segment') settledMs = this.#beginMs + (event.end ?? 0) * 1000;
    if (event.type === 'transcription.done') settledMs = this.#flushesMs.shift() ?? 0;
    this.#settledMs = Math.max(this.#settledMs, settledMs);
  }

  /** Another connection goes on with the audio. */
  reconnected(): AudioGap {
    const gap = { gapStartMs: Math.min(this.#settledMs, this.#sentMs), gapEndMs: this.#sentMs };
    this.#beginMs = this.#settledMs = gap.gapEndMs;
    this.#flushesMs = [];
    return gap;
  }

  get #sentMs(): number {
    return audioDurationMs(this.#sentBytes, this.#format);
  }
}
