import type { Api } from '../generated/api.gen.js';
import { bindResources } from './resources/bind.js';
import type { Resource } from './resources/method.js';
import { createTransport, type TransportOptions } from './transport/transport.js';

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
 * @throws {MistralError} if there is neither `apiKey` nor MISTRAL_API_KEY.
 *
 * @example
 * ```ts
 * const mistral = new Mistral();
 * const reply = await mistral.chat.complete({
 *   model: 'mistral-small-latest',
 *   messages: [{ role: 'user', content: 'Bonjour' }],
 * });
 * console.log(textOf(reply));
 * ```
 */
export class Mistral {
  constructor(options: MistralOptions = {}) {
    Object.assign(this, bindResources(createTransport(options)));
  }
}
