import type { Api } from '../../generated/api.gen.js';
import { bindResources } from '../resources/bind.js';
import type { RequestOptions, Resource } from '../resources/method.js';
import type { PlainMethods } from '../resources/plain-methods.js';
import type { ApiKey } from '../transport/authorization.js';
import { createTransport } from '../transport/transport.js';

interface Resources {
  readonly chat: PlainMethods<Resource<Api>['chat'], 'complete' | 'stream'>;
  readonly embeddings: PlainMethods<Resource<Api>['embeddings'], 'create'>;
}

/** What is used of a client: `new Mistral()` or a test double. */
export type LangChainClient<Name extends keyof Resources> = Pick<Resources, Name>;

/** How the API is reached: over a client of yours, or over one that is made of the key. */
export interface LangChainConnection<Name extends keyof Resources> {
  /** Sends the requests. Timeouts, retries, middleware, another host and everything else about requests is set up there. */
  readonly client?: LangChainClient<Name> | undefined;
  /**
   * The key, for a client that is made here.
   *
   * @default MISTRAL_API_KEY
   */
  readonly apiKey?: ApiKey | undefined;
  /** The server, for a client that is made here. */
  readonly baseURL?: string | undefined;
  /** Options of each request, as in the second argument of the methods of a client. */
  readonly requestOptions?: Omit<RequestOptions, 'signal'> | undefined;
  /**
   * How often the client retries a request; over its own `maxRetries`. LangChain's own retries are never used, so that nothing
   * is retried twice.
   */
  readonly maxRetries?: number | undefined;
}

/** Names of {@link LangChainConnection} that stay out of what LangChain serializes. */
export const connectionNames = ['client', 'apiKey', 'baseURL', 'requestOptions'] as const;

export const connect = <Name extends keyof Resources>({
  client,
  apiKey,
  baseURL,
}: LangChainConnection<Name>): LangChainClient<Name> =>
  // It has all methods.
  client ?? (bindResources(createTransport({ apiKey, baseURL })) as object as LangChainClient<Name>);

/** LangChain's caller limits the concurrency alone: the client has retried, and LangChain would change its errors. */
export const callerOptions = { maxRetries: 0, onFailedAttempt: (): void => {} };

/** The options of one request. */
export const requestOptionsOf = (
  given: Omit<RequestOptions, 'signal'> | undefined,
  maxRetries: number | undefined,
  signal: AbortSignal | undefined,
): RequestOptions => ({ ...given, ...(maxRetries === undefined ? {} : { maxRetries }), signal });
