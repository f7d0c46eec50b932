import type { Transport } from './transport.js';

/**
 * Where a client keeps its transport, for functions that are imported apart from it. Registered, so that the copies
 * of this module in different CommonJS bundles mean the same.
 */
export const transportKey: unique symbol = Symbol.for('mistral-sdk.transport') as never;

/** What has a transport: every client. */
export interface HasTransport {
  readonly [transportKey]: Transport;
}
