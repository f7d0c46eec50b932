import type { AudioFormat, RealtimeTranscriptionServerMessage } from '../../generated/types.gen.js';
import { audioDurationMs } from './audio-format.js';

/** Audio whose text may be missing, in part or as a whole. Counted from the beginning of the session's audio. */
export interface AudioGap {
  /** Up to here the server had settled its text when the connection was lost. */
  readonly gapStartMs: number;
  /** Here the audio begins that the next connection was given. */
  readonly gapEndMs: number;
}

/** How long a server that has said `transcription.done` may be silent before nothing more is expected of it. */
const graceMs = {
  /** All audio is in the text: what is open is whether the server responds to the flush of the end, to the end, or to both. */
  end: 500,
  /** The `done` may have been for a flush before the end. */
  flush: 5_000,
  /** This server responds to flushes, so it still owes the text of one. */
  flushIsDue: 30_000,
};

/** How far the audio has gone, how far its text is settled, and which requests for text have no response yet. */
export class AudioProgress {
  #format: AudioFormat;
  #sentBytes = 0;
  #settledMs = 0;
  /** Where the audio of this connection begins; the server counts from there. */
  #beginMs = 0;
  /** Where flushes were asked for that have no `done` yet, that of the end included. */
  #flushesMs: number[] = [];
  #endWasSent = false;
  /** Since the end was sent, the server has said `done`. Some do for flushes and the end, some for either alone. */
  #mayBeComplete = false;
  #isComplete = false;
  #respondsToFlushes = false;

  constructor(format: AudioFormat) {
    this.#format = format;
  }

  /** Whether the server has responded to everything, the end included. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** After which silence the transcription counts as complete; `undefined` while more is due. */
  get graceMs(): number | undefined {
    if (!this.#mayBeComplete) return undefined;
    if (this.#flushesMs.length === 0) return graceMs.end;
    return this.#respondsToFlushes ? graceMs.flushIsDue : graceMs.flush;
  }

  /** Whether a close completes the transcription: any, once all audio is in the text, or one that says that all has been said. */
  completedBy(code: number): boolean {
    return this.#mayBeComplete && (this.#flushesMs.length === 0 || code === 1000 || code === 1005);
  }

  /** Whether the server knows that no more audio comes. */
  get endWasSent(): boolean {
    return this.#endWasSent;
  }

  useFormat(format: AudioFormat): void {
    this.#format = format;
  }

  sent(bytes: number): void {
    this.#sentBytes += bytes;
  }

  flushed(): void {
    this.#flushesMs.push(this.#sentMs);
  }

  ended(): void {
    this.#endWasSent = true;
  }

  heard(event: RealtimeTranscriptionServerMessage): void {
    let settledMs = 0;
    if (event.type === 'transcription.segment') settledMs = this.#beginMs + (event.end ?? 0) * 1000;
    if (event.type === 'transcription.done') settledMs = this.#responded() ?? 0;
    this.#settledMs = Math.max(this.#settledMs, settledMs);
  }

  /** A `done` is for the request that has waited longest. */
  #responded(): number | undefined {
    if (this.#endWasSent) this.#isComplete = this.#flushesMs.length === 0;
    else this.#respondsToFlushes ||= this.#flushesMs.length > 0;
    this.#mayBeComplete = this.#endWasSent;
    return this.#flushesMs.shift();
  }

  /** Another connection goes on with the audio. */
  reconnected(): AudioGap {
    const gap = { gapStartMs: Math.min(this.#settledMs, this.#sentMs), gapEndMs: this.#sentMs };
    this.#beginMs = this.#settledMs = gap.gapEndMs;
    this.#flushesMs = [];
    this.#mayBeComplete = false;
    return gap;
  }

  get #sentMs(): number {
    return audioDurationMs(this.#sentBytes, this.#format);
  }
}
