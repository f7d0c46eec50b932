import type {
  RealtimeTranscriptionDone,
  RealtimeTranscriptionSegment,
  RealtimeTranscriptionServerMessage,
  TranscriptionSegmentChunk,
  UsageInfo,
} from '../../generated/types.gen.js';

/** A part of the audio, once its text is settled. */
export type TranscribedSegment = Omit<RealtimeTranscriptionSegment, 'type'>;

/** What became of the audio. */
export interface LiveTranscript {
  readonly text: string;
  /** What the server heard, or was told. */
  readonly language: string | null;
  readonly segments: readonly TranscribedSegment[];
  /** The model that the server names. */
  readonly model: string | undefined;
  /** The tokens and seconds, as the server counts them. */
  readonly usage: UsageInfo | undefined;
}

/** Puts the events of a session together. */
export class Transcript {
  #model: string | undefined;
  #language: string | null = null;
  #usage: UsageInfo | undefined;
  /** Of the parts that are done. */
  #doneText = '';
  #doneSegments: TranscribedSegment[] = [];
  /** Of the part that is under way. */
  #text = '';
  #segments: TranscribedSegment[] = [];

  get answer(): LiveTranscript {
    return {
      text: this.#doneText + this.#text,
      language: this.#language,
      segments: [...this.#doneSegments, ...this.#segments],
      model: this.#model,
      usage: this.#usage,
    };
  }

  add(event: RealtimeTranscriptionServerMessage): void {
    switch (event.type) {
      case 'session.created':
      case 'session.updated':
        this.#model = event.session?.model ?? this.#model;
        break;
      case 'transcription.language':
        this.#language = event.audio_language;
        break;
      case 'transcription.text.delta':
        this.#text += event.text;
        break;
      case 'transcription.segment':
        this.#segments.push(segmentOf(event));
        break;
      case 'transcription.done':
        this.#settle(event);
        break;
    }
  }

  /** The server's own word, except where it leaves out what it has said before. */
  #settle({ text, model, language, segments, usage }: RealtimeTranscriptionDone): void {
    // A flush may be answered with a `done` of its own, which holds the new part, or all so far.
    const begins = this.#doneText !== '' && text.startsWith(this.#doneText);
    this.#doneText = begins ? text : this.#doneText + (text || this.#text);
    const told = segments?.map(segmentOf) ?? [];
    this.#doneSegments =
      begins && told.length > 0
        ? told
        : [...this.#doneSegments, ...(told.length > 0 ? told : this.#segments)];
    this.#text = '';
    this.#segments = [];
    this.#model = model ?? this.#model;
    this.#language = language ?? this.#language;
    this.#usage = usage ?? this.#usage;
  }
}

function segmentOf({
  type: _type,
  ...segment
}: RealtimeTranscriptionSegment | TranscriptionSegmentChunk): TranscribedSegment {
  return segment;
}
