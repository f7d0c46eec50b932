export type { BatchClient } from './batch-client.js';
export type { BatchOptions, BatchProgress } from './batch-options.js';
export type { BatchLine, BatchResult } from './batch-result.js';
export type { BatchState, SavedJob } from './batch-state.js';
export { decodeJsonl, type DecodeJsonlOptions, type JsonlSource } from './decode-jsonl.js';
export type { BatchBody, BatchOutput } from './endpoints.js';
export { JsonlError } from './jsonl-error.js';
export { runBatch, type BatchSource } from './run-batch.js';
