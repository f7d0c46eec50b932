import type { Operation } from '../../generated/api.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { captureCaller } from '../errors/caller.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';
import type { APIPromise } from '../transport/api-promise.js';
import type { Transport } from '../transport/transport.js';
import type { RequestOptions } from './method.js';
import { perform } from './perform.js';

/** A request to a route that is not in the description. */
export interface RouteRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Relative to the base URL, with a `{name}` for each of `params`: `/v1/models/{model_id}`. */
  readonly path: string;
  /** Path parameters; they are encoded, so that no value can lead to another route. */
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, unknown>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /**
   * How the response is read: as JSON, as server-sent events up to `[DONE]`, or as bytes.
   *
   * @default 'json'
   */
  readonly responseType?: 'json' | 'stream' | 'binary';
  /**
   * Which key of the client authorizes the request.
   *
   * @default 'apiKey'
   */
  readonly key?: 'apiKey' | 'adminApiKey';
}

const fields = [
  'method',
  'path',
  'params',
  'query',
  'body',
  'responseType',
  'key',
] as const satisfies readonly (keyof RouteRequest)[];

/** Call a route with everything that described operations have: key, retries, timeouts, errors. */
export function requestRoute(
  transport: Transport,
  request: RouteRequest,
  options: RequestOptions = {},
): APIPromise<unknown> {
  const { method, path, params = {}, body, responseType = 'json', query, key } = readRequest(request);
  const operation: Operation = {
    id: 'request',
    kind: responseType,
    ...(key === 'adminApiKey' ? { key } : {}),
    method,
    url: path,
    path: Object.keys(params),
    ...(body === undefined ? {} : { body: 'json', isBodyWhole: true, names: { body: 0 } }),
    stream: { format: 'sse', done: '[DONE]' },
  };
  return perform(
    transport,
    operation,
    captureCaller(),
    { ...params, ...(body === undefined ? {} : { body }) },
    query && isRecord(options as unknown) ? { ...options, query: { ...query, ...options.query } } : options,
  );
}

function readRequest(request: RouteRequest): RouteRequest {
  const example = "`mistral.request({ method: 'GET', path: '/v1/models' })`";
  if (!isRecord(request)) throw new ArgumentError(`mistral.request() takes an object, such as ${example}`);
  const unknown = unknownKey(request, fields, 'mistral.request()', {
    url: 'path',
    headers: 'headers of the second argument',
  });
  if (unknown) throw new ArgumentError(unknown);
  const { method, path, responseType = 'json', key } = request as unknown as RouteRequest;
  if (!['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method)) {
    throw new ArgumentError(
      `mistral.request(): \`method\` must be GET, POST, PUT, PATCH or DELETE, as in ${example}`,
    );
  }
  if (!['json', 'stream', 'binary'].includes(responseType)) {
    throw new ArgumentError("mistral.request(): `responseType` must be 'json', 'stream' or 'binary'");
  }
  if (![undefined, 'apiKey', 'adminApiKey'].includes(key)) {
    throw new ArgumentError("mistral.request(): `key` must be 'apiKey' or 'adminApiKey'");
  }
  if (method === 'GET' && request.body !== undefined)
    throw new ArgumentError('mistral.request(): a GET has no `body`; values go into `query`');
  if (
    typeof path !== 'string' ||
    !/^\/[^/?#\\\s][^?#\\\s]*$/.test(path) ||
    /(^|\/)(\.|%2e){1,2}(\/|$)/i.test(path)
  ) {
    throw new ArgumentError(
      'mistral.request(): `path` must begin with one `/`, and hold no `..`, query or white space; queries go into `query`, values into `params`',
    );
  }
  return request as unknown as RouteRequest;
}
