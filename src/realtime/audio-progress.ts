import type { AudioFormat, RealtimeTranscriptionServerMessage } from '../../generated/types.gen.js';
import { audioDurationMs } from './audio-format.js';

/** Audio whose text may be missing, partly or completely. Times are from the beginning of the session's audio. */
export interface AudioGap {
  /** Where the final text ended when the connection was lost. */
  readonly gapStartMs: number;
  /** Where the audio of the next connection starts. */
  readonly gapEndMs: number;
}

/** Idle timeout after `transcription.done`, until no more events are expected. */
const graceMs = {
  /** All audio is in the text. Servers respond to the final flush, to the end, or to both. */
  end: 500,
  /** The `done` may have been for a flush before the end. */
  flush: 5_000,
  /** This server responds to flushes, so the text of one is still pending. */
  flushIsDue: 30_000,
};

/** How much audio was sent, how much of its text is final, and which flushes are pending. */
export class AudioProgress {
  #format: AudioFormat;
  #sentBytes = 0;
  #settledMs = 0;
  /** Where the audio of this connection starts; the server counts from there. */
  #beginMs = 0;
  /** Positions of flushes without a `done` so far, including the final one. */
  #flushesMs: number[] = [];
  #endWasSent = false;
  /** The number of `done` events since the end was sent. Some servers send one for flushes and the end, some for one of them. */
  #mayBeComplete = false;
  #isComplete = false;
  #respondsToFlushes = false;

  constructor(format: AudioFormat) {
    this.#format = format;
  }

  /** Whether the server has responded to everything, including the end. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Idle timeout after which the transcription is complete; `undefined` while more is expected. */
  get graceMs(): number | undefined {
    if (!this.#mayBeComplete) return undefined;
    if (this.#flushesMs.length === 0) return graceMs.end;
    return this.#respondsToFlushes ? graceMs.flushIsDue : graceMs.flush;
  }

  /** Whether a close completes the transcription: any close once all audio is in the text, or a normal one after the end. */
  completedBy(code: number): boolean {
    return this.#mayBeComplete && (this.#flushesMs.length === 0 || code === 1000 || code === 1005);
  }

  /** Whether the server knows that there is no more audio. */
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

  /** A `done` is for the oldest pending flush. */
  #responded(): number | undefined {
    if (this.#endWasSent) this.#isComplete = this.#flushesMs.length === 0;
    else this.#respondsToFlushes ||= this.#flushesMs.length > 0;
    this.#mayBeComplete = this.#endWasSent;
    return this.#flushesMs.shift();
  }

  /** Another connection continues with the audio. */
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
