import { describe, expect, test, vi } from 'vitest';

import type { BatchJob, Document, WorkflowExecutionResponse } from '../../../generated/types.gen.js';
import { AbortError } from '../../../src/errors/abort-error.js';
import { APIError } from '../../../src/errors/api-error.js';
import { ArgumentError } from '../../../src/errors/argument-error.js';
import { MistralError } from '../../../src/errors/mistral-error.js';
import { TimeoutError } from '../../../src/errors/timeout-error.js';
import { JobFailedError, waitFor, type WaitOptions } from '../../../src/waiting/index.js';
import { failureOf } from '../../helpers/failure-of.js';
import { handClock } from '../../helpers/hand-clock.js';
import { instantClock } from '../../helpers/instant-clock.js';
import { answer, scripted } from '../../helpers/scripted.js';

type Look<Params = { job_id: string }, Job = BatchJob> = (
  params: Params,
  options: { signal: AbortSignal },
) => Promise<Job>;

/** Jobs that have these statuses, one a look. */
function jobs(...states: readonly (string | Partial<BatchJob>)[]) {
  const rest = states.map((state) => (typeof state === 'string' ? { status: state } : state));
  const get = vi.fn<Look>(() => {
    if (rest.length === 0) throw new Error('There was to be no other look');
    // Only what is looked at.
    return Promise.resolve(rest.shift() as BatchJob);
  });
  return { get };
}

const params = { job_id: 'job_1' };
const timing = () => ({ clock: instantClock(), random: () => 0 });

describe('waitFor', () => {
  test('gives the job once it has succeeded', async () => {
    const resource = jobs('QUEUED', 'RUNNING', { status: 'SUCCESS', output_file: 'file_1' });

    const job = await waitFor(resource, params, {}, timing());

    expect(job).toEqual({ status: 'SUCCESS', output_file: 'file_1' });
    expect(resource.get).toHaveBeenCalledTimes(3);
    expect(resource.get).toHaveBeenCalledWith(params, { signal: expect.any(AbortSignal) as unknown });
  });

  test('looks at once, and then at growing distances up to the longest', async () => {
    const surroundings = timing();
    const resource = jobs('QUEUED', 'QUEUED', 'QUEUED', 'QUEUED', 'SUCCESS');

    await waitFor(resource, params, { initialDelayMs: 100, maxDelayMs: 200 }, surroundings);

    expect(surroundings.clock.waits).toEqual([100, 150, 200, 200]);
    expect(surroundings.clock.pending()).toBe(0);
  });

  test('leaves a quarter of each wait to chance', async () => {
    const clock = instantClock();

    await waitFor(jobs('QUEUED', 'SUCCESS'), params, {}, { clock, random: () => 1 });

    expect(clock.waits).toEqual([750]);
  });

  test('waits through a status that it does not know', async () => {
    const job = await waitFor(jobs('PAUSED', 'constructor', 'SUCCESS'), params, {}, timing());

    expect(job.status).toBe('SUCCESS');
  });

  test('tells each state that it read, the last included', async () => {
    const onUpdate = vi.fn();

    await waitFor(jobs('QUEUED', 'QUEUED', 'SUCCESS'), params, { onUpdate }, timing());

    expect(onUpdate.mock.calls).toEqual([
      [{ status: 'QUEUED' }],
      [{ status: 'QUEUED' }],
      [{ status: 'SUCCESS' }],
    ]);
  });

  test.each(['FAILED', 'TIMEOUT_EXCEEDED', 'CANCELLED', 'FAILED_VALIDATION'])(
    'fails with the job when it ended as %s',
    async (status) => {
      const last = { status, errors: [{ message: 'no such model' }, { message: 'bad line', count: 3 }] };
      const error = (await failureOf(
        waitFor(jobs('CANCELLATION_REQUESTED', last), params, {}, timing()),
      )) as JobFailedError;

      expect(error).toBeInstanceOf(JobFailedError);
      expect(error).toBeInstanceOf(MistralError);
      expect(error).toMatchObject({ status, job: last, retryable: false });
      expect(error.message).toBe(`Job job_1 ended as ${status}: no such model; bad line (3 times)`);
      expect(Object.keys(error)).not.toContain('job');
    },
  );

  test('says what the events of a fine-tuning job say', async () => {
    const events = [{ name: 'status-updated', data: { status: 'FAILED', error: 'no data' }, created_at: 1 }];
    const resource = jobs({ status: 'FAILED', events } as unknown as Partial<BatchJob>);

    await expect(waitFor(resource, params, {}, timing())).rejects.toThrow(
      'Job job_1 ended as FAILED: no data',
    );
  });

  test.each([
    [{ errors: [null, 'boom', {}, { message: null }, { message: 'a', count: null }] }, ': a'],
    [{ errors: { message: 'a' } }, ''],
    [
      { errors: null, events: [null, { data: null }, { data: { error: 5 } }, { data: { error: 'b' } }] },
      ': b',
    ],
    [{ events: {} }, ''],
    [{ errors: Array.from({ length: 12 }, () => ({ message: 'a' })) }, `: ${'a; '.repeat(10)}and 2 more`],
  ])('says why it failed as far as the server does: %j', async (fields, says) => {
    // A server may respond with anything.
    const resource = jobs({ status: 'FAILED', ...fields } as unknown as Partial<BatchJob>);

    const failure = await failureOf(waitFor(resource, params, {}, timing()));

    expect(failure).toBeInstanceOf(JobFailedError);
    expect(failure).toMatchObject({ message: `Job job_1 ended as FAILED${says}` });
  });

  test('reads the status that is there when another one is null', async () => {
    const job = { process_status: null, status: 'SUCCESS' } as unknown as Partial<BatchJob>;

    expect(await waitFor(jobs(job), params, {}, timing())).toEqual(job);
  });

  test('ends with a fine-tuning job that waits to be started, and waits for one that starts by itself', async () => {
    const validated = (auto_start: boolean) => ({ status: 'VALIDATED', auto_start }) as Partial<BatchJob>;

    expect(await waitFor(jobs(validated(true), validated(false)), params, {}, timing())).toEqual(
      validated(false),
    );
  });

  test('waits for documents by their own statuses', async () => {
    const place = { library_id: 'library_1', document_id: 'document_1' };
    const documents = (...states: readonly string[]) => {
      const rest = states.map((process_status) => ({ process_status, status: 'SUCCESS' }));
      const get: Look<typeof place, Document> = async () => rest.shift() as unknown as Document;
      return { get };
    };

    const resource = documents('todo', 'waiting_for_capacity', 'in_progress', 'done');
    expect((await waitFor(resource, place, {}, timing())).process_status).toBe('done');
    expect((await waitFor(documents('noop'), place, {}, timing())).process_status).toBe('noop');
    await expect(waitFor(documents('todo', 'error'), place, {}, timing())).rejects.toMatchObject({
      name: 'JobFailedError',
      status: 'error',
      message: 'Document document_1 ended as error',
    });
  });

  test('refuses an answer that has no status at all', async () => {
    await expect(waitFor(jobs({}), params, {}, timing())).rejects.toThrow('Job job_1 has no status');
  });

  test('ends with the error of a look that failed for good', async () => {
    const { mistral, fetch } = scripted([
      answer(503),
      answer(200, {}, { status: 'RUNNING' }),
      answer(404, {}, { message: 'gone' }),
    ]);

    const error = await failureOf(waitFor(mistral.batch.jobs, params, {}, timing()));

    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status: 404 });
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  test('ends with what the listener throws', async () => {
    const bug = new Error('bug');
    const options = {
      onUpdate: () => {
        throw bug;
      },
    };

    expect(await failureOf(waitFor(jobs('QUEUED'), params, options, timing()))).toBe(bug);
  });
});

describe('a wait that has a limit', () => {
  test('ends after it, between two looks', async () => {
    const clock = handClock();
    const waiting = failureOf(
      waitFor(jobs('RUNNING'), params, { timeoutMs: 500 }, { clock, random: () => 0 }),
    );
    await settled();
    clock.pass(500);

    const error = (await waiting) as TimeoutError;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error.timeoutMs).toBe(500);
    expect(error.message).toContain('last known status is RUNNING');
    expect(clock.pending()).toBe(0);
  });

  test('ends after it, during a look, and ends the look', async () => {
    const clock = handClock();
    const get = vi.fn<Look>(() => new Promise(() => {}));
    const waiting = failureOf(waitFor({ get }, params, { timeoutMs: 500 }, { clock }));
    await settled();
    clock.pass(500);

    expect(await waiting).toBeInstanceOf(TimeoutError);
    expect(get.mock.calls[0]![1].signal.aborted).toBe(true);
  });

  test('leaves no timer behind when it ends before', async () => {
    const clock = handClock();

    await waitFor(jobs('SUCCESS'), params, { timeoutMs: 500 }, { clock });

    expect(clock.pending()).toBe(0);
  });
});

describe('an abort', () => {
  test('before the first look ends the wait without one', async () => {
    const resource = jobs();

    const error = await failureOf(waitFor(resource, params, { signal: AbortSignal.abort('why') }, timing()));

    expect(error).toBeInstanceOf(AbortError);
    expect((error as AbortError).cause).toBe('why');
    expect(resource.get).not.toHaveBeenCalled();
  });

  test('during a look ends it', async () => {
    const controller = new AbortController();
    const get = vi.fn<Look>(() => new Promise(() => {}));
    const waiting = failureOf(waitFor({ get }, params, { signal: controller.signal }, timing()));
    controller.abort('why');

    expect(await waiting).toMatchObject({ name: 'AbortError', cause: 'why' });
    expect(get.mock.calls[0]![1].signal.aborted).toBe(true);
  });

  test('between two looks ends the wait and its timer', async () => {
    const clock = handClock();
    const controller = new AbortController();
    const { signal } = controller;
    const removed = vi.spyOn(signal, 'removeEventListener');
    const waiting = failureOf(waitFor(jobs('QUEUED'), params, { signal }, { clock, random: () => 0 }));
    await settled();
    expect(clock.pending()).toBe(1);
    controller.abort('why');

    expect(await waiting).toMatchObject({ name: 'AbortError', cause: 'why' });
    expect(clock.pending()).toBe(0);
    expect(removed).toHaveBeenCalledOnce();
  });

  test('takes its listener off a signal that outlives the wait', async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');

    await waitFor(jobs('SUCCESS'), params, { signal }, timing());

    expect(added).toHaveBeenCalledOnce();
    expect(removed).toHaveBeenCalledOnce();
  });
});

describe('bad input', () => {
  test.each<[string, unknown]>([
    ['timeout', { timeout: 5 }],
    ['initialDelayMs', { initialDelayMs: 0 }],
    ['maxDelayMs', { maxDelayMs: Number.NaN }],
    ['timeoutMs', { timeoutMs: 2 ** 31 }],
    ['timeoutMs', { timeoutMs: '5' }],
    ['signal', { signal: {} }],
    ['onUpdate', { onUpdate: 'log' }],
    ['options', 5],
  ])('in `%s` is refused before anything is sent: %j', async (name, options) => {
    const resource = jobs();

    const error = await failureOf(waitFor(resource, params, options as WaitOptions<BatchJob>));

    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as Error).message).toContain(`\`${name}\``);
    expect(resource.get).not.toHaveBeenCalled();
  });

  test('such as something that has nothing to wait for is refused', async () => {
    await expect(waitFor(undefined as never, params as never)).rejects.toThrow('`mistral.batch.jobs`');
    await expect(waitFor(jobs(), 'job_1' as never)).rejects.toThrow('`params` must be an object');
  });
});

/** What was under way has got as far as it can without time. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('waitFor an execution of a workflow', () => {
  /** Executions that have these statuses, one a look. */
  const executions = (...statuses: readonly (string | null)[]) => {
    const rest = [...statuses];
    const getWorkflowExecution = vi.fn<
      (params: { execution_id: string }) => Promise<WorkflowExecutionResponse>
    >(
      async () =>
        ({ execution_id: 'execution_1', status: rest.shift(), result: 42 }) as WorkflowExecutionResponse,
    );
    return { getWorkflowExecution };
  };
  const execution = { execution_id: 'execution_1' };

  test('gives the execution once it has completed, through retries and runs that are continued', async () => {
    const resource = executions(null, 'RUNNING', 'RETRYING_AFTER_ERROR', 'CONTINUED_AS_NEW', 'COMPLETED');

    const { status, result } = await waitFor(resource, execution, {}, timing());

    expect({ status, result }).toEqual({ status: 'COMPLETED', result: 42 });
    expect(resource.getWorkflowExecution).toHaveBeenCalledTimes(5);
    expect(resource.getWorkflowExecution).toHaveBeenCalledWith(execution, {
      signal: expect.any(AbortSignal) as unknown,
    });
  });

  test.each(['FAILED', 'CANCELED', 'TERMINATED', 'TIMED_OUT'])(
    'fails when it ended as %s',
    async (status) => {
      const failure = await failureOf(waitFor(executions('RUNNING', status), execution, {}, timing()));

      expect(failure).toBeInstanceOf(JobFailedError);
      expect(failure).toMatchObject({ status, message: `Execution execution_1 ended as ${status}` });
    },
  );
});
