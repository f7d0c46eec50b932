import type { Api } from '../../generated/api.gen.js';
import type { ApiEndpoint } from '../../generated/types.gen.js';

/** The operation of each endpoint. */
interface Operations {
  '/v1/chat/completions': Api['chat']['complete'];
  '/v1/embeddings': Api['embeddings']['create'];
  '/v1/fim/completions': Api['fim']['complete'];
  '/v1/moderations': Api['classifiers']['moderate'];
  '/v1/chat/moderations': Api['classifiers']['moderateChat'];
  '/v1/ocr': Api['ocr']['process'];
  '/v1/classifications': Api['classifiers']['classify'];
  '/v1/chat/classifications': Api['classifiers']['classifyChat'];
  '/v1/conversations': Api['beta']['conversations']['start'];
  '/v1/audio/transcriptions': Api['audio']['transcriptions']['complete'];
}

/** The job names the model; batches cannot stream, and refer to files by id or URL. */
type InBatch<Params> = Params extends unknown ? Omit<Params, 'model' | 'stream' | 'file'> : never;

/** The body of one request of a batch. */
export type BatchBody<Endpoint extends ApiEndpoint> = InBatch<Operations[Endpoint]['params']>;

/** The response of an endpoint to one request. */
export type BatchOutput<Endpoint extends ApiEndpoint> = Operations[Endpoint]['response'];
