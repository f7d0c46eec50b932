import { Embeddings, type EmbeddingsParams } from '@langchain/core/embeddings';

import type { EmbeddingRequest } from '../../generated/types.gen.js';
import { embedAll, type EmbedAllOptions } from '../concurrency/embed-all.js';
import {
  callerOptions,
  connect,
  requestOptionsOf,
  type LangChainClient,
  type LangChainConnection,
} from './connection.js';

/** Options of {@link MistralEmbeddings}. */
export interface MistralEmbeddingsOptions
  extends
    Pick<EmbeddingRequest, 'output_dimension' | 'output_dtype'>,
    Omit<EmbeddingsParams, 'maxRetries' | 'maxConcurrency' | 'onFailedAttempt'>,
    Pick<EmbedAllOptions, 'batchSize' | 'batchCharacters'>,
    LangChainConnection<'embeddings'> {
  /**
   * ID of the model to use.
   *
   * @default 'mistral-embed'
   */
  model?: EmbeddingRequest['model'] | undefined;
  /**
   * Maximum number of concurrent requests of one `embedDocuments()`.
   *
   * @default 4
   */
  maxConcurrency?: number | undefined;
}

/**
 * Embeddings for LangChain, over the client of this package. Documents are split into requests as by {@link embedAll}.
 *
 * @throws {ArgumentError} if an option cannot be right.
 *
 * @example
 * ```ts
 * import { MistralEmbeddings } from 'mistral-sdk/langchain';
 *
 * const embeddings = new MistralEmbeddings({ model: 'mistral-embed' });
 * const [brie] = await embeddings.embedDocuments(['Brie', 'Comté']);
 * console.log(brie?.length);
 * ```
 */
export class MistralEmbeddings extends Embeddings {
  /** Sends the requests. */
  readonly client: LangChainClient<'embeddings'>;
  readonly model: string;
  readonly #options: MistralEmbeddingsOptions;

  constructor(options: MistralEmbeddingsOptions = {}) {
    super(callerOptions);
    this.client = connect<'embeddings'>(options);
    this.model = options.model ?? 'mistral-embed';
    // Private, as it may have the key.
    this.#options = options;
  }

  async embedDocuments(documents: string[]): Promise<number[][]> {
    const { output_dimension, output_dtype, batchSize, batchCharacters, maxConcurrency } = this.#options;
    const { requestOptions, maxRetries } = this.#options;
    const { embeddings } = await embedAll(
      {
        create: (params, { signal }) =>
          this.client.embeddings.create(params, requestOptionsOf(requestOptions, maxRetries, signal)),
      },
      { model: this.model, inputs: documents, output_dimension, output_dtype },
      { batchSize, batchCharacters, concurrency: maxConcurrency },
    );
    return embeddings;
  }

  async embedQuery(document: string): Promise<number[]> {
    const [embedding] = await this.embedDocuments([document]);
    // There is one for each document.
    return embedding!;
  }
}
