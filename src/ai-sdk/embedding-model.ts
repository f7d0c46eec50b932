import type { EmbeddingRequest } from '../../generated/types.gen.js';
import { embedAll } from '../concurrency/embed-all.js';
import { requestOptionsOf, type ClientOf } from './mistral-client.js';
import type { EmbeddingModel } from './other-models-v3.js';
import { readProviderOptions } from './provider-options.js';
import { toHeaders } from './response-info.js';
import { callErrorOf } from './sdk-error.js';

/** An embedding model for the AI SDK. What is too much for one request is split into several. */
export const embeddingModel = (clientOf: ClientOf, modelId: string): EmbeddingModel => ({
  specificationVersion: 'v3',
  provider: 'mistral.embedding',
  modelId,
  maxEmbeddingsPerCall: 128,
  supportsParallelCalls: true,

  async doEmbed({ values, ...options }) {
    const { body, ...own } = readProviderOptions('embedding', options.providerOptions);
    const params = { model: modelId, ...own, inputs: values };
    const request = requestOptionsOf(options, body);
    let headers = new Headers();
    const create = async (each: EmbeddingRequest, { signal }: { readonly signal: AbortSignal }) => {
      const { data, response } = await clientOf()
        .embeddings.create(each, { ...request, signal })
        .withResponse();
      headers = response.headers;
      return data;
    };
    try {
      const all = await embedAll({ create }, params, { signal: options.abortSignal });
      return {
        embeddings: all.embeddings,
        usage: { tokens: all.usage.prompt_tokens },
        response: { headers: toHeaders(headers), body: all },
        warnings: [],
      };
    } catch (error) {
      throw callErrorOf(error, '/v1/embeddings', { ...params, ...body });
    }
  },
});
