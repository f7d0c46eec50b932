import type { Client, Config, RequestOptions } from '../../generated/client/index.js';
import type { Caller } from '../errors/caller.js';
import { systemClock, type Clock } from '../internal/clock.js';
import { isBrowser } from '../internal/environment.js';
import { isRecord } from '../internal/is-record.js';
import type { Signal } from '../internal/cancellation.js';
import { lazyPromise } from '../internal/lazy-promise.js';
import { isPromise } from '../internal/until-aborted.js';
import { APIPromise, type Perform } from './api-promise.js';
import { attempting, type PreparedCall } from './attempt.js';
import { environmentKey, type KeyOption } from './authorization.js';
import type { ReadResponse } from './exchange.js';
import { withFetch } from './fetch.js';
import { checkedFetchOptions, type FetchOptions } from './fetch-options.js';
import { mergeHeaders, type HeadersInput } from './headers.js';
import { writeJson } from './write-json.js';
import { withLog } from './log.js';
import { withMiddleware } from './middleware.js';
import { watchCall, type ObservedCall } from './observer.js';
import { outgoingBody } from './outgoing-body.js';
import { fillPath } from './path.js';
import { writeQuery } from './query.js';
import { jsonReader } from './read-body.js';
import { withRedirects } from './redirects.js';
import { checkRuntime } from './check-runtime.js';
import { createRetryBudget, type RetryBudget } from './retry-budget.js';
import { retrying, type LostConnection } from './retry.js';
import { withDeprecationWarnings } from './warn-deprecated.js';
import { isReplayable, routeOf, type RequestBody, type Send } from './send.js';
import { checkSettings, mergeSettings, type Settings } from './settings.js';
import { supervise, type Progress } from './supervise.js';
import { readTransportOptions, type TransportOptions } from './transport-options.js';

declare const made: unique symbol;

/**
 * Sends requests to the API. Made by `createTransport()`, for the functions of this package; its members are private, so that
 * hey-api's types are not part of the package's types.
 */
export interface Transport {
  readonly [made]: true;
}

/** A transport with the interface for the generated functions. */
export const clientOf = (transport: Transport): Client => transport as unknown as Client;

/** Dependencies of a transport. */
export interface TransportDependencies {
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Shared by clients that were derived from one another. */
  readonly budget: RetryBudget;
}

/** What the layers above pass to the transport for one call, in hey-api's `meta`. */
export interface CallMeta extends Settings {
  /** Name of the method, such as `chat.complete`. */
  readonly operation?: string;
  /** Default headers of this kind of call. */
  readonly headers?: HeadersInput;
  /** Additional query parameters of the caller. */
  readonly query?: Readonly<Record<string, unknown>>;
  /** Which key authorizes the call; the API key by default. */
  readonly key?: KeyOption | undefined;
  /** The header for the key; by default it is a bearer token in `Authorization`. */
  readonly keyHeader?: string | undefined;
  /** Passed on to `fetch`. */
  readonly fetchOptions?: FetchOptions;
  /** Reads the data of a response; by default, JSON is decoded and anything else is a blob. */
  readonly read?: ReadResponse<unknown>;
  /** Sends the request instead of `fetch`: opening a WebSocket is a request, too. */
  readonly send?: Send;
  /** When the request is sent: synchronously in the call, or when the promise is first used. */
  readonly start?: 'now' | 'when used';
  /** The caller, for stacks. */
  readonly caller?: Caller;
  readonly onProgress?: (progress: Progress) => void;
  /** Called when the request body is not needed any more: the call has failed, or has its response. */
  readonly whenOver?: () => void;
  /** The call continues one that lost its connection. */
  readonly lost?: LostConnection | undefined;
  /** Aborts the call like the caller's own signal, when a stream or a list is abandoned. */
  readonly cancelSignal?: Signal | undefined;
}

/** What the generated functions pass. */
type CallOptions = RequestOptions & Pick<Config, 'method'> & { readonly meta?: CallMeta };

/** For options that were not checked yet. */
export const createBudget = (options: TransportOptions | null): RetryBudget =>
  createRetryBudget(options?.retryBudget);

/**
 * Send requests to the API: URL, key, body, retries, timeouts, and errors.
 *
 * It replaces hey-api's own client, with the same interface.
 *
 * @throws {ArgumentError} for an unknown or invalid option.
 */
export function createTransport(
  options: TransportOptions = {},
  {
    clock = systemClock,
    random = Math.random,
    budget = createBudget(options),
  }: Partial<TransportDependencies> = {},
): Transport & Client {
  const config = readTransportOptions(options);
  const { baseURL, log, observer, settings, maxResponseBytes, maxEventBytes } = config;
  const hasOwnFetch = options.fetch !== undefined;
  const surrounded = (send: Send) =>
    withLog(
      log,
      clock,
      withDeprecationWarnings(log, withMiddleware(config.middleware, withRedirects(config.redirect, send))),
    );
  const sendByFetch = surrounded(withFetch(config.fetch));

  const buildUrl = ({ url, path, query }: Pick<RequestOptions, 'url' | 'path' | 'query'>) =>
    baseURL + fillPath(url, path) + writeQuery(query);

  /** Reads all arguments synchronously in the call: later changes have no effect. */
  const prepare = (call: CallOptions, method: string): PreparedCall => {
    const { headers, body, signal, meta = {} } = call;
    const owner = `mistral.${meta.operation ?? 'request'}()`;
    checkRuntime(hasOwnFetch);
    checkSettings(owner, meta);
    const url = buildUrl(meta.query ? { ...call, query: { ...call.query, ...meta.query } } : call);
    const serialize = (call.bodySerializer ?? serializeBody) as (
      body: unknown,
    ) => RequestBody | PromiseLike<RequestBody>;
    const serialized = body === undefined ? undefined : serialize(body);
    // hey-api types header values as `unknown`; the generated ones are strings, or `null` to leave one out.
    const given = headers as HeadersInput | undefined;
    const merged = mergeHeaders(defaultHeaders(), meta.headers, config.headers, given);
    const { key: option = 'apiKey', keyHeader: header } = meta;
    return {
      operation: meta.operation ?? routeOf({ method, url }),
      method,
      url,
      headers: merged,
      // The environment is read as late as this: a program may be built where it has no key.
      credential: merged.has(header ?? 'authorization')
        ? undefined
        : { option, header, key: config.keys[option] ?? environmentKey(option) },
      fetchOptions: { ...config.fetchOptions, ...checkedFetchOptions(owner, meta.fetchOptions) },
      body: isPromise(serialized)
        ? lazyPromise(async () => outgoingBody(await serialized, meta.onProgress))
        : outgoingBody(serialized, meta.onProgress),
      signals: [signal ?? undefined, meta.cancelSignal],
      settings: mergeSettings(settings, meta),
      whenOver: meta.whenOver,
    };
  };

  const request = (call: CallOptions, method: string = call.method ?? 'GET'): APIPromise<unknown> => {
    try {
      return carry(prepare(call, method), call);
    } catch (fault) {
      return new APIPromise<never>(() => Promise.reject(fault as Error), call.meta?.start, call.meta?.caller);
    }
  };

  const carry = (prepared: PreparedCall, call: CallOptions): APIPromise<unknown> => {
    const { maxRetries, retry } = prepared.settings;
    const watch = observer && watchCall(observer, { ...observed(prepared, call), baseURL }, log);
    const send = call.meta?.send ? surrounded(call.meta.send) : sendByFetch;
    const attempt = attempting(prepared, { send, clock, maxResponseBytes, maxEventBytes, watch });
    const read = call.meta?.read ?? defaultReader(call);
    const carryOut: Perform<unknown> = (mode) => {
      const perform = () => {
        let body: RequestBody | undefined;
        // If the body cannot be read, the call fails where the body is awaited.
        if (isPromise(prepared.body))
          void prepared.body.then(
            (ready) => (body = ready),
            () => undefined,
          );
        else ({ body } = prepared);
        return retrying((number) => attempt(number, mode === 'response' ? unreadResponse(call) : read), {
          maxRetries,
          policy: retry,
          budget,
          clock,
          random,
          signals: prepared.signals,
          replayable: () => isReplayable(body),
          lost: call.meta?.lost,
          onRetry: (error, attempts, delayMs) => {
            const route = routeOf(prepared);
            if (delayMs !== undefined)
              log.info(
                `${route}: retrying in ${Math.round(delayMs)} ms after ${error.name} (attempt ${attempts} of ${maxRetries + 1})`,
              );
            else
              log.warn(
                `${route}: not retried after ${error.name}, because the client's retry budget is spent`,
              );
          },
        });
      };
      let outcome = watch ? watch.run(perform) : perform();
      const { whenOver } = prepared;
      if (whenOver)
        outcome = outcome.catch((error: unknown) => {
          whenOver();
          throw error;
        });
      if (mode === 'data') return outcome;
      return outcome.then(({ data, attempts }) => ({ response: data as Response, attempts }));
    };
    return new APIPromise(carryOut, call.meta?.start, call.meta?.caller);
  };

  const methods = ['connect', 'delete', 'get', 'head', 'options', 'patch', 'post', 'put', 'trace'] as const;
  const byMethod = methods.map((method) => {
    const name = method.toUpperCase();
    return [method, (call: RequestOptions) => request(call, name)];
  });
  // hey-api's client also has interceptors, mutable settings and an event source. The flat functions use none of these, and
  // the event source would repeat billed requests, so they are omitted on purpose.
  return { buildUrl, request, ...Object.fromEntries(byMethod) } as unknown as Transport & Client;
}

const observed = (
  { operation, method, headers }: PreparedCall,
  { url, path, query, body }: CallOptions,
): Omit<ObservedCall, 'baseURL'> => ({
  operation,
  method,
  path: url,
  params: { ...path, ...query, ...(isRecord(body) ? body : {}) },
  setHeader(given, text) {
    for (const [name, value] of new Headers({ [given]: text })) headers.set(name, value);
  },
});

/** Forms and bytes are sent unchanged, anything else as JSON. */
const serializeBody = (body: unknown): RequestBody =>
  body instanceof FormData || body instanceof Blob ? body : writeJson(body);

/** One idempotency key for all attempts of a call. */
function defaultHeaders(): HeadersInput {
  // In a page, the API's response to a preflight request would have to allow every header of ours.
  return { accept: 'application/json', ...(isBrowser() ? {} : { 'idempotency-key': crypto.randomUUID() }) };
}

/** Returns the response, for the caller to read. */
const unreadResponse =
  ({ meta }: CallOptions): ReadResponse<Response> =>
  async (exchange) => {
    const { timeoutMs } = exchange.settings;
    return supervise(exchange, { timeoutMs, onProgress: undefined, caller: meta?.caller });
  };

const defaultReader =
  (call: CallOptions): ReadResponse<unknown> =>
  async (exchange) => {
    const { response } = exchange;
    const { parseAs } = call;
    if (parseAs === 'stream') return (await unreadResponse(call)(exchange)).body;
    const isJson = parseAs === 'json' || /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    return isJson || response.status === 204
      ? jsonReader(undefined)(exchange)
      : (await unreadResponse(call)(exchange)).blob();
  };
