import { ArgumentError } from '../errors/argument-error.js';
import type { ApiKey } from '../transport/authorization.js';
import type { Middleware } from '../transport/middleware.js';
import type { TransportOptions } from '../transport/transport-options.js';
import { forHost } from '../transport/host-key.js';
import { refuseMissing } from './refuse-missing.js';

export interface GoogleVertexOptions extends Omit<TransportOptions, 'baseURL' | 'apiKey'> {
  /** Id of the Google Cloud project. */
  readonly project: string;
  /** @default 'europe-west4' */
  readonly region?: string;
  /**
   * Supplies an access token of the scope `cloud-platform`, called for each attempt: such as google-auth-library's
   * `auth.getAccessToken()`, which renews it.
   */
  readonly accessToken: ApiKey;
}

const served = ['/v1/chat/completions', '/v1/fim/completions'];

/** Models whose version appears only in the URL. */
const versioned = /^(codestral-2405|mistral-large-2407|mistral-nemo-2407)$/;

/**
 * Options for a client of Mistral's models on Google Vertex AI, which serves chat and FIM (also streamed). Any other call
 * fails with an {@link ArgumentError}, and nothing is sent.
 *
 * @throws {ArgumentError} without a project or an access token: Mistral's key would be sent to Google in its place.
 *
 * @example
 * ```ts
 * import { Mistral } from 'mistral-sdk';
 * import { googleVertex } from 'mistral-sdk/hosts';
 *
 * const accessToken = async () => 'token'; // from google-auth-library
 * const mistral = new Mistral(googleVertex({ project: 'my-project', accessToken }));
 * ```
 */
export function googleVertex(given: GoogleVertexOptions): TransportOptions {
  refuseMissing('googleVertex()', given, ['project', 'accessToken']);
  const { project, region = 'europe-west4', accessToken, middleware = [], ...options } = given;
  refuseMissing('googleVertex()', { region }, ['region']);
  const host = region === 'global' ? 'aiplatform.googleapis.com' : `${region}-aiplatform.googleapis.com`;
  const models = ['v1', 'projects', project, 'locations', region, 'publishers', 'mistralai', 'models'];
  const toVertex: Middleware = (request, next, { operation }) => {
    const url = new URL(request.url);
    if (!served.includes(url.pathname) || typeof request.body !== 'string') {
      throw new ArgumentError(`Google Vertex AI serves chat and FIM, and not mistral.${operation}()`);
    }
    const { model, ...fields } = JSON.parse(request.body) as { model?: unknown; stream?: unknown };
    if (typeof model !== 'string') throw new ArgumentError('Google Vertex AI needs a `model`');
    const [name, id] = versioned.test(model)
      ? [model.slice(0, -5), model.replace(/-(\d+)$/, '@$1')]
      : [model, model];
    const action = fields.stream === true ? 'streamRawPredict' : 'rawPredict';
    url.pathname = `/${[...models, id].map(encodeURIComponent).join('/')}:${action}`;
    return next({ ...request, url: url.href, body: JSON.stringify({ ...fields, model: name }) });
  };
  return forHost('Google Vertex AI', {
    ...options,
    apiKey: accessToken,
    baseURL: `https://${host}`,
    middleware: [...middleware, toVertex],
  });
}
