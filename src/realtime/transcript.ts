import type {
  RealtimeTranscriptionDone,
  RealtimeTranscriptionSegment,
  RealtimeTranscriptionServerMessage,
  TranscriptionSegmentChunk,
  UsageInfo,
} from '../../generated/types.gen.js';
import type { AudioGap } from './audio-progress.js';

/** A segment of the audio with its final text; times are in seconds from the beginning of the session's audio. */
export type TranscribedSegment = Omit<RealtimeTranscriptionSegment, 'type'>;

/** The transcript of a session. */
export interface LiveTranscript {
  readonly text: string;
  /** The detected or configured language. */
  readonly language: string | null;
  readonly segments: readonly TranscribedSegment[];
  /** Where connections were lost, if `reconnect` is set. */
  readonly gaps: readonly AudioGap[];
  /** The model, as reported by the server. */
  readonly model: string | undefined;
  /** The usage in tokens and seconds, of the last connection. */
  readonly usage: UsageInfo | undefined;
}

/** Text and segments of a part of the audio. */
interface Part {
  readonly text: string;
  readonly segments: readonly TranscribedSegment[];
}

const nothing: Part = { text: '', segments: [] };

const joined = (...parts: readonly Part[]): Part => ({
  text: parts.map(({ text }) => text).join(''),
  segments: parts.flatMap(({ segments }) => segments),
});

/** Assembles the events of a session. */
export class Transcript {
  #model: string | undefined;
  #language: string | null = null;
  #usage: UsageInfo | undefined;
  #gaps: AudioGap[] = [];
  /** From lost connections. */
  #before = nothing;
  /** The final text of this connection. */
  #done = nothing;
  #text = '';
  #segments: TranscribedSegment[] = [];
  /** Where the audio of this connection starts, in seconds. */
  #begin = 0;

  get result(): LiveTranscript {
    const { text, segments } = joined(this.#before, this.#done, this.#current);
    const gaps = [...this.#gaps];
    return { text, language: this.#language, segments, gaps, model: this.#model, usage: this.#usage };
  }

  add(event: RealtimeTranscriptionServerMessage): void {
    switch (event.type) {
      case 'session.created':
      case 'session.updated':
        this.#model = event.session?.model ?? this.#model;
        break;
      case 'transcription.language':
        this.#language = event.audio_language ?? this.#language;
        break;
      case 'transcription.text.delta':
        this.#text += event.text;
        break;
      case 'transcription.segment':
        this.#segments.push(this.#segmentOf(event));
        break;
      case 'transcription.done':
        this.#settle(event);
        break;
    }
  }

  /** Another connection continues at the end of the gap. */
  reconnected(gap: AudioGap): void {
    this.#before = joined(this.#before, this.#done, this.#current);
    this.#done = this.#current = nothing;
    this.#gaps.push(gap);
    this.#begin = gap.gapEndMs / 1000;
  }

  get #current(): Part {
    return { text: this.#text, segments: this.#segments };
  }

  set #current({ text, segments }: Part) {
    this.#text = text;
    this.#segments = [...segments];
  }

  /** The server's final text takes precedence, unless it omits what it has sent before. */
  #settle({ text, model, language, segments = [], usage }: RealtimeTranscriptionDone): void {
    // Text after that of a flush belongs to what follows.
    const rest = text !== '' && this.#text.startsWith(text) ? this.#text.slice(text.length) : '';
    const part: Part = {
      text: text || this.#text,
      segments: segments.length > 0 ? segments.map((segment) => this.#segmentOf(segment)) : this.#segments,
    };
    // A flush may have a `done` of its own, and a later one contain only the new text, or all text so far.
    // A speaker may repeat the same words; then the text is not longer than its deltas.
    const isWhole =
      this.#done.text !== '' &&
      text.startsWith(this.#done.text) &&
      text.length >= this.#text.length + this.#done.text.length / 2;
    if (!isWhole) this.#done = joined(this.#done, part);
    else if (segments.length > 0) this.#done = part;
    else this.#done = { text, segments: [...this.#done.segments, ...this.#segments] };
    this.#current = rest.trim() === '' ? nothing : { text: rest, segments: [] };
    this.#model = model ?? this.#model;
    this.#language = language ?? this.#language;
    this.#usage = usage ?? this.#usage;
  }

  #segmentOf({
    type: _type,
    ...said
  }: RealtimeTranscriptionSegment | TranscriptionSegmentChunk): TranscribedSegment {
    const segment: TranscribedSegment = said;
    for (const time of ['start', 'end'] as const) {
      if (typeof segment[time] === 'number') segment[time] += this.#begin;
    }
    return segment;
  }
}
