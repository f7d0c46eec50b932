export { decodeEmbedding, type EmbeddingArrays } from './decode-embedding.js';
export {
  embedAll,
  type AllEmbeddings,
  type EmbedAllOptions,
  type EmbedAllParams,
  type EmbeddingOf,
  type Embeddings,
} from './embed-all.js';
export { createLimiter, type Limiter, type LimiterOptions } from './limiter.js';
export {
  mapConcurrent,
  type ConcurrentResults,
  type MapConcurrentOptions,
  type MapContext,
} from './map-concurrent.js';
