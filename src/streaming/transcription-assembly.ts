import type {
  TranscriptionResponse,
  TranscriptionSegmentChunk,
  TranscriptionStreamEvent,
  UsageInfo,
} from '../../generated/types.gen.js';
import { isRecord } from '../internal/is-record.js';
import { textOf } from '../content/text-of.js';
import type { Assembly, Emit, EndHandlers } from './assembled-stream.js';

/** What can be listened to in a streamed transcription. */
export interface TranscriptionHandlers {
  /** A piece of the text, and all of it so far. */
  text(delta: string, snapshot: string): void;
  /** A part of the recording, with its times in seconds. */
  segment(segment: TranscriptionSegmentChunk): void;
  /** The language that was heard. */
  language(language: string): void;
  /** The tokens and seconds, as the server counts them. */
  usage(usage: UsageInfo): void;
}

type Handlers = TranscriptionHandlers & EndHandlers<TranscriptionResponse>;

/** Puts events together to the transcription that would have come in one piece. */
export class TranscriptionAssembly implements Assembly<
  TranscriptionStreamEvent,
  TranscriptionResponse,
  Handlers
> {
  readonly handlers = [
    'text',
    'segment',
    'language',
    'usage',
    'end',
    'error',
  ] as const satisfies readonly (keyof Handlers)[];
  answer: TranscriptionResponse | undefined;

  add(event: TranscriptionStreamEvent, emit: Emit<Handlers> | undefined): void {
    // What is no event is handed to the reader as it is, and leads to nothing here.
    if (!isRecord(event)) return;
    // Model and usage come with the last event.
    const answer = (this.answer ??= { text: '', language: null } as unknown as TranscriptionResponse);
    switch (event.type) {
      case 'transcription.text.delta':
        if (typeof event.text !== 'string') break;
        answer.text += event.text;
        emit?.('text', event.text, answer.text);
        break;
      case 'transcription.language':
        answer.language = event.audio_language;
        emit?.('language', event.audio_language);
        break;
      case 'transcription.segment': {
        const segment: TranscriptionSegmentChunk = { ...event, type: 'transcription_segment' };
        (answer.segments ??= []).push(segment);
        emit?.('segment', segment);
        break;
      }
      case 'transcription.done': {
        const { type: _, ...whole } = event;
        // The server's own word, except where it leaves out what it has said before.
        const said = Object.entries(whole).filter(([, value]) => !isEmpty(value));
        this.answer = { ...whole, ...answer, ...Object.fromEntries(said) };
        if (isRecord(event.usage)) emit?.('usage', event.usage);
        break;
      }
    }
  }

  end(): void {}

  textIn(event: TranscriptionStreamEvent): string {
    return event.type === 'transcription.text.delta' ? textOf(event.text) : '';
  }
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);
