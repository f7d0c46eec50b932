import { createTransport as create, type Transport } from '../transport/transport.js';
import type { TransportOptions } from '../transport/transport-options.js';

export type { Transport };

/**
 * The transport of `new Mistral()` without its methods: it sends the calls of {@link call} and the other verbs, and takes the
 * same options.
 *
 * @throws {ArgumentError} if an option is invalid. Without `apiKey` and MISTRAL_API_KEY, the first call fails with one.
 */
export const createTransport = (options: TransportOptions = {}): Transport => create(options);
