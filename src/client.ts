import type { Api } from '../generated/api.gen.js';
import { bindResources } from './resources/bind.js';
import type { RequestOptions, Resource, StreamPromise } from './resources/method.js';
import { requestRoute, type RouteRequest } from './resources/request-route.js';
import type { Stream } from './streaming/stream.js';
import { ArgumentError } from './errors/argument-error.js';
import { isRecord } from './internal/is-record.js';
import { inspectAs } from './internal/inspect-as.js';
import type { APIPromise } from './transport/api-promise.js';
import type { RetryBudget } from './transport/retry-budget.js';
import { toRecord } from './transport/headers.js';
import { refuseMixedHosts } from './transport/host-key.js';
import { clientOf, createBudget, createTransport, type Transport } from './transport/transport.js';
import { transportKey, type HasTransport } from './transport/transport-key.js';
import type { TransportOptions } from './transport/transport-options.js';

/** Options of {@link Mistral}. */
export type MistralOptions = TransportOptions;

/** Every operation of the API, as methods: `mistral.chat.complete(…)`, `mistral.batch.jobs.list(…)`. */
export interface Mistral extends Resource<Api> {}

/**
 * A client of the Mistral AI API.
 *
 * A method takes an object of parameters, named as on the wire, and an object of options. Its result can be awaited; a stream
 * or a list can also be iterated right away.
 *
 * @throws {ArgumentError} if an option cannot be right. Without `apiKey` and MISTRAL_API_KEY, the first call fails with one.
 *
 * @example
 * ```ts
 * const mistral = new Mistral({ apiKey: 'your-key', timeoutMs: 60_000, maxRetries: 4 });
 * for await (const text of mistral.chat.stream({ model, messages }).text()) console.log(text);
 * ```
 */
export class Mistral implements HasTransport {
  // Private, as it contains the key, and a client may be logged.
  readonly #options: MistralOptions;
  readonly #budget: RetryBudget;
  readonly #transport: Transport;
  /** Passed by {@link Mistral.withOptions} to the client that it creates. */
  static #sharedBudget: RetryBudget | undefined;
  /** For functions of this package that need more of a client than its methods. The key cannot be read from it. */
  declare readonly [transportKey]: Transport;

  constructor(options: MistralOptions = {}) {
    this.#budget = Mistral.#sharedBudget ?? createBudget(options);
    this.#transport = createTransport(options, { budget: this.#budget });
    // Copied, so that later changes by the caller do not affect derived clients.
    this.#options = { ...options, headers: toRecord(options.headers) };
    // A getter with a computed name would keep bundlers from dropping an unused class.
    Object.defineProperty(this, transportKey, { value: this.#transport });
    inspectAs(this, () => `Mistral { baseURL: '${clientOf(this.#transport).buildUrl({ url: '' })}' }`);
    Object.assign(this, bindResources(this.#transport));
  }

  /**
   * A client with some options changed; `undefined` keeps an option. The result has the same class as this client; the
   * constructor of a subclass must take the same options. Both share one retry budget, unless the options have a new one.
   *
   * @throws {ArgumentError} if an option is invalid.
   */
  withOptions(options: MistralOptions): this {
    if (!isRecord(options as unknown)) throw new ArgumentError('withOptions() takes an object of options');
    // Omitted options would be kept, so a host needs all of its own.
    refuseMixedHosts(options);
    const retry = isRecord(options.retry) && {
      retry: { ...this.#options.retry, ...definedOf(options.retry) },
    };
    const changed = { ...this.#options, ...definedOf(options), ...retry };
    Mistral.#sharedBudget = options.retryBudget === undefined ? this.#budget : undefined;
    try {
      // TypeScript does not know the constructor of a subclass.
      return new (this.constructor as new (options: MistralOptions) => this)(changed);
    } finally {
      Mistral.#sharedBudget = undefined;
    }
  }

  /**
   * Call a route that is not in the API's description yet, with everything that described ones have.
   *
   * @throws {ArgumentError} synchronously, if the method or the path is invalid.
   *
   * @example
   * ```ts
   * const models = await mistral.request<{ data: { id: string }[] }>({ method: 'GET', path: '/v1/models' });
   * console.log(models.data.length);
   * ```
   */
  request<Event = unknown>(
    request: RouteRequest & { readonly responseType: 'stream' },
    options?: RequestOptions,
  ): StreamPromise<Stream<Event>>;
  request(
    request: RouteRequest & { readonly responseType: 'binary' },
    options?: RequestOptions,
  ): APIPromise<Response>;
  request<Data = unknown>(
    request: RouteRequest & { readonly responseType?: 'json' },
    options?: RequestOptions,
  ): APIPromise<Data>;
  request(request: RouteRequest, options?: RequestOptions): unknown {
    return requestRoute(this.#transport, request, options);
  }
}

/** The options that are not `undefined`. */
const definedOf = <T extends object>(options: T): Partial<T> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
