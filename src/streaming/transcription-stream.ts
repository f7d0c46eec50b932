import type { TranscriptionResponse, TranscriptionStreamEvent } from '../../generated/types.gen.js';
import { AssembledStream } from './assembled-stream.js';
import type { TaggedEnd } from './event-reader.js';
import type { StreamSource } from './event-iterator.js';
import { TranscriptionAssembly, type TranscriptionHandlers } from './transcription-assembly.js';

/** The transcription of a recording, event by event, that also puts the whole one together. */
export class TranscriptionStream extends AssembledStream<
  TranscriptionStreamEvent,
  TranscriptionResponse,
  TranscriptionHandlers
> {
  static override get end(): TaggedEnd {
    return { tag: 'type', terminal: ['transcription.done'] };
  }

  constructor(source: StreamSource<TranscriptionStreamEvent>) {
    super(source, new TranscriptionAssembly());
  }

  /**
   * The transcription as it would have come in one piece: text, language, segments, usage. Reads the stream to its
   * end, unless that is done elsewhere.
   *
   * @throws {MistralError} whatever ends the stream early; `partial` of the error is what had arrived.
   */
  finalTranscription(): Promise<TranscriptionResponse> {
    return this.whole();
  }

  /** The text of {@link TranscriptionStream.finalTranscription}. */
  async finalText(): Promise<string> {
    return (await this.whole()).text;
  }

  override tee(): [TranscriptionStream, TranscriptionStream] {
    // Branches are of the class of the stream.
    return super.tee() as [TranscriptionStream, TranscriptionStream];
  }
}
