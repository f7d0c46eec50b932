import type { ConversationEvent, ConversationResponse } from '../../generated/types.gen.js';
import { AssembledStream } from './assembled-stream.js';
import { ConversationAssembly, type ConversationHandlers } from './conversation-assembly.js';
import type { TaggedEnd } from './event-reader.js';
import type { StreamSource } from './event-iterator.js';

/** A streamed response of a conversation, which also assembles the complete one. */
export class ConversationStream extends AssembledStream<
  ConversationEvent,
  ConversationResponse,
  ConversationHandlers
> {
  static override get end(): TaggedEnd {
    return { tag: 'type', terminal: ['conversation.response.done'], error: ['conversation.response.error'] };
  }

  constructor(source: StreamSource<ConversationEvent>) {
    super(source, new ConversationAssembly());
  }

  /**
   * The complete response, as without streaming: messages, function calls, tool executions and hand-offs in order, and the
   * usage. Reads the stream to its end, unless that is done elsewhere.
   *
   * @throws {MistralError} whatever ends the stream early; `partial` of the error is what had arrived.
   */
  finalResponse(): Promise<ConversationResponse> {
    return this.finalResult();
  }

  override tee(): [ConversationStream, ConversationStream] {
    // Branches have the class of the stream.
    return super.tee() as [ConversationStream, ConversationStream];
  }
}
