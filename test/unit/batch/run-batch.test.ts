import { describe, expect, test, vi } from 'vitest';

import { runBatch, type BatchProgress, type BatchResult, type BatchState } from '../../../src/batch/index.js';
import { RateLimitError } from '../../../src/errors/api-error.js';
import { MistralError } from '../../../src/errors/mistral-error.js';
import type { Fetch } from '../../../src/index.js';
import type { JobFailedError } from '../../../src/waiting/index.js';
import {
  createMockMistral,
  mockBatches,
  type MockResponses,
  type MockBatchesOptions,
} from '../../../src/testing/index.js';
import { client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';
import { instantClock } from '../../helpers/instant-clock.js';

const endpoint = '/v1/embeddings';
const byIndex = (a: { index: number }, b: { index: number }) => a.index - b.index;

/** The mock API with batch jobs that run, and answer with the input. */
function batches(options: MockBatchesOptions = {}, answers: MockResponses = {}) {
  const mock = createMockMistral({
    ...mockBatches({ respond: ({ body }) => ({ body: { echo: body.input } }), ...options }),
    ...answers,
  });
  const sent = (operation: string) => mock.requests.filter((request) => request.operation === operation);
  return { mock, sent, mistral: client({ fetch: mock.fetch }) };
}

const timing = () => ({ clock: instantClock(), random: () => 0 });

/** Requests whose input is their index. */
const numbered = (count: number, first = 0) =>
  Array.from({ length: count }, (_, index) => ({ input: String(first + index) }));

const linesOf = async (body: unknown): Promise<unknown[]> => {
  const text = await ((body as FormData).get('file') as File).text();
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
};

describe('a batch', () => {
  test('gives each result with its own input', async () => {
    const { mistral } = batches();
    const requests = numbered(25);

    const results = await collect(
      runBatch(
        mistral,
        requests,
        { endpoint, model: 'm', maxRequestsPerJob: 10, maxInlineBytes: 0 },
        timing(),
      ),
    );

    const sorted = results.toSorted(byIndex);
    expect(sorted.map(({ index }) => index)).toEqual(requests.map((_, index) => index));
    for (const { input, output, error, index, customId, jobId } of sorted) {
      expect(input).toBe(requests[index]);
      expect(output).toEqual({ echo: String(index) });
      expect(error).toBeUndefined();
      expect(customId).toBe(String(index));
      expect(jobId).toMatch(/^[-0-9a-f]{36}$/);
    }
    expect(new Set(results.map(({ jobId }) => jobId)).size).toBe(3);
  });

  test('is written as JSONL, and uploaded for jobs that are told all options', async () => {
    const { mistral, sent } = batches();
    const options = {
      endpoint,
      model: 'm',
      metadata: { team: 'cheese' },
      timeout_hours: 48,
      maxInlineBytes: 0,
      maxRequestsPerJob: 2,
    } as const;

    await collect(runBatch(mistral, numbered(3), options, timing()));

    const uploads = sent('files.upload');
    expect(uploads.map(({ body }) => (body as FormData).get('purpose'))).toEqual(['batch', 'batch']);
    expect(uploads.map(({ body }) => ((body as FormData).get('file') as File).name)).toEqual([
      'batch-0.jsonl',
      'batch-2.jsonl',
    ]);
    expect(await linesOf(uploads[0]!.body)).toEqual([
      { custom_id: '0', body: { input: '0' } },
      { custom_id: '1', body: { input: '1' } },
    ]);
    expect(await linesOf(uploads[1]!.body)).toEqual([{ custom_id: '2', body: { input: '2' } }]);
    const { maxInlineBytes: _, maxRequestsPerJob: __, ...wire } = options;
    expect(sent('batch.jobs.create').map(({ body }) => body)).toEqual([
      { ...wire, input_files: [expect.any(String)] },
      { ...wire, input_files: [expect.any(String)] },
    ]);
  });

  test('that is small travels with its job, and so do its results', async () => {
    const { mistral, sent } = batches();

    const results = await collect(runBatch(mistral, numbered(2), { endpoint, model: 'm' }, timing()));

    expect(results.map(({ output }) => output)).toEqual([{ echo: '0' }, { echo: '1' }]);
    expect(sent('batch.jobs.create')[0]!.body).toEqual({
      endpoint,
      model: 'm',
      requests: [
        { custom_id: '0', body: { input: '0' } },
        { custom_id: '1', body: { input: '1' } },
      ],
    });
    expect(sent('files.upload')).toEqual([]);
    expect(sent('batch.jobs.get').at(-1)!.query.get('inline')).toBe('true');
  });

  test('of 10,000 requests is uploaded, however small these are', async () => {
    const { mistral, sent } = batches();

    await collect(runBatch(mistral, numbered(9_999), { endpoint }, timing()));
    expect(sent('files.upload')).toHaveLength(0);
    await collect(runBatch(mistral, numbered(10_000), { endpoint }, timing()));
    expect(sent('files.upload')).toHaveLength(1);
  });

  test('is split where its bytes would be too many, to the byte', async () => {
    const { mistral, sent } = batches();
    const requests = [{ input: 'é' }, { input: 'bc' }, { input: 'de' }];
    // Each line has 40 bytes with its end.
    const options = { endpoint, maxInlineBytes: 0, maxBytesPerJob: 2 * 40 } as const;

    await collect(runBatch(mistral, requests, options, timing()));
    const exactly = await Promise.all(sent('files.upload').map(({ body }) => linesOf(body)));
    await collect(runBatch(mistral, requests, { ...options, maxBytesPerJob: 2 * 40 - 1 }, timing()));

    expect(exactly.map((lines) => lines.length)).toEqual([2, 1]);
    expect(sent('files.upload')).toHaveLength(2 + 3);
  });

  test.each(['a', 'é', '€', '𝄞', '\ud800', '\udfff', '"', '\n'])(
    'counts the bytes of %j as they are sent',
    async (input) => {
      const { mistral, sent } = batches();
      // Half of a surrogate pair is replaced by what UTF-8 has for one.
      const sentInput = new TextDecoder().decode(new TextEncoder().encode(input));
      const line = `${JSON.stringify({ custom_id: '0', body: { input: sentInput } })}\n`;
      const maxBytesPerJob = new Blob([line]).size;
      const run = (options: object) =>
        collect(runBatch(mistral, [{ input }], { endpoint, maxInlineBytes: 0, ...options }, timing()));

      await run({ maxBytesPerJob });
      expect(((sent('files.upload')[0]!.body as FormData).get('file') as File).size).toBe(maxBytesPerJob);
      await expect(run({ maxBytesPerJob: maxBytesPerJob - 1 })).rejects.toThrow(
        `has ${maxBytesPerJob} bytes`,
      );
    },
  );

  test('of nothing sends nothing', async () => {
    const { mistral, mock } = batches();

    expect(await collect(runBatch(mistral, [], { endpoint }, timing()))).toEqual([]);
    expect(mock.requests).toEqual([]);
  });

  test('that nobody reads sends nothing', () => {
    const { mistral, mock } = batches();

    runBatch(mistral, numbered(1), { endpoint });

    expect(mock.requests).toEqual([]);
  });

  test.each<[string, () => Iterable<{ input: string }> | AsyncIterable<{ input: string }>]>([
    ['a set', () => new Set(numbered(3))],
    [
      'a generator',
      function* () {
        yield* numbered(3);
      },
    ],
    [
      'an async generator',
      async function* () {
        yield* numbered(3);
      },
    ],
    ['a stream', () => ReadableStreamOf(numbered(3))],
  ])('takes its requests from %s', async (_, source) => {
    const { mistral } = batches();

    const results = await collect(runBatch(mistral, source(), { endpoint }, timing()));

    expect(results.map(({ input }) => input)).toEqual(numbered(3));
  });

  test('makes requests of what is no request', async () => {
    const { mistral } = batches();
    const rows = [
      { id: 'a', text: 'x' },
      { id: 'b', text: 'y' },
    ];
    const toRequest = (row: (typeof rows)[number], index: number) => ({ input: `${index}: ${row.text}` });

    const results = await collect(runBatch(mistral, rows, { endpoint, toRequest }, timing()));

    expect(results.map(({ input, output }) => [input, output])).toEqual([
      [rows[0], { echo: '0: x' }],
      [rows[1], { echo: '1: y' }],
    ]);
  });

  test('has only so many jobs under way, and reads no more of its source', async () => {
    const { mistral, sent } = batches();
    let made = 0;
    function* source() {
      for (const request of numbered(100)) {
        made += 1;
        yield request;
      }
    }
    const options = { endpoint, maxJobs: 2, maxRequestsPerJob: 10 } as const;
    let got = 0;

    for await (const _ of runBatch(mistral, source(), options, timing())) {
      got += 1;
      const ended = Math.floor((got - 1) / 10);
      expect(sent('batch.jobs.create').length).toBeLessThanOrEqual(ended + 2);
      expect(made).toBeLessThanOrEqual((ended + 2) * 10);
      if (got === 5) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(got).toBe(100);
  });

  test('gives the results of one job while others are under way and the source is slow', async () => {
    const { mistral } = batches();
    let goOn = () => {};
    const more = new Promise<void>((resolve) => (goOn = resolve));
    async function* source() {
      yield* numbered(2);
      await more;
      yield* numbered(2, 2);
    }

    const seen: number[] = [];
    for await (const { index } of runBatch(mistral, source(), { endpoint, maxRequestsPerJob: 2 }, timing())) {
      seen.push(index);
      // Would wait forever if the results were held back.
      if (index === 1) goOn();
    }
    expect(seen).toEqual([0, 1, 2, 3]);
  });
});

describe('a request that fails', () => {
  test('is a result with the error of its status, from the error file too', async () => {
    const respond = ({ customId }: { customId: string }) =>
      customId === '1'
        ? { status: 429, body: { message: 'too many', code: '1300' } }
        : { body: { ok: true } };
    for (const maxInlineBytes of [0, 1e6]) {
      const { mistral } = batches({ respond });

      const results = await collect(runBatch(mistral, numbered(3), { endpoint, maxInlineBytes }, timing()));

      expect(results).toHaveLength(3);
      const failed = results.find(({ index }) => index === 1)!;
      expect(failed.output).toBeUndefined();
      expect(failed.input).toEqual({ input: '1' });
      expect(failed.error).toBeInstanceOf(RateLimitError);
      expect(failed.error).toMatchObject({ status: 429, code: '1300' });
      expect(failed.error!.message).toContain('too many');
      expect(failed.error!.message).toContain('Request 1 of job');
    }
  });

  test.each<[object, string]>([
    [{ error: { message: 'broken' }, response: null }, 'broken'],
    [{ error: 'broken' }, 'broken'],
    [{ error: { code: 5 } }, '{"code":5}'],
    [{ response: { status_code: 200, body: { ok: true } }, error: 'broken' }, 'broken'],
    [{ response: { status_code: 200, body: null } }, 'no body'],
    [{}, 'no body'],
  ])('has its reason, however it is told: %j', async (line, reason) => {
    const results = JSON.stringify({ custom_id: '0', ...line });
    const { mistral } = batches({}, { 'files.download': results });

    const [result] = await collect(runBatch(mistral, numbered(1), { endpoint, maxInlineBytes: 0 }, timing()));

    expect(result!.error).toBeInstanceOf(MistralError);
    expect(result!.error!.message).toContain(reason);
  });

  test('is told when its job has no result for it', async () => {
    const { mistral } = batches({ respond: ({ customId }) => (customId === '1' ? undefined : { body: {} }) });

    const results = await collect(runBatch(mistral, numbered(3), { endpoint }, timing()));

    expect(results.map(({ index }) => index)).toEqual([0, 2, 1]);
    expect(results[2]!.error!.message).toMatch(/^Job .* ended as SUCCESS, and has no result for request 1$/);
  });

  test('is told when the line of its result is not JSON; lines that are nobody’s count for nothing', async () => {
    const line = (custom_id: unknown) =>
      JSON.stringify({ custom_id, response: { status_code: 200, body: { custom_id } } });
    const file = [
      line('0'),
      '{"custom_id":"1",',
      line('7'),
      line('x'),
      line(null),
      line('0'),
      line(2),
      'null',
    ];
    const { mistral } = batches({}, { 'files.download': file.join('\n') });

    const results = await collect(runBatch(mistral, numbered(3), { endpoint, maxInlineBytes: 0 }, timing()));

    expect(results.map(({ index }) => index)).toEqual([0, 2, 1]);
    expect(results[2]!.error!.message).toContain('1 of the lines in its files are not JSON');
  });

  test('is told when its job fails, with the job, after the results that there are', async () => {
    const { mistral } = batches(
      {},
      {
        'batch.jobs.get': (_, job) => ({
          ...job,
          status: 'TIMEOUT_EXCEEDED',
          errors: [{ message: 'out of time' }],
          output_file: '497f6eca-6276-4993-bfeb-53cbbbba6f08',
          error_file: null,
        }),
        'files.download': '{"custom_id":"1","response":{"status_code":200,"body":{}}}',
      },
    );

    const results = await collect(runBatch(mistral, numbered(2), { endpoint }, timing()));

    expect(results.map(({ index, error }) => [index, error?.name])).toEqual([
      [1, undefined],
      [0, 'JobFailedError'],
    ]);
    expect((results[1]!.error as JobFailedError).job).toMatchObject({ status: 'TIMEOUT_EXCEEDED' });
    expect(results[1]!.error!.message).toContain('out of time');
  });

  test('is told when the results are gone, and those of other jobs are given', async () => {
    let downloads = 0;
    const { mistral } = batches(
      {},
      {
        'files.download': ({ pathParameters }, usual) =>
          pathParameters.file_id && (downloads += 1) === 1
            ? Response.json({ message: 'gone' }, { status: 404 })
            : '{"custom_id":"1","response":{"status_code":200,"body":{}}}' + usual.slice(0, 0),
      },
    );

    const results = await collect(
      runBatch(mistral, numbered(2), { endpoint, maxInlineBytes: 0, maxRequestsPerJob: 1 }, timing()),
    );
    expect(results.toSorted(byIndex).map(({ error }) => error?.name)).toEqual(['NotFoundError', undefined]);
  });
});

describe('a download that breaks off', () => {
  const whole = numbered(4)
    .map((_, index) => `{"custom_id":"${index}","response":{"status_code":200,"body":{"index":${index}}}}\n`)
    .join('');

  /** Breaks off after so many characters, one number a download. */
  function breaking(...lengths: readonly number[]) {
    const rest = [...lengths];
    return batches(
      {},
      {
        'files.download': () => {
          const length = rest.shift();
          const headers = { 'content-length': String(whole.length) };
          return new Response(whole.slice(0, length), { headers });
        },
      },
    );
  }
  const options = { endpoint, maxInlineBytes: 0 } as const;

  test('is begun anew, and no result comes twice', async () => {
    const { mistral, sent } = breaking(100, 200, 100);

    const results = await collect(runBatch(mistral, numbered(4), options, timing()));

    expect(results.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(sent('files.download')).toHaveLength(4);
  });

  test('ends the run when it gets no further', async () => {
    const { mistral, sent } = breaking(100, 100, 100);

    const error = await failureOf(collect(runBatch(mistral, numbered(4), options, timing())));

    expect(error).toMatchObject({ name: 'ConnectionError' });
    expect(sent('files.download')).toHaveLength(3);
  });
});

describe('progress', () => {
  test('counts requests and jobs, and ends with all of them', async () => {
    const { mistral } = batches({
      respond: ({ customId }) => ({ status: customId === '3' ? 400 : 200, body: {} }),
    });
    const seen: BatchProgress[] = [];

    async function* source() {
      yield* numbered(5);
      expect(seen[0]?.total).toBeUndefined();
    }
    const options = {
      endpoint,
      maxRequestsPerJob: 2,
      onProgress: (progress: BatchProgress) => seen.push(progress),
    } as const;
    await collect(runBatch(mistral, source(), options, timing()));

    expect(seen.find(({ jobs }) => jobs === 1)).toMatchObject({ submitted: 2, completed: 0, failed: 0 });

    expect(seen.at(-1)).toEqual({ total: 5, submitted: 5, completed: 5, failed: 1, jobs: 3, endedJobs: 3 });
    for (const [index, { completed, submitted }] of seen.entries()) {
      expect(completed).toBeGreaterThanOrEqual(seen[index - 1]?.completed ?? 0);
      expect(completed).toBeLessThanOrEqual(submitted);
    }
  });

  test.each([undefined, null])('is a number where a job says of its failed requests %s', async (failed) => {
    const { mock } = batches();
    const fetch: Fetch = async (url, init) => {
      const response = await mock.fetch(url, init);
      if (!url.includes('/batch/jobs')) return response;
      const { failed_requests: _, ...job } = (await response.json()) as Record<string, unknown>;
      return Response.json(failed === undefined ? job : { ...job, failed_requests: failed });
    };
    const mistral = client({ fetch });
    const seen: BatchProgress[] = [];
    const onProgress = (progress: BatchProgress) => void seen.push(progress);

    await collect(runBatch(mistral, numbered(2), { endpoint, onProgress }, timing()));

    expect(seen.map((progress) => progress.failed)).toEqual(seen.map(() => 0));
  });

  test('knows the length of an array from the beginning', async () => {
    const { mistral } = batches();
    const onProgress = vi.fn();

    await collect(runBatch(mistral, numbered(5), { endpoint, maxRequestsPerJob: 2, onProgress }, timing()));

    expect(onProgress.mock.calls[0]![0]).toMatchObject({ total: 5 });
  });
});

describe('a run that is resumed', () => {
  const options = { endpoint, maxRequestsPerJob: 2, maxJobs: 2, maxInlineBytes: 0 } as const;

  /** Crashes after so many results. */
  async function crash(mistral: ReturnType<typeof batches>['mistral'], count: number) {
    let state: BatchState | undefined;
    const onState = (next: BatchState) => void (state = JSON.parse(JSON.stringify(next)) as BatchState);
    const seen: number[] = [];
    for await (const { index } of runBatch(mistral, numbered(7), { ...options, onState }, timing())) {
      seen.push(index);
      if (seen.length === count) break;
    }
    return { state: state!, seen };
  }

  test('creates no job again, gives no result of a job that was done, and joins the others', async () => {
    const { mistral, sent } = batches();
    const { state, seen } = await crash(mistral, 3);
    expect(seen).toEqual([0, 1, 2]);
    expect(state.jobs.map(({ first, count, failed }) => [first, count, failed])).toEqual([
      [0, 2, 0],
      [2, 2, null],
      [4, 2, null],
    ]);
    const created = sent('batch.jobs.create').length;
    const progress: BatchProgress[] = [];

    const results = await collect(
      runBatch(
        mistral,
        numbered(7),
        { ...options, resume: state, onProgress: (now) => progress.push(now) },
        timing(),
      ),
    );

    // The second job was not done, and comes again from its beginning.
    expect(results.toSorted(byIndex).map(({ index }) => index)).toEqual([2, 3, 4, 5, 6]);
    for (const { input, output } of results) expect(output).toEqual({ echo: input.input });
    expect(sent('batch.jobs.create').length).toBe(created + 1);
    expect(progress.at(-1)).toMatchObject({ total: 7, submitted: 7, completed: 7, jobs: 4, endedJobs: 4 });
  });

  test('keeps the parts of the earlier run, whatever the limits are now', async () => {
    const { mistral } = batches();
    const { state } = await crash(mistral, 1);

    const results = await collect(
      runBatch(mistral, numbered(7), { ...options, maxRequestsPerJob: 100, resume: state }, timing()),
    );

    expect(results.toSorted(byIndex).map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test('makes up for a job that was not created between two that were', async () => {
    const { mistral, sent } = batches();
    const states: BatchState[] = [];
    await collect(
      runBatch(mistral, numbered(6), { ...options, onState: (next) => void states.push(next) }, timing()),
    );
    const { jobs } = states.find((state) => state.jobs.length === 3)!;
    const open = jobs.map((job) => ({ ...job, failed: null }));
    const created = sent('batch.jobs.create').length;
    const resume: BatchState = { version: 1, endpoint, jobs: [open[0]!, open[2]!] };

    const results = await collect(
      runBatch(mistral, numbered(6), { ...options, maxRequestsPerJob: 100, resume }, timing()),
    );

    expect(results.toSorted(byIndex).map(({ output }) => output)).toEqual(
      numbered(6).map(({ input }) => ({ echo: input })),
    );
    expect(sent('batch.jobs.create').length).toBe(created + 1);
    for (const { index, jobId } of results.filter(({ index: at }) => at >= 4))
      expect([index, jobId]).toEqual([index, open[2]!.job_id]);
  });

  test('refuses a source that ends before the last job of the earlier run', async () => {
    const { mistral } = batches();
    const { state } = await crash(mistral, 3);
    const resume: BatchState = { ...state, jobs: state.jobs.slice(2) };

    const error = await failureOf(collect(runBatch(mistral, numbered(2), { ...options, resume }, timing())));
    expect(error).toMatchObject({ name: 'ArgumentError' });
  });

  test('refuses other requests than before, instead of joining the wrong ones', async () => {
    const { mistral } = batches();
    const { state } = await crash(mistral, 3);
    const resumed = (requests: { input: string }[]) =>
      failureOf(collect(runBatch(mistral, requests, { ...options, resume: state }, timing())));

    for (const requests of [numbered(7, 1), numbered(3), numbered(2), numbered(1), []])
      expect(await resumed(requests)).toMatchObject({
        name: 'ArgumentError',
        message: expect.stringContaining('are not those of job') as string,
      });
  });

  test('refuses requests that differ only where all was answered already, and asks for nothing', async () => {
    const { mistral, sent } = batches();
    const { state } = await crash(mistral, 7);
    expect(state.jobs[0]).toMatchObject({ first: 0, count: 2, failed: 0 });
    const created = sent('batch.jobs.create').length;
    const requests = [{ input: 'another' }, ...numbered(7).slice(0, 6)];

    const error = await failureOf(
      collect(runBatch(mistral, requests, { ...options, resume: state }, timing())),
    );

    expect(error).toMatchObject({ name: 'ArgumentError' });
    expect((error as Error).message).toContain('Requests 0 to 1 are not those of job');
    expect(sent('batch.jobs.create').length).toBe(created);
  });

  test.each(['model', 'agent_id'] as const)('refuses another `%s` than before', async (name) => {
    const { mistral } = batches();
    let state: BatchState | undefined;
    const onState = (next: BatchState) => void (state = JSON.parse(JSON.stringify(next)) as BatchState);
    await collect(runBatch(mistral, numbered(2), { ...options, [name]: 'one', onState }, timing()));

    const error = await failureOf(
      collect(runBatch(mistral, numbered(2), { ...options, [name]: 'another', resume: state }, timing())),
    );

    expect((error as Error).message).toContain(
      `it is of the \`${name}\` one, and the \`${name}\` is now another`,
    );
    const { [name]: _, ...older } = state!;
    expect(
      await collect(
        runBatch(mistral, numbered(2), { ...options, [name]: 'another', resume: older }, timing()),
      ),
    ).toEqual([]);
  });

  test('waits until a state is kept, and is told of each only after the one before', async () => {
    const { mistral, sent } = batches();
    let writing = 0;
    const onState = async ({ jobs }: BatchState) => {
      expect(writing).toBe(0);
      writing += 1;
      await new Promise((resolve) => setImmediate(resolve));
      writing -= 1;
      expect(jobs.map(({ first }) => first)).toEqual(
        jobs.map(({ first }) => first).toSorted((a, b) => a - b),
      );
      expect(sent('batch.jobs.create').length).toBeGreaterThanOrEqual(jobs.length);
    };

    await collect(runBatch(mistral, numbered(7), { ...options, onState }, timing()));
    expect(writing).toBe(0);
  });

  test('fails when a state cannot be kept', async () => {
    const { mistral } = batches();
    const full = new Error('disk full');
    const onState = () => Promise.reject(full);

    expect(await failureOf(collect(runBatch(mistral, numbered(7), { ...options, onState }, timing())))).toBe(
      full,
    );
  });
});

describe('a run that fails', () => {
  const options = { endpoint, maxRequestsPerJob: 2, maxInlineBytes: 0 } as const;

  test.each<keyof MockResponses>(['files.upload', 'batch.jobs.create', 'batch.jobs.get', 'files.download'])(
    'has the error of %s, and leaves the source',
    async (operation) => {
      const { mistral } = batches({}, {
        [operation]: Response.json({ message: 'no' }, { status: 401 }),
      } as MockResponses);
      const left = vi.fn();
      function* source() {
        try {
          yield* numbered(100);
        } finally {
          left();
        }
      }

      const error = await failureOf(collect(runBatch(mistral, source(), options, timing())));

      expect(error).toMatchObject({ name: 'AuthenticationError' });
      expect(left).toHaveBeenCalledOnce();
    },
  );

  test('because its source does, has the error of the source', async () => {
    const { mistral, sent } = batches();
    const broken = new Error('database gone');
    async function* source() {
      yield* numbered(3);
      throw broken;
    }

    expect(await failureOf(collect(runBatch(mistral, source(), options, timing())))).toBe(broken);
    // The first two were sent already.
    expect(sent('batch.jobs.create').length).toBeLessThanOrEqual(1);
  });

  test('because a listener does, has the error of the listener', async () => {
    const { mistral } = batches();
    const bug = new Error('bug');
    const onProgress = () => {
      throw bug;
    };

    expect(
      await failureOf(collect(runBatch(mistral, numbered(3), { ...options, onProgress }, timing()))),
    ).toBe(bug);
  });
});

describe('bad input', () => {
  const refused = async (requests: unknown, options: unknown, mistral: unknown = batches().mistral) =>
    failureOf(
      collect(
        runBatch(mistral as never, requests as never, options as never, timing()) as AsyncIterable<
          BatchResult<unknown, unknown>
        >,
      ),
    );

  test.each<[string, unknown]>([
    ['`options`', undefined],
    ['`endpoint`', {}],
    ['`endpoint`', { endpoint: 'embeddings' }],
    ['`agentId`', { endpoint, agentId: 'a' }],
    ['`maxJobs`', { endpoint, maxJobs: 0 }],
    ['`maxRequestsPerJob`', { endpoint, maxRequestsPerJob: Number.NaN }],
    ['`maxBytesPerJob`', { endpoint, maxBytesPerJob: '5' }],
    ['`maxInlineBytes`', { endpoint, maxInlineBytes: -1 }],
    ['`maxDelayMs`', { endpoint, polling: { maxDelayMs: 0 } }],
    ['`polling`', { endpoint, polling: 5 }],
    ['`signal`', { endpoint, signal: 5 }],
    ['`onState`', { endpoint, onState: 5 }],
    ['`onProgress`', { endpoint, onProgress: 5 }],
    ['`toRequest`', { endpoint, toRequest: 5 }],
    ['`cancelOnAbort`', { endpoint, cancelOnAbort: 'yes' }],
    ['version is 2', { endpoint, resume: { version: 2 } }],
    ['not an object', { endpoint, resume: 'state' }],
    ['/v1/ocr', { endpoint, resume: { version: 1, endpoint: '/v1/ocr', jobs: [] } }],
    ['no list', { endpoint, resume: { version: 1, endpoint } }],
    ['jobs[0]', { endpoint, resume: { version: 1, endpoint, jobs: [{}] } }],
    ['jobs[1]', { endpoint, resume: { version: 1, endpoint, jobs: [savedJob(0), savedJob(1)] } }],
  ])('in options is refused before anything is sent: %s', async (problem, options) => {
    const { mistral, mock } = batches();

    const error = await refused(numbered(1), options, mistral);

    expect(error).toMatchObject({ name: 'ArgumentError' });
    expect((error as Error).message).toContain(problem);
    expect(mock.requests).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['`requests`', undefined],
    ['`requests`', 'text'],
    ['`requests`', { length: 0 }],
    ['Request 1 must be an object', [{ input: 'a' }, 'b']],
    ['Request 0 must be an object', [[]]],
    ['Request 0: `stream`', [{ stream: true }]],
    ['Request 0: `input` is NaN', [{ input: Number.NaN }]],
    ['Request 1 has 135 bytes', [{ input: 'a' }, { input: 'x'.repeat(97) }]],
  ])('in requests is refused before anything is sent: %s', async (problem, requests) => {
    const { mistral, mock } = batches();

    const error = await refused(requests, { endpoint, maxBytesPerJob: 134 }, mistral);

    expect(error).toMatchObject({ name: 'ArgumentError' });
    expect((error as Error).message).toContain(problem);
    expect(mock.requests).toEqual([]);
  });

  test('for a client is refused', async () => {
    expect(await refused([], { endpoint }, null)).toMatchObject({ name: 'ArgumentError' });
    expect(await refused([], { endpoint }, {})).toMatchObject({ name: 'ArgumentError' });
  });
});

const savedJob = (first: number) => ({
  job_id: 'j',
  input_file: null,
  first,
  count: 2,
  checksum: 5,
  failed: null,
});

function ReadableStreamOf<Item>(items: readonly Item[]): ReadableStream<Item> & AsyncIterable<Item> {
  return new ReadableStream<Item>({
    start(controller) {
      for (const item of items) controller.enqueue(item);
      controller.close();
    },
  }) as ReadableStream<Item> & AsyncIterable<Item>;
}

test('what `onProgress` rejects with ends the run, and the process does not hear of it', async () => {
  const { mistral } = batches();
  const failure = new Error('Mine');

  const error = await failureOf(
    collect(
      runBatch(
        mistral,
        numbered(4),
        { endpoint, maxRequestsPerJob: 1, maxJobs: 1, onProgress: () => Promise.reject(failure) },
        timing(),
      ),
    ),
  );

  expect(error).toBe(failure);
});
