import type { TranscriptionResponse, TranscriptionStreamEvent } from '../../generated/types.gen.js';
import { AssembledStream } from './assembled-stream.js';
import type { TaggedEnd } from './event-reader.js';
import type { StreamSource } from './event-iterator.js';
import { TranscriptionAssembly, type TranscriptionHandlers } from './transcription-assembly.js';

/** A streamed transcription of a recording, which also assembles the complete one. */
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
   * The complete transcription, as without streaming: text, language, segments, usage. Reads the stream to its end, unless
   * that is done elsewhere.
   *
   * @throws {MistralError} whatever ends the stream early; `partial` of the error is what had arrived.
   */
  finalTranscription(): Promise<TranscriptionResponse> {
    return this.finalResult();
  }

  /** The text of {@link TranscriptionStream.finalTranscription}. */
  async finalText(): Promise<string> {
    return (await this.finalResult()).text;
  }

  override tee(): [TranscriptionStream, TranscriptionStream] {
    // Branches have the class of the stream.
    return super.tee() as [TranscriptionStream, TranscriptionStream];
  }
}
