import type { BatchJobOut, BatchRequest } from '../../generated/types.gen.js';
import type { MockOperation } from '../../generated/mock.gen.js';
import { atOnce } from '../errors/at-once.js';
import { isRecord } from '../internal/is-record.js';
import { parseOrKeep } from '../internal/parse-or-keep.js';
import { refusalOf } from './admit.js';
import type { MockAnswers } from './mock-answer.js';
import type { MockRequest } from './mock-request.js';
import { usualAnswer } from './respond.js';
import { chooseOperation, findRoute } from './route.js';

/** One request of a batch. */
export interface MockBatchRequest {
  readonly customId: string;
  readonly body: Record<string, unknown>;
  /** Of its job, such as `/v1/chat/completions`. */
  readonly endpoint: string;
}

/** What becomes of one request of a batch. */
export interface MockBatchAnswer {
  /** @default 200 */
  readonly status?: number;
  readonly body: unknown;
}

export interface MockBatchesOptions {
  /**
   * Answers each request; for `undefined` there is no result, as may happen.
   *
   * @default what the mock answers at the endpoint
   */
  readonly answer?: (request: MockBatchRequest) => MockBatchAnswer | undefined;
  /**
   * The look at which a job has ended.
   *
   * @default 3
   */
  readonly looks?: number;
  /**
   * Check each request as the mock checks those that are sent alone; see the option of `createMockMistral()`. One that the API
   * would not take fails by itself, before `answer` is asked.
   *
   * @default true
   */
  readonly strict?: boolean;
}

interface Job {
  /** `undefined` of a job that was not created here. */
  readonly requests: readonly MockBatchRequest[] | undefined;
  looks: number;
  /** As it was seen last. */
  seen: BatchJobOut;
  isOver: boolean;
}

/**
 * Batch jobs that run: files that were uploaded can be read, jobs end after some looks at them, and their results
 * can be downloaded, or read with the job if the requests travelled with it.
 *
 * @example
 * ```ts
 * import { createMockMistral, mockBatches } from 'mistral-sdk/testing';
 *
 * const mock = createMockMistral(mockBatches({ answer: () => ({ status: 429, body: { message: 'slow down' } }) }));
 * const mistral = new Mistral({ apiKey: 'test', fetch: mock.fetch });
 * console.log(await mistral.batch.jobs.create({ endpoint: '/v1/embeddings', requests: [{ body: { input: 'a' } }] }));
 * ```
 */
export function mockBatches({
  answer = answerAsUsual,
  looks = 3,
  strict = true,
}: MockBatchesOptions = {}): MockAnswers {
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
    // One that fails stands for the network: the next look asks again.
    const written = job.requests?.flatMap((request) => {
      const answered =
        refusalOfBatched(request, strict) ?? atOnce(answer(request), 'mockBatches(): `answer`');
      return answered ? [lineOf(request, answered)] : [];
    });
    job.isOver = true;
    job.seen.status = 'SUCCESS';
    if (!job.requests || !written) return;
    const output = written.filter(({ response }) => response.status_code < 400);
    const errors = written.filter(({ response }) => response.status_code >= 400);
    const isInline = job.seen.input_files.length === 0;
    Object.assign(job.seen, {
      completed_requests: job.requests.length,
      succeeded_requests: output.length,
      failed_requests: errors.length,
      outputs: isInline ? written : null,
      output_file: isInline ? null : keep(output),
      error_file: isInline || errors.length === 0 ? null : keep(errors),
    });
  };

  const look = (job: Job): void => {
    job.looks += 1;
    if (job.isOver) return;
    if (job.looks >= looks) return end(job);
    job.seen.status = 'RUNNING';
    if (!job.requests) return;
    job.seen.completed_requests = Math.floor((job.requests.length * job.looks) / looks);
    job.seen.succeeded_requests = job.seen.completed_requests;
  };

  /** A job that was not created here runs too; what it leaves behind is an example. */
  const named = (usual: BatchJobOut): Job => {
    const job: Job = { requests: undefined, looks: 0, seen: { ...usual, status: 'QUEUED' }, isOver: false };
    jobs.set(usual.id, job);
    return job;
  };

  const jobOf = ({ pathParameters }: MockRequest): Job | undefined => jobs.get(pathParameters.job_id ?? '');

  return {
    'files.upload': (request, usual) => {
      const file = request.body instanceof FormData ? request.body.get('file') : null;
      if (!(file instanceof File)) return usual;
      const id = newId();
      files.set(id, () => file.text());
      return { ...usual, id };
    },
    'files.download': async ({ pathParameters }, usual) =>
      (await files.get(pathParameters.file_id ?? '')?.()) ?? usual,
    'batch.jobs.create': async ({ params }, usual) => {
      const { endpoint, input_files, requests } = params;
      const texts = await Promise.all((input_files ?? []).map((id) => files.get(id)?.() ?? ''));
      const lines = texts.flatMap((text) => text.split('\n').filter((line) => line.trim() !== ''));
      const all = [...(requests ?? []), ...lines.map(toBatchRequest)];
      const seen: BatchJobOut = {
        ...usual,
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
      const toRequest = ({ custom_id, body: asked }: BatchRequest, index: number): MockBatchRequest => ({
        customId: custom_id ?? String(index),
        body: asked,
        endpoint,
      });
      jobs.set(seen.id, { requests: all.map(toRequest), looks: 0, seen, isOver: false });
      return { ...seen };
    },
    'batch.jobs.get': (request, usual) => {
      const job = jobOf(request) ?? named(usual);
      look(job);
      return { ...job.seen, outputs: request.query.get('inline') === 'true' ? job.seen.outputs : null };
    },
    'batch.jobs.cancel': (request, usual) => {
      const job = jobOf(request) ?? named(usual);
      job.isOver = true;
      job.seen.status = 'CANCELLED';
      return { ...job.seen };
    },
  };
}

const lineOf = ({ customId }: MockBatchRequest, { status = 200, body }: MockBatchAnswer) => ({
  id: `result_${customId}`,
  custom_id: customId,
  response: { status_code: status, body },
  error: status < 400 ? null : body,
});

/** A line of a file; what is no request has no body, as far as the API can tell. */
function toBatchRequest(line: string): BatchRequest {
  const said = parseOrKeep(line);
  return (isRecord(said) ? said : {}) as unknown as BatchRequest;
}

const operationOf = ({ body, endpoint }: MockBatchRequest): MockOperation | undefined =>
  chooseOperation(findRoute('POST', endpoint).operations, body);

/** A request as it would have been sent alone: only what is looked at. */
const alone = ({ body }: MockBatchRequest): MockRequest =>
  ({
    body,
    pathParameters: {},
    query: new URLSearchParams(),
    headers: new Headers(),
  }) as unknown as MockRequest;

/** A model may be missing: that of the job, or its agent, is for the requests without one. */
function refusalOfBatched(request: MockBatchRequest, isStrict: boolean): MockBatchAnswer | undefined {
  const { body } = request;
  const hasOwn = !isRecord(body) || 'model' in body || 'agent_id' in body;
  const whole = hasOwn ? request : { ...request, body: { model: 'that-of-the-job', ...body } };
  const operation = operationOf(whole);
  return operation && refusalOf(operation, alone(whole), undefined, isStrict);
}

function answerAsUsual(request: MockBatchRequest): MockBatchAnswer {
  const operation = operationOf(request);
  return operation
    ? { body: usualAnswer(operation, alone(request)) }
    : { status: 404, body: { detail: 'Not Found' } };
}
