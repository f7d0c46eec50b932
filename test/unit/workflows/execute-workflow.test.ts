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
const timing = () => ({ clock: instantClock(), random: () => 0 });

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

  test('are not needed if the workflow has ended while nobody listened', async () => {
    const { workflows, events } = workflowsOf([[started()]], success);

    expect(await executeWorkflow(workflows, 'count', {}, {}, timing())).toEqual({ words: 3 });
    expect(events.getStreamEvents).toHaveBeenCalledTimes(1);
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
    expect(surroundings.clock.waits).toEqual([1000, 1500, 1000]);
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
      if (url.includes('/events/stream')) return Response.json({ message: 'No' }, { status: 404 });
      const execution = { execution_id: id, root_execution_id: id, status: 'COMPLETED', result: 1 };
      return Response.json(execution);
    });

    const { workflows } = client({ fetch: refused, logLevel: 'off' });

    expect(await executeWorkflow(workflows, 'count', {}, {}, timing())).toBe(1);
    expect(refused).toHaveBeenCalledTimes(3);
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

test('an error of polling is the error of the run', async () => {
  const { workflows, executions } = workflowsOf([[completed()]], success);
  const failure = new TimeoutError('Late', 5);
  executions.getWorkflowExecution.mockRejectedValue(failure);

  expect(await failureOf(executeWorkflow(workflows, 'count', {}, {}, timing()))).toBe(failure);
});
