import type {
  TranscriptionResponse,
  TranscriptionSegmentChunk,
  TranscriptionStreamEvent,
  UsageInfo,
} from '../../generated/types.gen.js';
import { isRecord } from '../internal/is-record.js';
import { textOf } from '../content/text-of.js';
import type { Assembly, Emit, EndHandlers } from './assembled-stream.js';

/** The events of a streamed transcription for `on()`. */
export interface TranscriptionHandlers {
  /** A delta of the text, and the text so far. */
  text(delta: string, snapshot: string): void;
  /** A segment of the recording, with its times in seconds. */
  segment(segment: TranscriptionSegmentChunk): void;
  /** The detected language. */
  language(language: string): void;
  /** The usage in tokens and seconds. */
  usage(usage: UsageInfo): void;
}

type Handlers = TranscriptionHandlers & EndHandlers<TranscriptionResponse>;

/** Assembles events to the transcription that a request without streaming would have got. */
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
  result: TranscriptionResponse | undefined;

  add(event: TranscriptionStreamEvent, emit: Emit<Handlers> | undefined): void {
    // A value that is not an event goes to the reader unchanged, and is ignored here.
    if (!isRecord(event)) return;
    // Model and usage come with the last event.
    const result = (this.result ??= { text: '', language: null } as unknown as TranscriptionResponse);
    switch (event.type) {
      case 'transcription.text.delta':
        if (typeof event.text !== 'string') break;
        result.text += event.text;
        emit?.('text', event.text, result.text);
        break;
      case 'transcription.language':
        result.language = event.audio_language;
        emit?.('language', event.audio_language);
        break;
      case 'transcription.segment': {
        const segment: TranscriptionSegmentChunk = { ...event, type: 'transcription_segment' };
        (result.segments ??= []).push(segment);
        emit?.('segment', segment);
        break;
      }
      case 'transcription.done': {
        const { type: _, ...whole } = event;
        // The server's final values take precedence, unless it omits what it has sent before.
        const said = Object.entries(whole).filter(([, value]) => !isEmpty(value));
        this.result = { ...whole, ...result, ...Object.fromEntries(said) };
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
