import { describe, expect, test, vi } from 'vitest';

import type { BatchJob } from '../../../generated/types.gen.js';
import { APIError } from '../../../src/errors/api-error.js';
import { runBatch, type BatchClient, type BatchState } from '../../../src/batch/index.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';
import { handClock } from '../../helpers/hand-clock.js';
import { instantClock } from '../../helpers/instant-clock.js';

const endpoint = '/v1/embeddings';
const requests = [{ input: '0' }, { input: '1' }];
const never = () => new Promise<never>(() => {});
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** What an API call that heeds its signal does. */
const untilSignal = (_: unknown, { signal }: { signal?: AbortSignal }) =>
  new Promise<never>((__, reject) =>
    signal!.addEventListener('abort', () => reject(new Error('fetch ended'))),
  );

const job = (fields: Partial<BatchJob> = {}) => ({ id: 'job_1', status: 'RUNNING', ...fields }) as BatchJob;

const results = requests
  .map((_, index) => `{"custom_id":"${index}","response":{"status_code":200,"body":{}}}\n`)
  .join('');

/** A client whose job succeeds, but for what is replaced. */
function fake(replaced: Partial<BatchClient['files'] & BatchClient['batch']['jobs']> = {}) {
  const calls = {
    upload: vi.fn(replaced.upload ?? (async () => ({ id: 'file_1' }))),
    download: vi.fn(replaced.download ?? (async () => new Response(results))),
    create: vi.fn(replaced.create ?? (async () => job())),
    get: vi.fn(replaced.get ?? (async () => job({ status: 'SUCCESS', output_file: 'file_2' }))),
    cancel: vi.fn(replaced.cancel ?? (async () => ({}))),
  };
  const { upload, download, ...jobs } = calls;
  const mistral: BatchClient = { files: { upload, download }, batch: { jobs } };
  return { mistral, ...calls };
}

const options = { endpoint, maxInlineBytes: 0 } as const;
const timing = () => ({ clock: instantClock() });

/** Runs until a call is made, then aborts. */
async function abortedAt(
  call: keyof ReturnType<typeof fake>,
  api: ReturnType<typeof fake>,
  more: object = {},
) {
  const controller = new AbortController();
  const running = failureOf(
    collect(runBatch(api.mistral, requests, { ...options, ...more, signal: controller.signal }, timing())),
  );
  await vi.waitFor(() => expect(api[call]).toHaveBeenCalled());
  controller.abort('why');
  return running;
}

const abortError = { name: 'AbortError', cause: 'why' };

describe('an abort', () => {
  test('before anything sends nothing and reads nothing', async () => {
    const api = fake();
    const read = vi.fn();
    function* source() {
      read();
      yield* requests;
    }

    const signal = AbortSignal.abort('why');
    const error = await failureOf(collect(runBatch(api.mistral, source(), { ...options, signal })));

    expect(error).toMatchObject(abortError);
    expect(read).not.toHaveBeenCalled();
    expect(api.upload).not.toHaveBeenCalled();
  });

  test('while the source is waited for leaves the source', async () => {
    const controller = new AbortController();
    // Busy as it is, it leaves when it can.
    const leave = vi.fn(never);
    const source = { [Symbol.asyncIterator]: () => ({ next: vi.fn(never), return: leave }) };
    const running = failureOf(
      collect(runBatch(fake().mistral, source, { ...options, signal: controller.signal })),
    );
    await settled();
    controller.abort('why');

    expect(await running).toMatchObject(abortError);
    expect(leave).toHaveBeenCalledOnce();
  });

  test('during the upload ends it', async () => {
    const api = fake({ upload: untilSignal });

    expect(await abortedAt('upload', api)).toMatchObject(abortError);
    expect(api.create).not.toHaveBeenCalled();
  });

  test('while a job is created does not wait, and the job is told when it is there all the same', async () => {
    let created: (late: BatchJob) => void = () => {};
    const api = fake({ create: () => new Promise((resolve) => (created = resolve)) });
    const states: BatchState[] = [];

    const error = await abortedAt('create', api, { onState: (state: BatchState) => void states.push(state) });
    expect(error).toMatchObject(abortError);
    expect(states).toEqual([]);
    created(job({ id: 'late' }));
    await settled();

    expect(states.map(({ jobs }) => jobs.map(({ job_id }) => job_id))).toEqual([['late']]);
    expect(api.cancel).not.toHaveBeenCalled();
  });

  test('while a job is created cancels it when it is there, if it is to', async () => {
    let created: (late: BatchJob) => void = () => {};
    const api = fake({
      create: () => new Promise((resolve) => (created = resolve)),
      cancel: () => Promise.reject(new Error('no')),
    });

    await abortedAt('create', api, { cancelOnAbort: true });
    created(job({ id: 'late' }));
    await settled();

    expect(api.cancel.mock.calls.map(([params]) => params)).toEqual([{ job_id: 'late' }]);
  });

  test('while a job that cannot be created is created leaves no rejection behind', async () => {
    let refuse: (error: Error) => void = () => {};
    const api = fake({ create: () => new Promise((_, reject) => (refuse = reject)) });

    await abortedAt('create', api);
    refuse(new Error('refused'));
    await settled();
  });

  test('while a job is looked at ends that', async () => {
    const api = fake({ get: untilSignal });

    expect(await abortedAt('get', api)).toMatchObject(abortError);
    expect(api.cancel).not.toHaveBeenCalled();
  });

  test('between two looks ends the wait, and leaves neither timer nor listener', async () => {
    const clock = handClock();
    const controller = new AbortController();
    const { signal } = controller;
    const removed = vi.spyOn(signal, 'removeEventListener');
    const api = fake({ get: async () => job() });
    const running = failureOf(collect(runBatch(api.mistral, requests, { ...options, signal }, { clock })));
    await vi.waitFor(() => expect(clock.pending()).toBe(1));
    controller.abort('why');

    expect(await running).toMatchObject(abortError);
    expect(clock.pending()).toBe(0);
    expect(removed).toHaveBeenCalled();
  });

  test('during the download ends it', async () => {
    const api = fake({ download: untilSignal });

    expect(await abortedAt('download', api)).toMatchObject(abortError);
    expect(api.download).toHaveBeenCalledOnce();
  });

  test('between two results shows with the next, and lets go of the download', async () => {
    const controller = new AbortController();
    const cancelled = vi.fn();
    const body = new ReadableStream({
      start: (stream) => stream.enqueue(new TextEncoder().encode(results)),
      cancel: cancelled,
    });
    const api = fake({ download: async () => new Response(body) });
    const run = runBatch(api.mistral, requests, { ...options, signal: controller.signal }, timing());
    expect((await run.next()).value).toMatchObject({ index: 0 });
    controller.abort('why');

    expect(await failureOf(run.next())).toMatchObject(abortError);
    expect(cancelled).toHaveBeenCalledOnce();
    expect(await run.next()).toEqual({ done: true, value: undefined });
  });

  test('while a state is kept does not wait', async () => {
    const api = fake();
    const onState = vi.fn(never);
    const controller = new AbortController();
    const running = failureOf(
      collect(runBatch(api.mistral, requests, { ...options, onState, signal: controller.signal })),
    );
    await vi.waitFor(() => expect(onState).toHaveBeenCalled());
    controller.abort('why');

    expect(await running).toMatchObject(abortError);
  });

  test('cancels the jobs that are under way if it is to, and not those that have ended', async () => {
    let number = 0;
    const api = fake({
      create: async () => job({ id: `job_${(number += 1)}` }),
      get: async ({ job_id }) =>
        job({ id: job_id, status: job_id === 'job_1' ? 'SUCCESS' : 'RUNNING', output_file: 'f' }),
    });
    const controller = new AbortController();
    const more = { maxRequestsPerJob: 1, cancelOnAbort: true, signal: controller.signal };
    const run = runBatch(api.mistral, [...requests, { input: '2' }], { ...options, ...more }, timing());
    await run.next();
    await vi.waitFor(() => expect(number).toBe(3));
    controller.abort('why');

    expect(await failureOf(run.next())).toMatchObject(abortError);
    expect(api.cancel.mock.calls.map(([{ job_id }]) => job_id)).toEqual(['job_2', 'job_3']);
    expect(api.cancel.mock.calls[0]![1].signal).toBeUndefined();
  });
});

describe('a loop that is left', () => {
  test('ends what is under way', async () => {
    let number = 0;
    const aborted = vi.fn();
    const api = fake({
      create: async () => job({ id: `job_${(number += 1)}` }),
      get: async ({ job_id }, { signal }) => {
        signal!.addEventListener('abort', aborted);
        return job_id === 'job_1' ? job({ status: 'SUCCESS', output_file: 'file_2' }) : never();
      },
    });
    const left = vi.fn();
    function* source() {
      try {
        for (;;) yield requests[0]!;
      } finally {
        left();
      }
    }

    for await (const _ of runBatch(api.mistral, source(), { ...options, maxRequestsPerJob: 1 }, timing())) {
      await vi.waitFor(() => expect(api.get.mock.calls.length).toBe(4));
      break;
    }
    expect(left).toHaveBeenCalledOnce();
    // The first had ended.
    expect(aborted).toHaveBeenCalledTimes(3);
    expect(api.cancel).not.toHaveBeenCalled();
  });

  test('cancels the jobs if it is to, and says when that fails', async () => {
    let number = 0;
    const api = fake({
      create: async () => job({ id: `job_${(number += 1)}` }),
      get: ({ job_id }) =>
        job_id === 'job_1' ? Promise.resolve(job({ status: 'SUCCESS', output_file: 'f' })) : never(),
      cancel: () => Promise.reject(new Error('no network')),
    });
    const error = await failureOf(async () => {
      const more = { maxRequestsPerJob: 1, cancelOnAbort: true };
      for await (const _ of runBatch(api.mistral, requests, { ...options, ...more }, timing())) {
        await vi.waitFor(() => expect(number).toBe(2));
        break;
      }
    });

    expect(api.cancel).toHaveBeenCalledOnce();
    expect((error as Error).message).toBe('no network');
  });

  test('because the run fails has the error of that, whatever comes of cancelling', async () => {
    const api = fake({
      download: () => Promise.reject(new Error('no results')),
      create: async () => job({ id: `job_${api.create.mock.calls.length}` }),
      get: ({ job_id }) =>
        job_id === 'job_1' ? Promise.resolve(job({ status: 'SUCCESS', output_file: 'f' })) : never(),
      cancel: () => Promise.reject(new Error('no network')),
    });
    const more = { maxRequestsPerJob: 1, cancelOnAbort: true };

    const error = await failureOf(
      collect(runBatch(api.mistral, requests, { ...options, ...more }, timing())),
    );

    expect((error as Error).message).toBe('no results');
    expect(api.cancel).toHaveBeenCalledOnce();
  });

  test('does not mind that a job has ended before it could be cancelled', async () => {
    const api = fake({
      create: async () => job({ id: `job_${api.create.mock.calls.length}` }),
      get: ({ job_id }) =>
        job_id === 'job_1' ? Promise.resolve(job({ status: 'SUCCESS', output_file: 'f' })) : never(),
      cancel: () => Promise.reject(new APIError('cancel', new Response(null, { status: 409 }), undefined)),
    });
    const more = { maxRequestsPerJob: 1, cancelOnAbort: true };
    for await (const _ of runBatch(api.mistral, requests, { ...options, ...more }, timing())) {
      await vi.waitFor(() => expect(api.create).toHaveBeenCalledTimes(2));
      break;
    }

    expect(api.cancel).toHaveBeenCalledOnce();
  });
});
