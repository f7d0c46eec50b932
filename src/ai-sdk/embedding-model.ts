import type { ClientOf } from './mistral-client.js';
import type { EmbeddingModel } from './other-models-v3.js';
import { readProviderOptions } from './provider-options.js';
import { usageOf } from './response-info.js';
import { requestOptionsOf, sendCall } from './send-call.js';

/** An embedding model for the AI SDK, which splits long lists by `maxEmbeddingsPerCall`. */
export const embeddingModel = (clientOf: ClientOf, modelId: string): EmbeddingModel => ({
  specificationVersion: 'v3',
  provider: 'mistral.embedding',
  modelId,
  // The API limits the tokens of a request to 16,384: these may have 512 each.
  maxEmbeddingsPerCall: 32,
  supportsParallelCalls: true,

  async doEmbed({ values, ...options }) {
    const { body, ...own } = readProviderOptions('embedding', options.providerOptions);
    const params = { model: modelId, ...own, input: values };
    const { data, headers } = await sendCall(
      () => clientOf().embeddings.create(params, requestOptionsOf(options, body)),
      '/v1/embeddings',
      { ...params, ...body },
    );
    const { total } = usageOf(data.usage).inputTokens;
    return {
      // Servers may send them in any order.
      embeddings: data.data
        .toSorted((one, other) => (one.index ?? 0) - (other.index ?? 0))
        .map(({ embedding }) => embedding as number[]),
      ...(total === undefined ? {} : { usage: { tokens: total } }),
      response: { headers, body: data },
      warnings: [],
    };
  },
});
