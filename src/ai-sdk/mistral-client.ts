import type { Api } from '../../generated/api.gen.js';
import type { Resource, RequestOptions } from '../resources/method.js';
import type { CallOptions } from './shared-v3.js';

/** What the models need of a client: `new Mistral()` has it. */
export type MistralClient = Pick<Resource<Api>, 'chat' | 'embeddings' | 'audio'>;

/** How the models of a provider get their client, which may be made with the first call. */
export type ClientOf = () => MistralClient;

/** Options of a request, for those of a call by the AI SDK. */
export const requestOptionsOf = (
  { abortSignal, headers }: CallOptions,
  body?: RequestOptions['body'],
): RequestOptions => ({ signal: abortSignal, headers, ...(body ? { body } : {}) });
