import type { Api } from '../../generated/api.gen.js';
import type { Resource } from '../resources/method.js';

/** What the models need of a client: `new Mistral()` has it. */
export type MistralClient = Pick<Resource<Api>, 'chat' | 'embeddings' | 'audio'>;

/** How the models of a provider get their client, which may be made with the first call. */
export type ClientOf = () => MistralClient;
