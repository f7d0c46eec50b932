import type { BatchJob, BatchRequest } from '../../generated/types.gen.js';
import type { MockOperation } from '../../generated/mock.gen.js';
import { requireSync } from '../errors/require-sync.js';
import { isRecord } from '../internal/is-record.js';
import { parseOrKeep } from '../internal/parse-or-keep.js';
import { checkCount, checkOptions } from './check-options.js';
import { refusalOf } from './admit.js';
import type { MockResponses } from './mock-response.js';
import type { MockRequest } from './mock-request.js';
import { defaultData } from './respond.js';
import { chooseOperation, findRoute } from './route.js';

/** One request of a batch. */
export interface MockBatchRequest {
  readonly customId: string;
  readonly body: Record<string, unknown>;
  /** Of its job, such as `/v1/chat/completions`. */
  readonly endpoint: string;
}

/** The response to one request of a batch. */
export interface MockBatchResponse {
  /** @default 200 */
  readonly status?: number;
  readonly body: unknown;
}

export interface MockBatchesOptions {
  /**
   * The response to each request; `undefined` leaves out its result, as the API may do.
   *
   * @default the mock's response at the endpoint
   */
  readonly respond?: (request: MockBatchRequest) => MockBatchResponse | undefined;
  /**
   * How often a job has to be polled until it has ended.
   *
   * @default 3
   */
  readonly pollsUntilEnded?: number;
  /**
   * Check each request as the mock checks single requests; see the option of `createMockMistral()`. A request that the API
   * would refuse fails on its own, and `respond` is not called for it.
   *
   * @default true
   */
  readonly strict?: boolean;
}

interface Job {
  /** `undefined` of a job that was not created here. */
  readonly requests: readonly MockBatchRequest[] | undefined;
  polls: number;
  /** As the last poll returned it. */
  latest: BatchJob;
  isOver: boolean;
}

/**
 * Responses that simulate batch jobs: uploaded files can be read, jobs end after some polls, and their results can be
 * downloaded, or come with the job if its requests did.
 *
 * @throws {ArgumentError} for an invalid option.
 *
 * @example
 * ```ts
 * import { createMockMistral, mockBatches } from 'mistral-sdk/testing';
 *
 * const mock = createMockMistral(mockBatches({ respond: () => ({ status: 429, body: { message: 'slow down' } }) }));
 * const mistral = new Mistral({ apiKey: 'test', fetch: mock.fetch });
 * console.log(await mistral.batch.jobs.create({ endpoint: '/v1/embeddings', requests: [{ body: { input: 'a' } }] }));
 * ```
 */
export function mockBatches(options: MockBatchesOptions = {}): MockResponses {
  const known = { respond: 'function', pollsUntilEnded: undefined, strict: 'boolean' } as const;
  checkOptions('mockBatches()', options, known, { polls: 'pollsUntilEnded' });
  const { respond = respondByDefault, pollsUntilEnded = 3, strict = true } = options;
  checkCount('mockBatches()', 'pollsUntilEnded', pollsUntilEnded, 1);
  const files = new Map<string, () => Promise<string> | string>();
  const jobs = new Map<string, Job>();
  let ids = 0;
  const newId = () => `00000000-0000-4000-9000-${String((ids += 1)).padStart(12, '0')}`;

  const keep = (lines: readonly object[]): string => {
    const id = newId();
    files.set(id, () => lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return id;
  };

  const end = (job: Job): void => {
    // If `respond` throws, that simulates a network failure: the next poll calls it again.
    const written = job.requests?.flatMap((request) => {
      const response =
        refusalOfBatched(request, strict) ?? requireSync(respond(request), 'mockBatches(): `respond`');
      return response ? [lineOf(request, response)] : [];
    });
    job.isOver = true;
    job.latest.status = 'SUCCESS';
    if (!job.requests || !written) return;
    const output = written.filter(({ response }) => response.status_code < 400);
    const errors = written.filter(({ response }) => response.status_code >= 400);
    const isInline = job.latest.input_files.length === 0;
    Object.assign(job.latest, {
      completed_requests: job.requests.length,
      succeeded_requests: output.length,
      failed_requests: errors.length,
      outputs: isInline ? written : null,
      output_file: isInline ? null : keep(output),
      error_file: isInline || errors.length === 0 ? null : keep(errors),
    });
  };

  const poll = (job: Job): void => {
    job.polls += 1;
    if (job.isOver) return;
    if (job.polls >= pollsUntilEnded) return end(job);
    job.latest.status = 'RUNNING';
    if (!job.requests) return;
    job.latest.completed_requests = Math.floor((job.requests.length * job.polls) / pollsUntilEnded);
    job.latest.succeeded_requests = job.latest.completed_requests;
  };

  /** A job that was not created here runs, too; its results are an example. */
  const named = (example: BatchJob): Job => {
    const job: Job = {
      requests: undefined,
      polls: 0,
      latest: { ...example, status: 'QUEUED' },
      isOver: false,
    };
    jobs.set(example.id, job);
    return job;
  };

  const jobOf = ({ pathParameters }: MockRequest): Job | undefined => jobs.get(pathParameters.job_id ?? '');

  return {
    'files.upload': (request, example) => {
      const file = request.body instanceof FormData ? request.body.get('file') : null;
      if (!(file instanceof File)) return example;
      const id = newId();
      files.set(id, () => file.text());
      return { ...example, id };
    },
    'files.download': async ({ pathParameters }, example) =>
      (await files.get(pathParameters.file_id ?? '')?.()) ?? example,
    'batch.jobs.create': async ({ params }, example) => {
      const { endpoint, input_files, requests } = params;
      const texts = await Promise.all((input_files ?? []).map((id) => files.get(id)?.() ?? ''));
      const lines = texts.flatMap((text) => text.split('\n').filter((line) => line.trim() !== ''));
      const all = [...(requests ?? []), ...lines.map(toBatchRequest)];
      const created: BatchJob = {
        ...example,
        id: newId(),
        endpoint,
        input_files: [...(input_files ?? [])],
        errors: [],
        outputs: null,
        output_file: null,
        error_file: null,
        status: 'QUEUED',
        total_requests: all.length,
      };
      const toRequest = ({ custom_id, body }: BatchRequest, index: number): MockBatchRequest => ({
        customId: custom_id ?? String(index),
        body,
        endpoint,
      });
      jobs.set(created.id, { requests: all.map(toRequest), polls: 0, latest: created, isOver: false });
      return { ...created };
    },
    'batch.jobs.get': (request, example) => {
      const job = jobOf(request) ?? named(example);
      poll(job);
      return { ...job.latest, outputs: request.query.get('inline') === 'true' ? job.latest.outputs : null };
    },
    'batch.jobs.cancel': (request, example) => {
      const job = jobOf(request) ?? named(example);
      job.isOver = true;
      job.latest.status = 'CANCELLED';
      return { ...job.latest };
    },
  };
}

const lineOf = ({ customId }: MockBatchRequest, { status = 200, body }: MockBatchResponse) => ({
  id: `result_${customId}`,
  custom_id: customId,
  response: { status_code: status, body },
  error: status < 400 ? null : body,
});

/** A line of a file; one that is not an object counts as a request without a body, as for the API. */
function toBatchRequest(line: string): BatchRequest {
  const parsed = parseOrKeep(line);
  return (isRecord(parsed) ? parsed : {}) as unknown as BatchRequest;
}

const operationOf = ({ body, endpoint }: MockBatchRequest): MockOperation | undefined =>
  chooseOperation(findRoute('POST', endpoint).operations, body);

/** The same request sent on its own, with the fields that are checked. */
const singleRequest = ({ body }: MockBatchRequest): MockRequest =>
  ({
    body,
    pathParameters: {},
    query: new URLSearchParams(),
    headers: new Headers(),
  }) as unknown as MockRequest;

/** The model may be missing: the job's model or agent applies then. */
function refusalOfBatched(request: MockBatchRequest, isStrict: boolean): MockBatchResponse | undefined {
  const { body } = request;
  const hasOwn = !isRecord(body) || 'model' in body || 'agent_id' in body;
  const whole = hasOwn ? request : { ...request, body: { model: 'that-of-the-job', ...body } };
  const operation = operationOf(whole);
  return operation && refusalOf(operation, singleRequest(whole), undefined, isStrict);
}

function respondByDefault(request: MockBatchRequest): MockBatchResponse {
  const operation = operationOf(request);
  return operation
    ? { body: defaultData(operation, singleRequest(request)) }
    : { status: 404, body: { detail: 'Not Found' } };
}
