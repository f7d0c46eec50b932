import { setImmediate } from 'node:timers/promises';

import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';

import { AbortError } from '../../../src/errors/abort-error.js';
import { ArgumentError } from '../../../src/errors/argument-error.js';
import { StreamInterruptedError } from '../../../src/errors/stream-interrupted-error.js';
import { TimeoutError } from '../../../src/errors/timeout-error.js';
import type { Fetch } from '../../../src/index.js';
import {
  executeWorkflow,
  followWorkflow,
  JobFailedError,
  type WorkflowEvent,
  type WorkflowsClient,
} from '../../../src/workflows/index.js';
import { client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';
import { bodyOf, eventStream, sse } from '../../helpers/event-stream.js';
import { failureOf } from '../../helpers/failure-of.js';
import { handClock } from '../../helpers/hand-clock.js';
import { instantClock } from '../../helpers/instant-clock.js';

const id = 'execution_1';
/** Events come before the execution is looked at, which is every 30 s. */
const timing = () => ({ clock: instantClock(30_000), random: () => 0 });

/** An event with what is looked at. */
const event = (sequence: number, event_type: string, attributes: object = {}, workflow_exec_id = id) =>
  ({
    broker_sequence: sequence,
    data: { event_type, workflow_exec_id, attributes },
  }) as unknown as WorkflowEvent;

const started = (sequence = 0) => event(sequence, 'WORKFLOW_EXECUTION_STARTED');
const completed = (sequence = 9, of = id) => event(sequence, 'WORKFLOW_EXECUTION_COMPLETED', {}, of);

/** A method whose parameters are looked at later. */
type Call = (...given: readonly unknown[]) => Promise<object | undefined>;

/** What one stream gives: events, and how it ends. */
type Stream = readonly (WorkflowEvent | Error | 'open')[];

/** Workflows whose execution has these streams of events, one after another, and these states, one a look, the last for good. */
function workflowsOf(streams: readonly Stream[], ...states: readonly object[]) {
  const left = [...states];
  const open = { streams: 0 };
  const state = () => ({
    execution_id: id,
    status: 'RUNNING',
    result: null,
    ...(left.length > 1 ? left.shift() : left[0]),
  });
  const rest = [...streams];
  const executions = {
    getWorkflowExecution: vi.fn<Call>(async () => state()),
    signalWorkflowExecution: vi.fn<Call>(async () => ({})),
    queryWorkflowExecution: vi.fn<Call>(async () => ({ query_name: 'a', result: 42 })),
    updateWorkflowExecution: vi.fn<Call>(async () => ({ update_name: 'a', result: 43 })),
    cancelWorkflowExecution: vi.fn<Call>(async () => undefined),
    terminateWorkflowExecution: vi.fn<Call>(async () => undefined),
  };
  const getStreamEvents = vi.fn((_: unknown, options: { signal?: AbortSignal } = {}) => {
    const lines = rest.shift();
    if (!lines) throw new Error('Nobody expected another stream');
    open.streams += 1;
    return (async function* () {
      try {
        for (const line of lines) {
          if (line instanceof Error) throw line;
          if (line !== 'open') yield line;
          else
            await new Promise((_resolve, reject) =>
              options.signal?.addEventListener('abort', () => reject(new AbortError(options.signal!.reason))),
            );
        }
      } finally {
        open.streams -= 1;
      }
    })();
  });
  const execute = vi.fn<Call>(async () => ({ execution_id: id, root_execution_id: id }));
  const workflows = { executeWorkflow: execute, events: { getStreamEvents }, executions };
  // Only what is looked at.
  return { ...workflows, workflows: workflows as unknown as WorkflowsClient, open };
}

const success = { status: 'COMPLETED', result: { words: 3 } };

describe('executeWorkflow', () => {
  test('gives what the workflow returned, once an event says that it has ended', async () => {
    const {
      workflows,
      executeWorkflow: execute,
      events,
      executions,
      open,
    } = workflowsOf([[started(), completed(), 'open']], success);

    const result = await executeWorkflow(workflows, 'count', { input: { text: 'a b c' } }, {}, timing());

    expect(result).toEqual({ words: 3 });
    expect(execute).toHaveBeenCalledWith(
      { workflow_identifier: 'count', input: { text: 'a b c' } },
      { signal: undefined },
    );
    expect(events.getStreamEvents).toHaveBeenCalledWith(
      { root_workflow_exec_id: id },
      { signal: expect.any(AbortSignal) as unknown },
    );
    expect(executions.getWorkflowExecution).toHaveBeenCalledTimes(1);
    await setImmediate();
    expect(open.streams).toBe(0);
  });

  test('starts at once, and is followed only when somebody wants its end', async () => {
    const { workflows, executeWorkflow: execute, events } = workflowsOf([[completed()]], success);

    const run = executeWorkflow(workflows, 'count', {}, {}, timing());
    expect(await run.executionId).toBe(id);
    await setImmediate();

    expect(execute).toHaveBeenCalledTimes(1);
    expect(events.getStreamEvents).not.toHaveBeenCalled();
    await run;
    await run;
    expect(events.getStreamEvents).toHaveBeenCalledTimes(1);
  });

  test('does not end with an execution that it started itself, nor with a run that is continued', async () => {
    const { workflows, executions } = workflowsOf(
      [[completed(1, 'child'), event(2, 'WORKFLOW_EXECUTION_CONTINUED_AS_NEW'), completed(3)]],
      success,
    );
    const run = executeWorkflow(workflows, 'count', {}, {}, timing());

    expect(await collect(run)).toHaveLength(3);
    await run;
    expect(executions.getWorkflowExecution).toHaveBeenCalledTimes(1);
  });

  test('polls while the execution does not say yet what its event said', async () => {
    const { workflows, executions } = workflowsOf(
      [[completed()]],
      { status: null },
      { status: 'RETRYING_AFTER_ERROR' },
      { status: 'CONTINUED_AS_NEW' },
      success,
    );

    expect(await executeWorkflow(workflows, 'count', {}, {}, timing())).toEqual({ words: 3 });
    expect(executions.getWorkflowExecution).toHaveBeenCalledTimes(4);
  });

  test.each(['FAILED', 'CANCELED', 'TERMINATED', 'TIMED_OUT'])(
    'fails with the execution when it ended as %s',
    async (status) => {
      const { workflows } = workflowsOf([[completed()]], { status });

      const failure = (await failureOf(
        executeWorkflow(workflows, 'count', {}, {}, timing()),
      )) as JobFailedError;

      expect(failure).toBeInstanceOf(JobFailedError);
      expect(failure).toMatchObject({ status, job: { execution_id: id, status } });
      expect(failure.message).toBe(`Execution ${id} ended as ${status}`);
    },
  );

  test('says why it failed, which only its last event does', async () => {
    const failed = event(1, 'WORKFLOW_EXECUTION_FAILED', { failure: { message: 'boom' } });
    const { workflows } = workflowsOf([[failed]], { status: 'FAILED' });

    const failure = await failureOf(executeWorkflow(workflows, 'count', {}, {}, timing()));

    expect(failure).toMatchObject({ message: `Execution ${id} ended as FAILED: boom` });
  });

  test('fails as the start does, for everybody who asks', async () => {
    const { workflows } = workflowsOf([], {});
    const refused = new ArgumentError('No');
    const run = executeWorkflow(
      { ...workflows, executeWorkflow: () => Promise.reject(refused) },
      'count',
      {},
      {},
      timing(),
    );

    expect(await failureOf(run)).toBe(refused);
    expect(await failureOf(collect(run))).toBe(refused);
    expect(await failureOf(run.signal('go'))).toBe(refused);
  });

  test.each([
    ['a client', [undefined, 'count'], '`mistral.workflows`'],
    ['a workflow', [workflowsOf([], {}).workflows, ''], 'the name or the id'],
    ['parameters', [workflowsOf([], {}).workflows, 'count', 5], '`params`'],
    ['an option', [workflowsOf([], {}).workflows, 'count', {}, { timeout: 5 }], '`timeoutMs`'],
    ['a callback', [workflowsOf([], {}).workflows, 'count', {}, { onAuthorization: 5 }], '`onAuthorization`'],
    ['a count', [workflowsOf([], {}).workflows, 'count', {}, { maxReconnects: -1 }], '`maxReconnects`'],
    ['an option of its own', [workflowsOf([], {}).workflows, 'count', {}, { onAuth: 5 }], 'onAuthorization'],
    ['a schema', [workflowsOf([], {}).workflows, 'count', {}, { output: 5 }], '`output`'],
    ['a schema', [workflowsOf([], {}).workflows, 'count', {}, { output: null }], '`output`'],
    ['a flag', [workflowsOf([], {}).workflows, 'count', {}, { cancelOnAbort: 1 }], '`cancelOnAbort`'],
  ])('refuses %s that is none', (_, given, says) => {
    const execute = () => executeWorkflow(...(given as unknown as [WorkflowsClient, string]));

    expect(execute).toThrow(ArgumentError);
    expect(execute).toThrow(says);
  });
});

describe('the events of a workflow', () => {
  test('are resumed after the last one when the connection is lost', async () => {
    const surroundings = timing();
    const { workflows, events } = workflowsOf(
      [[started(4), new StreamInterruptedError(1)], [completed(5)]],
      { status: 'RUNNING' },
      success,
    );
    const run = executeWorkflow(workflows, 'count', {}, {}, surroundings);

    expect(await collect(run)).toHaveLength(2);
    expect(events.getStreamEvents.mock.calls.map(([params]) => params)).toEqual([
      { root_workflow_exec_id: id },
      { root_workflow_exec_id: id, start_seq: 5 },
    ]);
    expect(surroundings.clock.waits).toEqual([1000]);
    expect(surroundings.clock.pending()).toBe(0);
  });

  test('are opened again when the stream ends before the workflow does', async () => {
    const { workflows, events } = workflowsOf([[started()], [completed()]], { status: 'RUNNING' }, success);

    await executeWorkflow(workflows, 'count', {}, {}, timing());

    expect(events.getStreamEvents).toHaveBeenCalledTimes(2);
  });

  test('are read to the last one if the workflow has ended while nobody listened', async () => {
    const failed = event(7, 'WORKFLOW_EXECUTION_FAILED', { failure: { message: 'boom' } });
    const surroundings = timing();
    const { workflows } = workflowsOf([[started()], [failed]], { status: 'FAILED' });
    const run = executeWorkflow(workflows, 'count', {}, {}, surroundings);
    const seen: WorkflowEvent[] = [];

    const failure = await failureOf(
      (async () => {
        for await (const each of run) seen.push(each);
      })(),
    );

    expect(seen).toEqual([started(), failed]);
    expect(failure).toMatchObject({ message: `Execution ${id} ended as FAILED: boom` });
    expect(surroundings.clock.pending()).toBe(0);
  });

  test.each<[string, Stream]>([
    ['none', []],
    ['none for now', ['open']],
    ['a failure', [new StreamInterruptedError(0)]],
  ])('are not waited for after the end: %s', async (_, stream) => {
    const { workflows, events } = workflowsOf([[started()], stream], success);

    expect(await executeWorkflow(workflows, 'count', {}, {}, timing())).toEqual({ words: 3 });
    expect(events.getStreamEvents).toHaveBeenCalledTimes(2);
  });

  test('are given up for polling after so many connections without one', async () => {
    const surroundings = timing();
    const lost = [new StreamInterruptedError(0)];
    const { workflows, events, executions } = workflowsOf(
      [lost, lost, lost],
      { status: 'RUNNING' },
      { status: 'RUNNING' },
      { status: 'RUNNING' },
      success,
    );

    const result = await executeWorkflow(workflows, 'count', {}, { maxReconnects: 2 }, surroundings);

    expect(result).toEqual({ words: 3 });
    expect(events.getStreamEvents).toHaveBeenCalledTimes(3);
    expect(executions.getWorkflowExecution).toHaveBeenCalledTimes(4);
    expect(surroundings.clock.waits).toEqual([1000, 1500]);
  });

  test('are counted anew after each connection that had one', async () => {
    const lost = new StreamInterruptedError(0);
    const { workflows, events } = workflowsOf(
      [[started(0), lost], [lost], [started(1), lost], [lost], [completed()]],
      ...Array.from({ length: 4 }, () => ({ status: 'RUNNING' })),
      success,
    );

    await executeWorkflow(workflows, 'count', {}, { maxReconnects: 2 }, timing());

    expect(events.getStreamEvents).toHaveBeenCalledTimes(5);
  });

  test('are waited for as long as a quiet workflow takes', async () => {
    const quiet = [new TimeoutError('Nothing came', 5)];
    const { workflows, events } = workflowsOf(
      [quiet, quiet, [completed()]],
      { status: 'RUNNING' },
      { status: 'RUNNING' },
      success,
    );

    await executeWorkflow(workflows, 'count', {}, { maxReconnects: 0 }, timing());

    expect(events.getStreamEvents).toHaveBeenCalledTimes(3);
  });

  test('may be refused: then the execution is polled', async () => {
    const refused = vi.fn<Fetch>(async (url) => {
      if (url.includes('/events/stream')) return Response.json({ message: 'No' }, { status: 403 });
      const execution = { execution_id: id, root_execution_id: id, status: 'COMPLETED', result: 1 };
      return Response.json(execution);
    });

    const { workflows } = client({ fetch: refused, logLevel: 'off' });

    expect(await executeWorkflow(workflows, 'count', {}, {}, timing())).toBe(1);
    expect(refused).toHaveBeenCalledTimes(3);
  });

  test.each([404, 408, 409, 429])('are asked for again after a %i, which may pass', async (status) => {
    const streams = [Response.json({ message: 'Later' }, { status }), eventStream(bodyOf(sse(completed())))];
    const states = ['RUNNING', 'RUNNING'];
    const fetch = vi.fn<Fetch>(async (url) =>
      url.includes('/events/stream')
        ? streams.shift()!
        : Response.json({ execution_id: id, status: states.shift() ?? 'COMPLETED', result: 1 }),
    );
    const run = executeWorkflow(client({ fetch, logLevel: 'off' }).workflows, 'count', {}, {}, timing());

    expect(await collect(run)).toHaveLength(1);
  });

  test('are asked for again while an execution that has just started is not found', async () => {
    const missing = await notFound();
    const { workflows, executions, events } = workflowsOf([[missing], [completed()]], success);
    executions.getWorkflowExecution.mockRejectedValueOnce(missing);

    expect(await executeWorkflow(workflows, 'count', {}, {}, timing())).toEqual({ words: 3 });
    expect(events.getStreamEvents).toHaveBeenCalledTimes(2);
  });

  test('are not asked for again of an execution that does not exist', async () => {
    const missing = await notFound();
    const { workflows, executions, events } = workflowsOf([[missing]], {});
    executions.getWorkflowExecution.mockRejectedValue(missing);

    expect(await failureOf(followWorkflow(workflows, 'typo', {}, timing()))).toBe(missing);
    expect(events.getStreamEvents).toHaveBeenCalledTimes(1);
  });

  test('are not asked for again by a client without a key', async () => {
    const surroundings = timing();
    const fetch = vi.fn<Fetch>();
    vi.stubEnv('MISTRAL_API_KEY', undefined);
    const { workflows } = client({ apiKey: undefined, fetch });

    const failure = await failureOf(followWorkflow(workflows, id, { maxReconnects: 2 }, surroundings));

    expect(failure).toMatchObject({
      name: 'ArgumentError',
      message: expect.stringMatching(/^No API key/) as string,
    });
    expect(surroundings.clock.waits).toEqual([]);
    expect(fetch).not.toHaveBeenCalled();
  });

  test('are given up when neither they nor the execution can be had any more', async () => {
    const late = new TimeoutError('Late', 5);
    const { workflows, executions, events } = workflowsOf([[late], [late], [late]], {});
    executions.getWorkflowExecution.mockRejectedValue(late);

    const run = executeWorkflow(workflows, 'count', {}, { maxReconnects: 2 }, timing());

    expect(await failureOf(run)).toBe(late);
    expect(events.getStreamEvents).toHaveBeenCalledTimes(3);
  });

  test('are given once by a server that begins anew after each lost connection', async () => {
    const lost = new StreamInterruptedError(0);
    const { workflows } = workflowsOf(
      [
        [started(0), event(1, 'ACTIVITY_TASK_STARTED'), lost],
        [started(0), event(1, 'ACTIVITY_TASK_STARTED'), event(2, 'ACTIVITY_TASK_COMPLETED'), completed(3)],
      ],
      { status: 'RUNNING' },
      success,
    );

    const seen = await collect(executeWorkflow(workflows, 'count', {}, {}, timing()));

    expect(seen.map(({ broker_sequence }) => broker_sequence)).toEqual([0, 1, 2, 3]);
  });

  test('that are repeated again and again are given up as none are', async () => {
    const lost = new StreamInterruptedError(0);
    const repeated = [started(0), lost];
    const { workflows, events } = workflowsOf(
      [repeated, repeated, repeated],
      ...Array.from({ length: 4 }, () => ({ status: 'RUNNING' })),
      success,
    );

    await executeWorkflow(workflows, 'count', {}, { maxReconnects: 2 }, timing());

    expect(events.getStreamEvents).toHaveBeenCalledTimes(3);
  });

  test.each([null, 5, 'x', [], {}, { data: null }, { broker_sequence: '7', data: [] }])(
    'are those that say something of an execution: %j is skipped',
    async (nothing) => {
      const { workflows } = workflowsOf([[nothing as unknown as WorkflowEvent, completed()]], success);
      const run = executeWorkflow(workflows, 'count', {}, {}, timing());

      expect(await collect(run)).toEqual([completed()]);
      expect(await run).toEqual({ words: 3 });
    },
  );

  test.each([
    ['WORKFLOW_EXECUTION_FAILED', null, ''],
    ['WORKFLOW_EXECUTION_FAILED', { failure: null }, ''],
    ['WORKFLOW_EXECUTION_FAILED', { failure: { message: { code: 1 } } }, ''],
    ['WORKFLOW_EXECUTION_CANCELED', { reason: null }, ''],
    ['WORKFLOW_EXECUTION_CANCELED', { reason: 'Marie changed her mind' }, ': Marie changed her mind'],
  ])('may leave out why it ended: %s with %j', async (type, attributes, says) => {
    const last = event(1, type, attributes as unknown as object);
    const { workflows } = workflowsOf([[last]], { status: 'FAILED' });

    expect(await failureOf(executeWorkflow(workflows, 'count', {}, {}, timing()))).toMatchObject({
      message: `Execution ${id} ended as FAILED${says}`,
    });
  });

  test.each(['TERMINATED', 'TIMED_OUT'])(
    'do not say that it has ended as %s, which is seen by polling',
    async (status) => {
      const clock = handClock();
      const { workflows, executions } = workflowsOf([[started(), 'open']], { status: 'RUNNING' }, { status });
      const onUpdate = vi.fn();
      const run = executeWorkflow(workflows, 'count', {}, { onUpdate }, { clock, random: () => 0 });
      const failure = failureOf(run);

      await setImmediate();
      for (const [ms, looks] of [
        [29_999, 0],
        [1, 1],
        [30_000, 2],
      ] as const) {
        clock.pass(ms);
        await setImmediate();
        expect(executions.getWorkflowExecution).toHaveBeenCalledTimes(looks);
      }
      // For events that are on their way.
      clock.pass(1000);
      await setImmediate();

      expect(await failure).toMatchObject({ name: 'JobFailedError', status });
      expect(onUpdate.mock.calls.map(([state]) => (state as { status: string }).status)).toEqual([
        'RUNNING',
        status,
        status,
      ]);
      expect(clock.pending()).toBe(0);
    },
  );

  test('are read to the last one when the execution has ended before', async () => {
    const clock = handClock();
    const { workflows } = workflowsOf([[started(), 'open']], success);
    let say!: (event: WorkflowEvent) => void;
    const events = {
      getStreamEvents: async function* () {
        yield started();
        yield await new Promise<WorkflowEvent>((resolve) => (say = resolve));
      },
    };
    const run = executeWorkflow({ ...workflows, events }, 'count', {}, {}, { clock, random: () => 0 });
    const seen = collect(run);

    await setImmediate();
    clock.pass(30_000);
    await setImmediate();
    say(completed());

    expect(await seen).toHaveLength(2);
  });

  test('are no longer read when a slow loop is a thousand behind, until it goes on', async () => {
    let read = 0;
    const { workflows } = workflowsOf([], success);
    const events = {
      getStreamEvents: async function* () {
        for (; read < 3000; read += 1) yield event(read, 'CUSTOM_TASK_IN_PROGRESS');
        yield completed(read);
      },
    };
    const run = executeWorkflow({ ...workflows, events }, 'count', {}, {}, timing());
    const [reader, slowest] = [run[Symbol.asyncIterator](), run[Symbol.asyncIterator]()];
    const pause = async () => {
      for (let turn = 0; turn < 10; turn += 1) await setImmediate();
    };

    await reader.next();
    await pause();
    expect(read).toBeLessThan(1010);
    for (let count = 0; count < 500; count += 1) await reader.next();
    await pause();
    expect(read).toBeGreaterThan(1490);
    expect(read).toBeLessThan(1510);

    // Whoever awaits the run does not wait for a reader.
    expect(await run).toEqual({ words: 3 });
    expect(read).toBe(3000);
    expect(await drained(reader)).toBe(2500);
    expect(await drained(slowest)).toBe(3001);
  });

  test('survive that the execution cannot be read for a moment', async () => {
    const { workflows, executions } = workflowsOf([[started()], [completed()]], success);
    executions.getWorkflowExecution.mockRejectedValueOnce(new TimeoutError('Late', 5));

    expect(await executeWorkflow(workflows, 'count', {}, {}, timing())).toEqual({ words: 3 });
  });

  test('are all given to a loop that begins with the run, which fails as the run does', async () => {
    const { workflows } = workflowsOf([[started(), completed()]], { status: 'FAILED' });
    const seen: string[] = [];

    const failure = await failureOf(
      (async () => {
        for await (const { data } of executeWorkflow(workflows, 'count', {}, {}, timing()))
          seen.push(data.event_type);
      })(),
    );

    expect(seen).toEqual(['WORKFLOW_EXECUTION_STARTED', 'WORKFLOW_EXECUTION_COMPLETED']);
    expect(failure).toBeInstanceOf(JobFailedError);
  });

  test('are no longer followed when the only loop stops, and the run can still be awaited', async () => {
    const { workflows, open, executions } = workflowsOf([[started(), 'open'], [completed()]], success);
    const run = executeWorkflow(workflows, 'count', {}, {}, timing());

    for await (const _ of run) break;
    await setImmediate();
    expect(open.streams).toBe(0);
    expect(executions.cancelWorkflowExecution).not.toHaveBeenCalled();

    expect(await run).toEqual({ words: 3 });
  });

  test('go on for an awaited run when a loop stops', async () => {
    const { workflows } = workflowsOf([[started(), completed()]], success);
    const run = executeWorkflow(workflows, 'count', {}, {}, timing());

    const result = run.then((value) => value);
    for await (const _ of run) break;

    expect(await result).toEqual({ words: 3 });
  });

  test('of a real stream are read with the client', async () => {
    const fetch = vi.fn<Fetch>(async (url) =>
      url.includes('/events/stream')
        ? eventStream(bodyOf(sse(started(), completed())))
        : Response.json({ execution_id: id, root_execution_id: id, status: 'COMPLETED', result: 'done' }),
    );

    const run = executeWorkflow<string>(client({ fetch }).workflows, 'count', { input: {} }, {}, timing());

    expect(await collect(run)).toHaveLength(2);
    expect(await run).toBe('done');
  });
});

describe('a run', () => {
  test('is signalled, queried, updated, cancelled and terminated', async () => {
    const { workflows, executions } = workflowsOf([], {});
    const run = executeWorkflow(workflows, 'count', {}, {}, timing());

    await run.signal('pause', { until: 'noon' });
    expect(await run.query('progress')).toBe(42);
    expect(await run.update('limit', { words: 5 })).toBe(43);
    await run.cancel();
    await run.terminate();

    expect(executions.signalWorkflowExecution).toHaveBeenCalledWith({
      execution_id: id,
      name: 'pause',
      input: { until: 'noon' },
    });
    expect(executions.queryWorkflowExecution).toHaveBeenCalledWith({ execution_id: id, name: 'progress' });
    expect(executions.updateWorkflowExecution).toHaveBeenCalledWith({
      execution_id: id,
      name: 'limit',
      input: { words: 5 },
    });
    expect(executions.cancelWorkflowExecution).toHaveBeenCalledWith({ execution_id: id });
    expect(executions.terminateWorkflowExecution).toHaveBeenCalledWith({ execution_id: id });
  });

  test('can be taken up by its id', async () => {
    const { workflows, executeWorkflow: execute } = workflowsOf([[completed()]], success);

    expect(await followWorkflow(workflows, id, {}, timing())).toEqual({ words: 3 });
    expect(execute).not.toHaveBeenCalled();
    expect(() => followWorkflow(workflows, '')).toThrow(ArgumentError);
  });

  test('has the type and the value of its schema', async () => {
    const { workflows } = workflowsOf([[completed()]], success);
    const output = z.object({ words: z.number().transform(String) });

    const { words } = await executeWorkflow(workflows, 'count', {}, { output }, timing());

    expect(words).toBe('3');
  });

  test('is not followed again when a loop stops that lags behind its end', async () => {
    const { workflows, events, executions } = workflowsOf([[started(), completed()]], success);
    const run = executeWorkflow(workflows, 'count', {}, {}, timing());

    for await (const _ of run) {
      await setImmediate();
      break;
    }

    expect(await run).toEqual({ words: 3 });
    expect(events.getStreamEvents).toHaveBeenCalledTimes(1);
    expect(executions.getWorkflowExecution).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['signal', [undefined], '`name` must be the name of a signal'],
    ['query', [''], '`name` must be the name of a query'],
    ['update', [{ name: 'limit' }], '`name` must be the name of an update'],
    ['signal', ['pause', 5], '`input` must be an object'],
    ['query', ['progress', ['all']], '`input` must be an object'],
  ] as const)('sends no %s of %j', async (method, given, says) => {
    const { workflows, executions } = workflowsOf([], {});
    const run = executeWorkflow(workflows, 'count', {}, {}, timing());

    const failure = await failureOf(run[method](...(given as unknown as [string])));

    expect(failure).toBeInstanceOf(ArgumentError);
    expect(failure).toMatchObject({ message: expect.stringContaining(says) as string });
    expect(executions[`${method}WorkflowExecution`]).not.toHaveBeenCalled();
  });

  test('fails when the result does not fit the schema', async () => {
    const { workflows } = workflowsOf([[completed()]], success);
    const output = z.object({ words: z.string() });

    expect(await failureOf(executeWorkflow(workflows, 'count', {}, { output }, timing()))).toMatchObject({
      name: 'MistralError',
      message: expect.stringMatching(/does not fit the schema: .*\(at words\)/) as string,
    });
  });
});

describe('a workflow that waits for a person', () => {
  const asks = (sequence: number, value: object, of = id, type = 'connector_auth') =>
    event(
      sequence,
      'CUSTOM_TASK_STARTED',
      { custom_task_id: 't', custom_task_type: type, payload: { type: 'json', value } },
      of,
    );
  const request = { connector_name: 'gmail', auth_url: 'https://auth.example/1' };

  test('says so once, also for an execution that it started', async () => {
    const other = { ...request, auth_url: 'https://auth.example/2' };
    const { workflows } = workflowsOf(
      [[asks(1, request), asks(2, request), asks(3, other, 'child', 'connector-auth'), completed()]],
      success,
    );
    const onAuthorization = vi.fn();

    await executeWorkflow(workflows, 'mail', {}, { onAuthorization }, timing());

    expect(onAuthorization.mock.calls).toEqual([[request], [other]]);
  });

  test('says so once, also after a loop that stopped', async () => {
    const { workflows } = workflowsOf(
      [
        [asks(1, request), 'open'],
        [asks(1, request), completed()],
      ],
      success,
    );
    const onAuthorization = vi.fn();
    const run = executeWorkflow(workflows, 'mail', {}, { onAuthorization }, timing());

    for await (const _ of run) {
      await setImmediate();
      break;
    }
    await run;

    expect(onAuthorization).toHaveBeenCalledTimes(1);
  });

  test.each([null, {}, { custom_task_type: 5 }, { custom_task_type: 'connector_auth', payload: null }])(
    'does not for a task that says too little: %j',
    async (attributes) => {
      const task = event(1, 'CUSTOM_TASK_STARTED', attributes as unknown as object);
      const { workflows } = workflowsOf([[task, completed()]], success);
      const onAuthorization = vi.fn();

      await executeWorkflow(workflows, 'mail', {}, { onAuthorization }, timing());

      expect(onAuthorization).not.toHaveBeenCalled();
    },
  );

  test('does not for other tasks, or without a place to go to', async () => {
    const { workflows } = workflowsOf(
      [[asks(1, request, id, 'llm_call'), asks(2, { connector_name: 'gmail' }), completed()]],
      success,
    );
    const onAuthorization = vi.fn();

    await executeWorkflow(workflows, 'mail', {}, { onAuthorization }, timing());

    expect(onAuthorization).not.toHaveBeenCalled();
  });

  test('ends the wait with the error of the callback, and no request more', async () => {
    const { workflows, executions, open } = workflowsOf([[asks(1, request), 'open']], success);
    const failure = new Error('Not mine');
    const onAuthorization = () => Promise.reject(failure);

    expect(await failureOf(executeWorkflow(workflows, 'mail', {}, { onAuthorization }, timing()))).toBe(
      failure,
    );
    await setImmediate();
    expect(executions.getWorkflowExecution).not.toHaveBeenCalled();
    expect(open.streams).toBe(0);
  });

  test('can be left while the callback waits', async () => {
    const { workflows } = workflowsOf([[asks(1, request), 'open']], success);
    const controller = new AbortController();
    const onAuthorization = () => new Promise(() => controller.abort('enough'));
    const options = { onAuthorization, signal: controller.signal };

    expect(await failureOf(executeWorkflow(workflows, 'mail', {}, options, timing()))).toMatchObject({
      name: 'AbortError',
      cause: 'enough',
    });
  });
});

describe('a wait that ends early', () => {
  const abortSoon = () => {
    const controller = new AbortController();
    void setImmediate().then(() => controller.abort('enough'));
    return controller.signal;
  };

  test('leaves the workflow running', async () => {
    const { workflows, executions, open } = workflowsOf([['open']], success);

    const failure = await failureOf(
      executeWorkflow(workflows, 'count', {}, { signal: abortSoon() }, timing()),
    );
    await setImmediate();

    expect(failure).toMatchObject({ name: 'AbortError', cause: 'enough' });
    expect(executions.cancelWorkflowExecution).not.toHaveBeenCalled();
    expect(open.streams).toBe(0);
  });

  test('cancels the workflow if that is asked for, and still fails as an abort when it cannot', async () => {
    const { workflows, executions } = workflowsOf([['open']], success);
    executions.cancelWorkflowExecution.mockRejectedValueOnce(new Error('No'));
    const options = { signal: abortSoon(), cancelOnAbort: true };

    expect(await failureOf(executeWorkflow(workflows, 'count', {}, options, timing()))).toBeInstanceOf(
      AbortError,
    );
    expect(executions.cancelWorkflowExecution).toHaveBeenCalledWith(
      { execution_id: id },
      { timeoutMs: 10_000, maxRetries: 1 },
    );
  });

  test('cancels a workflow that starts only then', async () => {
    const { workflows, executions } = workflowsOf([], success);
    const { promise, resolve } = pending<{ execution_id: string }>();
    const starting = { ...workflows, executeWorkflow: () => promise } as unknown as WorkflowsClient;
    const options = { signal: abortSoon(), cancelOnAbort: true };

    const failure = await failureOf(executeWorkflow(starting, 'count', {}, options, timing()));
    resolve({ execution_id: id });
    await setImmediate();

    expect(failure).toBeInstanceOf(AbortError);
    expect(executions.cancelWorkflowExecution).toHaveBeenCalledTimes(1);
  });

  test('cancels a workflow that starts only after its time', async () => {
    const clock = handClock();
    const { workflows, executions } = workflowsOf([], success);
    const { promise, resolve } = pending<{ execution_id: string }>();
    const starting = { ...workflows, executeWorkflow: () => promise } as unknown as WorkflowsClient;
    const options = { timeoutMs: 500, cancelOnAbort: true };

    const failure = failureOf(executeWorkflow(starting, 'count', {}, options, { clock, random: () => 0 }));
    await setImmediate();
    clock.pass(500);
    expect(await failure).toBeInstanceOf(TimeoutError);
    resolve({ execution_id: id });
    await setImmediate();

    expect(executions.cancelWorkflowExecution).toHaveBeenCalledTimes(1);
  });

  test('cancels a workflow that nobody had awaited yet', async () => {
    const { workflows, executions } = workflowsOf([], success);
    const controller = new AbortController();
    const options = { signal: controller.signal, cancelOnAbort: true };

    const run = executeWorkflow(workflows, 'count', {}, options, timing());
    await run.executionId;
    controller.abort();

    expect(await failureOf(run)).toBeInstanceOf(AbortError);
    expect(executions.cancelWorkflowExecution).toHaveBeenCalledTimes(1);
  });

  test('is not begun with a signal that has aborted', async () => {
    const { workflows, executeWorkflow: execute } = workflowsOf([], success);
    const run = executeWorkflow(workflows, 'count', {}, { signal: AbortSignal.abort('no') }, timing());

    expect(await failureOf(run)).toMatchObject({ name: 'AbortError', cause: 'no' });
    expect(execute).not.toHaveBeenCalled();
  });

  test('says how long it was, and for which execution', async () => {
    const clock = handClock();
    const { workflows, executions } = workflowsOf([['open']], success);

    const failure = failureOf(
      executeWorkflow(workflows, 'count', {}, { timeoutMs: 500 }, { clock, random: () => 0 }),
    );
    await setImmediate();
    clock.pass(500);

    expect(await failure).toBeInstanceOf(TimeoutError);
    expect(await failure).toMatchObject({ message: `Execution ${id} has not ended after 500 ms` });
    expect(executions.cancelWorkflowExecution).not.toHaveBeenCalled();
  });

  function pending<Value>() {
    let resolve!: (value: Value) => void;
    const promise = new Promise<Value>((settle) => (resolve = settle));
    return { promise, resolve };
  }
});

async function drained(reader: AsyncIterator<unknown>): Promise<number> {
  let count = 0;
  while (!(await reader.next()).done) count += 1;
  return count;
}

/** What the client throws for a 404. */
const notFound = async (): Promise<Error> => {
  const fetch = async () => Response.json({ message: 'No' }, { status: 404 });
  const { workflows } = client({ fetch, logLevel: 'off' });
  return (await failureOf(workflows.executions.getWorkflowExecution({ execution_id: id }))) as Error;
};

test('an error of polling is the error of the run', async () => {
  const { workflows, executions } = workflowsOf([[completed()]], success);
  const failure = new TimeoutError('Late', 5);
  executions.getWorkflowExecution.mockRejectedValue(failure);

  expect(await failureOf(executeWorkflow(workflows, 'count', {}, {}, timing()))).toBe(failure);
});
