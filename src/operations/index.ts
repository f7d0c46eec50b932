export { APIPromise, type WithResponse } from '../transport/api-promise.js';
export { createTransport, type Transport } from './create-transport.js';
export { call, download, list, stream, upload, uploadForStream } from './verbs.js';
export type { Described } from '../../generated/api.gen.js';
export * from '../../generated/operations.gen.js';
