import type { Api } from '../generated/api.gen.js';
import { bindResources } from './resources/bind.js';
import type { RequestOptions, Resource, StreamPromise } from './resources/method.js';
import { requestRoute, type RouteRequest } from './resources/request-route.js';
import type { Stream } from './streaming/stream.js';
import type { APIPromise } from './transport/api-promise.js';
import type { RetryBudget } from './transport/retry-budget.js';
import { createBudget, createTransport, type Transport } from './transport/transport.js';
import { transportKey, type HasTransport } from './transport/transport-key.js';
import type { TransportOptions } from './transport/transport-options.js';

/** Options of {@link Mistral}. */
export type MistralOptions = TransportOptions;

/** Every operation of the API, as methods: `mistral.chat.complete(…)`, `mistral.batch.jobs.list(…)`. */
export interface Mistral extends Resource<Api> {}

/**
 * A client of the Mistral AI API.
 *
 * A method takes one object of parameters, named as on the wire, and one of options. What it returns can be
 * awaited, and a stream or a list can also be iterated right away.
 *
 * @throws {ArgumentError} if there is neither `apiKey` nor MISTRAL_API_KEY, or an option cannot be right.
 *
 * @example
 * ```ts
 * const mistral = new Mistral({ apiKey: 'your-key', timeoutMs: 60_000, maxRetries: 4 });
 * for await (const text of mistral.chat.stream({ model, messages }).text()) console.log(text);
 * ```
 */
export class Mistral implements HasTransport {
  // Private: the key is in it, and a client may be logged.
  readonly #options: MistralOptions;
  readonly #budget: RetryBudget;
  readonly #transport: Transport;
  /** Handed by {@link Mistral.withOptions} to the client that it makes. */
  static #sharedBudget: RetryBudget | undefined;
  /** For functions of this package that need more of a client than its methods. The key cannot be read from it. */
  declare readonly [transportKey]: Transport;

  constructor(options: MistralOptions = {}) {
    this.#options = options;
    this.#budget = Mistral.#sharedBudget ?? createBudget(options);
    this.#transport = createTransport(options, { budget: this.#budget });
    // A getter of this name in the class would keep bundlers from dropping the class where nobody uses it.
    Object.defineProperty(this, transportKey, { value: this.#transport });
    Object.assign(this, bindResources(this.#transport));
  }

  /**
   * A client with some options changed. Both share one retry budget, unless a new one is among the options.
   *
   * @throws {ArgumentError} if an option cannot be right.
   */
  withOptions(options: MistralOptions): Mistral {
    Mistral.#sharedBudget = options.retryBudget === undefined ? this.#budget : undefined;
    try {
      return new Mistral({ ...this.#options, ...options });
    } finally {
      Mistral.#sharedBudget = undefined;
    }
  }

  /**
   * Call a route that the API's description does not know yet, with all that the described ones have.
   *
   * @throws {ArgumentError} if the method or the path cannot be right, at once.
   *
   * @example
   * ```ts
   * const answer = await mistral.request<{ data: { id: string }[] }>({ method: 'GET', path: '/v1/models' });
   * console.log(answer.data.length);
   * ```
   */
  request<Event = unknown>(
    request: RouteRequest & { readonly answer: 'stream' },
    options?: RequestOptions,
  ): StreamPromise<Stream<Event>>;
  request(
    request: RouteRequest & { readonly answer: 'binary' },
    options?: RequestOptions,
  ): APIPromise<Response>;
  request<Data = unknown>(
    request: RouteRequest & { readonly answer?: 'json' },
    options?: RequestOptions,
  ): APIPromise<Data>;
  request(request: RouteRequest, options?: RequestOptions): unknown {
    return requestRoute(this.#transport, request, options);
  }
}
