import { ArgumentError } from '../errors/argument-error.js';
import type { ApiKey } from '../transport/authorization.js';
import type { Middleware } from '../transport/middleware.js';
import type { TransportOptions } from '../transport/transport-options.js';
import { forHost } from '../transport/host-key.js';
import { refuseMissing } from './refuse-missing.js';

export interface AzureOptions extends Omit<TransportOptions, 'baseURL' | 'apiKey'> {
  /** The endpoint of the deployment, such as `https://NAME.REGION.models.ai.azure.com`. */
  readonly endpoint: string;
  /** The key of the deployment, or a function that supplies an access token. */
  readonly apiKey: ApiKey;
}

/** Paths that differ on Azure AI. */
const paths = new Map([
  ['/v1/chat/completions', '/v1/models/chat/completions'],
  ['/v1/ocr', '/v1/providers/mistral/azure/ocr'],
]);

/**
 * Options for a client of Mistral's models on Azure AI, which serves chat (also streamed) and OCR. Any other call fails with
 * an {@link ArgumentError}, and nothing is sent.
 *
 * @throws {ArgumentError} without an endpoint or a key: Mistral's own would be used in their place.
 *
 * @example
 * ```ts
 * import { Mistral } from 'mistral-sdk';
 * import { azure } from 'mistral-sdk/hosts';
 *
 * const mistral = new Mistral(azure({ endpoint: 'https://my-model.eastus.models.ai.azure.com', apiKey: 'key' }));
 * ```
 */
export function azure(given: AzureOptions): TransportOptions {
  refuseMissing('azure()', given, ['endpoint', 'apiKey']);
  const { endpoint, middleware = [], ...options } = given;
  const toAzure: Middleware = (request, next, { operation }) => {
    const url = new URL(request.url);
    const [known, there] = [...paths].find(([path]) => url.pathname.endsWith(path)) ?? [];
    if (known === undefined) {
      throw new ArgumentError(`Azure AI serves chat and OCR, and not mistral.${operation}()`);
    }
    url.pathname = url.pathname.slice(0, -known.length) + there;
    return next({ ...request, url: url.href });
  };
  return forHost('Azure AI', { ...options, baseURL: endpoint, middleware: [...middleware, toAzure] });
}
