import type { ApiEndpoint } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { captureCaller, addCallerStack } from '../errors/caller.js';
import { abortOf } from '../errors/failure-of.js';
import { linkSignals } from '../internal/linked-cancellation.js';
import { systemTiming, type Timing } from '../waiting/poll.js';
import type { BatchClient } from './batch-client.js';
import { readBatchOptions, type BatchOptions, type ToRequest } from './batch-options.js';
import type { BatchResult } from './batch-result.js';
import { BatchRun } from './batch-run.js';
import type { BatchBody, BatchOutput } from './endpoints.js';
import { PartReader } from './read-parts.js';

/** Requests, as an array or a generator. */
export type BatchSource<Input> = Iterable<Input> | AsyncIterable<Input>;

/**
 * Run many requests as batch jobs, and get each result with its input as soon as its job has ended.
 *
 * The source is read as jobs can be created, and results come job by job, unordered within a job. A failed request is a
 * result with an `error`; so is a request without a result. Nothing is sent before the first result is requested. Breaking
 * out of the loop ends the run; its jobs continue unless `cancelOnAbort` is set.
 *
 * Memory holds the requests of at most `maxJobs` jobs, of at most `maxBytesPerJob` each, whatever the total. Uploaded files
 * stay at the API, which deletes them after 30 days.
 *
 * @throws {ArgumentError} for an invalid option, for a request that cannot be sent, and if the requests are not those of the
 * state to `resume`.
 * @throws {AbortError} when the signal aborts.
 * @throws {APIError} and other errors of calls, if a job cannot be created, polled or read. Created jobs continue, and can be
 * resumed.
 *
 * @example
 * ```ts
 * import { runBatch } from 'mistral-sdk/batch';
 *
 * const mistral = new Mistral();
 * const requests = ['cheese', 'wine'].map((food) => ({
 *   messages: [{ role: 'user' as const, content: `What is the best French ${food}?` }],
 * }));
 *
 * for await (const { input, output, error } of runBatch(mistral, requests, { endpoint: '/v1/chat/completions', model })) {
 *   console.log(input.messages[0]?.content, error ? error.message : textOf(output));
 * }
 * ```
 */
export function runBatch<Endpoint extends ApiEndpoint, Input>(
  mistral: BatchClient,
  inputs: BatchSource<Input>,
  options: BatchOptions<Endpoint> & {
    /** Makes a request of an input of any type. Called once for each, in order. */
    readonly toRequest: (input: Input, index: number) => BatchBody<Endpoint>;
  },
  timing?: Partial<Timing>,
): AsyncGenerator<BatchResult<Input, BatchOutput<Endpoint>>, void>;
export function runBatch<Endpoint extends ApiEndpoint>(
  mistral: BatchClient,
  requests: BatchSource<BatchBody<Endpoint>>,
  options: BatchOptions<Endpoint>,
  timing?: Partial<Timing>,
): AsyncGenerator<BatchResult<BatchBody<Endpoint>, BatchOutput<Endpoint>>, void>;
export async function* runBatch(
  mistral: BatchClient,
  inputs: BatchSource<unknown>,
  options: BatchOptions<ApiEndpoint> & { readonly toRequest?: ToRequest },
  timing: Partial<Timing> = {},
): AsyncGenerator<BatchResult<unknown, unknown>, void> {
  const caller = captureCaller();
  const config = readBatchOptions(options);
  if (typeof (mistral as Partial<BatchClient> | undefined)?.batch?.jobs?.create !== 'function')
    throw new ArgumentError('runBatch(mistral, requests, options): `mistral` must be a client');
  const cancellation = linkSignals(config.signal);
  const { signal } = cancellation;
  const parts = new PartReader(inputs, config, signal);
  const total = Array.isArray(inputs) ? inputs.length : undefined;
  const run = new BatchRun({ mistral, config, parts, total, signal, timing: { ...systemTiming, ...timing } });
  let end: 'complete' | 'failed' | 'cancelled' = 'cancelled';
  try {
    for (let job = await run.nextEnded(); job; job = await run.nextEnded()) yield* run.resultsOf(job);
    end = 'complete';
  } catch (error) {
    end = 'failed';
    throw addCallerStack(signal.aborted ? abortOf(cancellation) : error, caller);
  } finally {
    cancellation.abort();
    const stopping = Promise.all([parts.cancel(), end === 'complete' ? undefined : run.stop()]);
    // Only the first failure is reported: it ended the run.
    await (end === 'failed' ? stopping.catch(() => undefined) : stopping);
  }
}
