import type { Client, Config, RequestOptions } from '../../generated/client/index.js';
import { MistralError } from '../errors/mistral-error.js';
import { environmentVariable } from '../internal/environment.js';
import { unknownKey } from '../internal/unknown-key.js';
import { APIPromise, type Outcome } from './api-promise.js';
import { authorize, type ApiKey } from './authorization.js';
import { writeBody } from './body.js';
import { decodeError, decodeJson } from './decode.js';
import { withFetch } from './fetch.js';
import { mergeHeaders, type HeadersInput } from './headers.js';
import { fillPath } from './path.js';
import { writeQuery } from './query.js';
import type { Call, Fetch, Send } from './send.js';

export interface TransportOptions {
  /**
   * The API key, or a function that supplies it, called for each request.
   *
   * @default the environment variable MISTRAL_API_KEY
   */
  readonly apiKey?: ApiKey;
  /**
   * Where the API is; a `/v1` at its end makes no difference. A path in it is kept as a prefix.
   *
   * @default 'https://api.mistral.ai'
   */
  readonly baseURL?: string;
  /**
   * Called as `fetch(url, init)` instead of the runtime's own.
   *
   * @default globalThis.fetch
   */
  readonly fetch?: Fetch;
  /** Sent with every request; a header of the same name on a call wins. */
  readonly headers?: HeadersInput;
}

/** Names of {@link TransportOptions}. */
export const transportOptionNames = [
  'apiKey',
  'baseURL',
  'fetch',
  'headers',
] as const satisfies readonly (keyof TransportOptions)[];

const defaultBaseURL = 'https://api.mistral.ai';

/** What carries the flat functions' requests to the API; pass it to them as `client`. */
export type Transport = Client;

/**
 * Carry requests to the API: URL, key, body, sending, and errors.
 *
 * It stands in for hey-api's own client, behind the same interface.
 *
 * @throws {MistralError} if there is no API key.
 * @throws {TypeError} for an option that does not exist, or a `baseURL` that is no http(s) URL.
 */
export function createTransport(options: TransportOptions = {}): Transport {
  const unknown = unknownKey(options, transportOptionNames, 'The client', {
    baseUrl: 'baseURL',
    serverURL: 'baseURL',
    defaultHeaders: 'headers',
    api_key: 'apiKey',
  });
  if (unknown) throw new TypeError(unknown);
  const apiKey = options.apiKey ?? environmentVariable('MISTRAL_API_KEY');
  if (apiKey === undefined) {
    throw new MistralError('No API key: set MISTRAL_API_KEY, or pass `new Mistral({ apiKey })`');
  }
  const baseURL = readBaseURL(options.baseURL ?? defaultBaseURL);
  // Looked up at each call, so that a test that replaces the global `fetch` later is heard.
  const send = withFetch(options.fetch ?? ((url, init) => globalThis.fetch(url, init)));
  const buildUrl = ({ url, path, query }: Pick<RequestOptions, 'url' | 'path' | 'query'>) =>
    baseURL + fillPath(url, path) + writeQuery(query);

  const request = (call: CallOptions) =>
    new APIPromise(async (mode) => {
      const prepared = await prepare(call, buildUrl(call), apiKey, options.headers);
      return exchange(send, prepared, mode === 'response' ? 'stream' : call.parseAs);
    });

  const methods = ['connect', 'delete', 'get', 'head', 'options', 'patch', 'post', 'put', 'trace'] as const;
  const byMethod = methods.map((method) => [
    method,
    (call: RequestOptions) => request({ ...call, method: method.toUpperCase() as Uppercase<typeof method> }),
  ]);
  // hey-api's client also has interceptors, mutable settings and an event-source. The flat functions use
  // none of these, and the last would send a billed request again, so they are left out on purpose.
  return { buildUrl, request, ...Object.fromEntries(byMethod) } as unknown as Transport;
}

/** What the generated functions hand over: hey-api's own options, and what they pass through for us in `meta`. */
type CallOptions = RequestOptions &
  Pick<Config, 'method'> & {
    /** What the answer is wanted as, unless a header says so. */
    readonly meta?: { readonly accept?: string };
  };

async function prepare(
  { method, headers, body, bodySerializer, signal, meta }: CallOptions,
  url: string,
  apiKey: ApiKey,
  defaults: HeadersInput | undefined,
): Promise<Call> {
  const serialized: unknown = bodySerializer && body !== undefined ? await bodySerializer(body) : body;
  const merged = mergeHeaders(
    { accept: meta?.accept ?? 'application/json', authorization: await authorize(apiKey) },
    defaults,
    // hey-api types header values as `unknown`; the generated ones are strings, or `null` to leave one out.
    headers as HeadersInput | undefined,
  );
  // Without a body there is nothing that a content type could describe.
  if (serialized === undefined) merged.delete('content-type');
  return {
    method: method ?? 'GET',
    url,
    headers: merged,
    body: writeBody(serialized),
    signal: signal ?? undefined,
  };
}

async function exchange(send: Send, call: Call, parseAs: Config['parseAs']): Promise<Outcome<unknown>> {
  const response = await send(call);
  if (!response.ok) throw await decodeError(call, response);
  if (parseAs === 'stream') return { response, data: response.body };
  const isJson = parseAs === 'json' || /[/+]json\b/.test(response.headers.get('content-type') ?? '');
  if (isJson || response.status === 204) return { response, data: await decodeJson(call, response) };
  return { response, data: await response.blob() };
}

function readBaseURL(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new TypeError(`\`baseURL\` is ${JSON.stringify(text)}; pass a URL such as ${defaultBaseURL}`);
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new TypeError(
      '`baseURL` must not hold credentials, a query or a fragment; pass the key as `apiKey`',
    );
  }
  // The paths of the API begin with /v1 themselves; other clients want it in the base.
  return url.href.replace(/\/+$/, '').replace(/\/v1$/, '');
}
