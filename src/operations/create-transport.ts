import { createTransport as create, type Transport } from '../transport/transport.js';
import type { TransportOptions } from '../transport/transport-options.js';

export type { Transport };

/**
 * What `new Mistral()` is made of, without its methods: it carries the calls of {@link call} and the other verbs, and
 * takes the same options.
 *
 * @throws {ArgumentError} if there is neither `apiKey` nor MISTRAL_API_KEY, or an option cannot be right.
 */
export const createTransport = (options: TransportOptions = {}): Transport => create(options);
