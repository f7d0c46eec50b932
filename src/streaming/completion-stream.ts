import type { AssistantMessage, ChatCompletionResponse, CompletionChunk } from '../../generated/types.gen.js';
import { messageOf } from '../content/message-of.js';
import { AssembledStream } from './assembled-stream.js';
import { CompletionAssembly, type CompletionHandlers } from './completion-assembly.js';
import type { StreamSource } from './event-iterator.js';

/** A streamed completion of a chat, of code or of an agent, which also assembles the complete one. */
export class CompletionStream extends AssembledStream<
  CompletionChunk,
  ChatCompletionResponse,
  CompletionHandlers
> {
  #message: AssistantMessage | undefined;

  constructor(source: StreamSource<CompletionChunk>) {
    super(source, new CompletionAssembly());
  }

  /**
   * The complete completion, as without streaming: every choice, its tool calls with their arguments, the usage. Reads the
   * stream to its end, unless that is done elsewhere.
   *
   * @throws {MistralError} whatever ends the stream early; `partial` of the error is what had arrived.
   */
  finalCompletion(): Promise<ChatCompletionResponse> {
    return this.finalResult();
  }

  /**
   * The message of the first choice, ready for `messages` of the next request, see {@link messageOf}. Everything else is in
   * {@link CompletionStream.finalCompletion}.
   *
   * @throws {MistralError} whatever ends the stream early; `partial` of the error is what had arrived.
   */
  async finalMessage(): Promise<AssistantMessage> {
    const completion = await this.finalResult();
    return (this.#message ??= messageOf(completion));
  }

  override tee(): [CompletionStream, CompletionStream] {
    // Branches have the class of the stream.
    return super.tee() as [CompletionStream, CompletionStream];
  }
}
