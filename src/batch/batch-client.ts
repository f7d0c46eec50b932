import type { BatchJobsCreateParams } from '../../generated/params.gen.js';
import type { BatchJob } from '../../generated/types.gen.js';

interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** The methods of a client that a batch needs. */
export interface BatchClient {
  readonly files: {
    upload(params: { file: File; purpose: 'batch' }, options: CallOptions): PromiseLike<{ id: string }>;
    download(params: { file_id: string }, options: CallOptions): PromiseLike<Response>;
  };
  readonly batch: {
    readonly jobs: {
      create(params: BatchJobsCreateParams): PromiseLike<BatchJob>;
      get(params: { job_id: string; inline?: boolean }, options: CallOptions): PromiseLike<BatchJob>;
      cancel(params: { job_id: string }, options: CallOptions): PromiseLike<unknown>;
    };
  };
}
