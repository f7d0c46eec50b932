import type { AIMessage, AIMessageChunk } from '@langchain/core/messages';
import { Runnable, type RunnableConfig } from '@langchain/core/runnables';
import { concat } from '@langchain/core/utils/stream';

import { PartialJson } from '../structured/partial-json.js';
import { StructuredOutputError } from '../structured/structured-output-error.js';
import type { StructuredOutput } from './structured-output.js';

type Message = AIMessage | AIMessageChunk;

/** Reads the replies of a model as values: one that is complete, or one that arrives as values that grow. */
export class StructuredReader extends Runnable<Message, unknown> {
  override lc_namespace = ['mistral-sdk', 'langchain'];
  readonly #output: StructuredOutput;
  readonly #isRawIncluded: boolean;

  constructor(output: StructuredOutput, isRawIncluded: boolean) {
    super();
    this.#output = output;
    this.#isRawIncluded = isRawIncluded;
  }

  static override lc_name(): string {
    return 'StructuredReader';
  }

  /** @throws {StructuredOutputError} if the reply does not fit, and is not included. */
  override invoke(message: Message, options?: Partial<RunnableConfig>): Promise<unknown> {
    // oxlint-disable-next-line no-underscore-dangle -- LangChain calls it so
    return this._callWithConfig((raw: Message) => this.#read(raw), message, {
      ...options,
      runType: 'parser',
    });
  }

  override async *transform(
    messages: AsyncGenerator<Message>,
    options: Partial<RunnableConfig>,
  ): AsyncGenerator<unknown> {
    // oxlint-disable-next-line no-underscore-dangle -- LangChain calls it so
    yield* this._transformStreamWithConfig(messages, (chunks) => this.#readChunks(chunks), {
      ...options,
      runType: 'parser',
    });
  }

  /** The last value is that of the complete reply, validated. */
  async *#readChunks(chunks: AsyncGenerator<Message>): AsyncGenerator<unknown> {
    const json = new PartialJson();
    const deltaOf = this.#output.follow();
    let raw: Message | undefined;
    for await (const chunk of chunks) {
      raw = raw ? concat(raw, chunk) : chunk;
      const hasGrown = json.add(deltaOf(chunk));
      if (!hasGrown || !(json.value instanceof Object)) continue;
      // It grows in place.
      const parsed: object = structuredClone(json.value);
      yield replaceable(this.#isRawIncluded ? { raw, parsed } : parsed);
    }
    // A stream of a model has an end, at least.
    yield await this.#read(raw!);
  }

  async #read(raw: Message): Promise<unknown> {
    const parsed = this.#output.read(raw);
    return this.#isRawIncluded ? { raw, parsed: await parsed.catch(nullIfUnfit) } : parsed;
  }
}

/**
 * LangChain adds up what a stream has, for traces and for steps that need the complete input, by this method if there is one. It
 * would append texts to texts otherwise.
 */
const replaceable = <T extends object>(value: T): T =>
  Object.hasOwn(value, 'concat')
    ? value
    : Object.defineProperty(value, 'concat', { value: (next: unknown) => next, configurable: true });

/** A reply that does not fit is in `raw`. */
function nullIfUnfit(error: unknown): null {
  if (StructuredOutputError.isInstance(error)) return null;
  throw error;
}
