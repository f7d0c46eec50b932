import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';

import { MistralError } from '../../../src/errors/mistral-error.js';
import { StreamInterruptedError } from '../../../src/errors/stream-interrupted-error.js';
import {
  partialRunOf,
  runTools,
  streamTools,
  tool,
  ToolError,
  type RunnableTool,
  type ToolContext,
} from '../../../src/tools/index.js';
import { eventStream, sse } from '../../helpers/event-stream.js';
import { failureOf } from '../../helpers/failure-of.js';
import { scripted, type Line } from '../../helpers/scripted.js';
import { call, calling, events, json, saying, streamed } from '../../helpers/tool-replies.js';

const a = 'aaaaaaaaa';
const b = 'bbbbbbbbb';
const c = 'ccccccccc';
const messages = [{ role: 'user' as const, content: 'Hi' }];
const params = { model: 'm', messages };
const sunny = events(streamed(saying('It is sunny.')));

/** A reply that arrives as the test says. */
function live() {
  let body!: ReadableStreamDefaultController<Uint8Array>;
  const line: Line = () =>
    eventStream(new ReadableStream({ start: (controller) => void (body = controller) }));
  const send = (...sent: readonly unknown[]) => body.enqueue(new TextEncoder().encode(sse(...sent)));
  return { line, send, end: (...last: readonly unknown[]) => (send(...last), body.close()) };
}

const chunk = (delta: object, finish_reason: string | null = null) => ({
  id: 'cmpl-1',
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
});
const calls = (...tool_calls: readonly object[]) => chunk({ tool_calls });
/** The first delta of a call; without more, it has all of its arguments. */
const begin = (id: string, city: string, index: number, text = JSON.stringify({ city })) =>
  calls({ id, index, function: { name: 'weather', arguments: text } });
const finish = (reason = 'tool_calls') => chunk({}, reason);
const done = '[DONE]';

const executing = () =>
  vi.fn<(args: { city: string }, context: ToolContext) => Promise<unknown>>(async ({ city }) => city);
const weather = (
  execute: ReturnType<typeof executing>,
  options: { startEarly?: boolean | undefined; name?: string } = {},
) =>
  tool({
    name: 'weather',
    description: 'Weather',
    parameters: z.object({ city: z.string() }),
    startEarly: true,
    ...options,
    execute,
  });

/** A run that is read, and what it tells beside the events of the wire. */
function reading(lines: readonly Line[], tools: readonly RunnableTool[], options: object = {}) {
  const { mistral, fetch } = scripted(lines);
  const run = streamTools(mistral.chat, params, { tools, ...options });
  const told: string[] = [];
  const finished = (async () => {
    for await (const event of run) {
      if (event.type === 'text-delta') told.push(event.text);
      if (event.type === 'tool-call') told.push(`call ${event.call.id}`);
      if (event.type === 'tool-result') told.push(`${event.result.status} ${event.result.id}`);
      if (event.type === 'step') told.push('step');
    }
    return run;
  })();
  // Whoever expects a failure awaits it later.
  finished.catch(() => undefined);
  return { run, told, finished, fetch };
}

/** Until all that can happen has happened. */
const quiet = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
};

/** A tool that runs until it is told to stop. */
const untilStopped = () => {
  const execute = executing();
  execute.mockImplementation(
    (_, { signal }) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      ),
  );
  return execute;
};

const functionCall = (id: string, text: string, output_index: number) => ({
  type: 'function.call.delta',
  id: `fc_${id}`,
  tool_call_id: id,
  name: 'weather',
  arguments: text,
  output_index,
});
const started = { type: 'conversation.response.started', conversation_id: 'conv_1' };
const responseDone = { type: 'conversation.response.done', usage: { total_tokens: 1 } };

type Client = ReturnType<typeof scripted>['mistral'];
type Options = { tools: readonly RunnableTool[] };

const apis = {
  'a chat': {
    start: (client: Client, options: Options) => streamTools(client.chat, params, options),
    first: begin(a, 'Lyon', 0),
    second: begin(b, 'Nice', 1, '{"ci'),
    rest: [calls({ index: 1, function: { name: '', arguments: 'ty":"Nice"}' } }), finish(), done],
    byTurns: [begin(a, '', 0, '{"city":'), begin(b, 'Nice', 1), chunk({ role: 'assistant' })],
    later: [calls({ index: 0, function: { name: '', arguments: '"Lyon"}' } }), finish(), done],
    answer: sunny,
  },
  'an agent': {
    start: (client: Client, options: Options) =>
      streamTools(client.agents, { agent_id: 'ag', messages }, options),
    first: begin(a, 'Lyon', 0),
    second: begin(b, 'Nice', 1, '{"ci'),
    rest: [calls({ index: 1, function: { name: '', arguments: 'ty":"Nice"}' } }), finish(), done],
    byTurns: [begin(a, '', 0, '{"city":'), begin(b, 'Nice', 1), chunk({ role: 'assistant' })],
    later: [calls({ index: 0, function: { name: '', arguments: '"Lyon"}' } }), finish(), done],
    answer: sunny,
  },
  'a conversation': {
    start: (client: Client, options: Options) =>
      streamTools(client.beta.conversations, { model: 'm', inputs: 'Hi' }, options),
    first: functionCall(a, '{"city":"Lyon"}', 0),
    second: functionCall(b, '{"ci', 1),
    rest: [functionCall(b, 'ty":"Nice"}', 1), responseDone],
    byTurns: [functionCall(a, '{"city":', 0), functionCall(b, '{"city":"Nice"}', 1)],
    later: [functionCall(a, '"Lyon"}', 0), responseDone],
    answer: events(
      [
        started,
        { type: 'message.output.delta', id: 'msg', output_index: 0, content: 'It is sunny.' },
        responseDone,
      ],
      [],
    ),
  },
};

describe.each(Object.entries(apis))(
  'over %s',
  (_, { start, first, second, rest, byTurns, later, answer }) => {
    test('a tool that may start early starts when the next call begins, and its result is told at once', async () => {
      const execute = executing();
      const reply = live();
      const client = scripted([reply.line, answer]);
      const told: string[] = [];
      const run = start(client.mistral, { tools: [weather(execute)] });
      const finished = (async () => {
        for await (const event of run)
          if (event.type === 'tool-call') told.push(`call ${event.call.id}`);
          else if (event.type === 'tool-result') told.push(`${event.result.status} ${event.result.id}`);
      })();
      await quiet();

      reply.send(started, first);
      await quiet();
      expect(execute).not.toHaveBeenCalled();
      reply.send(second);
      await quiet();
      expect(execute.mock.calls.map(([args]) => args)).toEqual([{ city: 'Lyon' }]);
      expect(told).toEqual([`call ${a}`, `done ${a}`]);
      reply.end(...rest);
      await finished;

      expect(execute.mock.calls.map(([args, { callId }]) => [args, callId])).toEqual([
        [{ city: 'Lyon' }, a],
        [{ city: 'Nice' }, b],
      ]);
      expect(told).toEqual([`call ${a}`, `done ${a}`, `call ${b}`, `done ${b}`]);
      const { endedBy, steps } = await run;
      expect(endedBy).toBe('reply');
      expect(steps[0]!.results.map(({ id, status }) => [id, status])).toEqual([
        [a, 'done'],
        [b, 'done'],
      ]);
      const sent = client.fetch.mock.calls[1]![1].body as string;
      expect([...sent.matchAll(/"tool_call_id":"(\w+)"/g)].map(([, id]) => id)).toEqual([a, b]);
    });

    test('a tool that may start early does so in each round', async () => {
      const execute = executing();
      const replies = [live(), live()] as const;
      const { mistral } = scripted([...replies.map(({ line }) => line), answer]);
      const other = JSON.parse(JSON.stringify(first).replaceAll(a, c)) as object;
      const run = start(mistral, { tools: [weather(execute)] });
      const finished = run.then(({ endedBy }) => endedBy);
      await quiet();
      replies[0].send(started, first, second);
      replies[0].end(...rest);
      await quiet();
      expect(execute).toHaveBeenCalledTimes(2);

      replies[1].send(started, other, second);
      await quiet();
      expect(execute).toHaveBeenCalledTimes(3);
      replies[1].end(...rest);

      expect(await finished).toBe('reply');
    });

    test('a call whose arguments are not whole waits, though the next one has begun', async () => {
      const execute = executing();
      const reply = live();
      const { mistral } = scripted([reply.line, answer]);
      const run = start(mistral, { tools: [weather(execute)] });
      const finished = run.then(({ steps }) => steps[0]!.results.map(({ status }) => status));
      await quiet();

      reply.send(started, ...byTurns);
      await quiet();
      expect(execute).not.toHaveBeenCalled();
      reply.end(...later);

      expect(await finished).toEqual(['done', 'done']);
      expect(execute.mock.calls.map(([{ city }]) => city)).toEqual(['Lyon', 'Nice']);
    });

    test.each([false, undefined])(
      'a tool with `startEarly` %s waits for the end of the reply',
      async (startEarly) => {
        const execute = executing();
        const reply = live();
        const { mistral } = scripted([reply.line, answer]);
        const run = start(mistral, { tools: [weather(execute, { startEarly })] });
        const finished = run.then(({ endedBy }) => endedBy);
        await quiet();

        reply.send(started, first, second, ...rest.slice(0, -1));
        await quiet();
        expect(execute).not.toHaveBeenCalled();
        reply.end(rest.at(-1));

        expect(await finished).toBe('reply');
        expect(execute).toHaveBeenCalledTimes(2);
      },
    );
  },
);

describe('a call that may start early', () => {
  test('starts alone: those of other tools wait for the end of the reply', async () => {
    const early = executing();
    const late = executing();
    const reply = live();
    const { finished } = reading(
      [reply.line, sunny],
      [weather(early), weather(late, { startEarly: false, name: 'other' })],
    );
    await quiet();

    reply.send(
      calls({ id: b, index: 0, function: { name: 'other', arguments: '{"city":"Nice"}' } }),
      begin(a, 'Lyon', 1),
      begin(c, 'Metz', 2),
    );
    await quiet();
    expect(early).toHaveBeenCalledTimes(1);
    expect(late).not.toHaveBeenCalled();
    reply.end(finish(), done);

    const { messages: history } = await finished;
    expect(history.slice(2, 5).map((each) => 'tool_call_id' in each && each.tool_call_id)).toEqual([b, a, c]);
  });

  test('starts with the reason why the reply ends, before the stream ends', async () => {
    const execute = executing();
    const reply = live();
    const { finished } = reading([reply.line, sunny], [weather(execute)]);
    await quiet();

    reply.send(begin(a, 'Lyon', 0));
    await quiet();
    expect(execute).not.toHaveBeenCalled();
    reply.send(finish());
    await quiet();
    expect(execute).toHaveBeenCalledTimes(1);
    reply.end(done);

    expect((await finished).steps[0]!.results).toHaveLength(1);
    expect(execute).toHaveBeenCalledTimes(1);
  });

  test('is told among the events of the reply', async () => {
    const reply = live();
    const { told, finished } = reading([reply.line, sunny], [weather(executing())]);
    await quiet();

    reply.send(chunk({ content: 'Let me ' }), begin(a, 'Lyon', 0), begin(b, 'Nice', 1));
    await quiet();
    reply.send(chunk({ content: 'see.' }));
    await quiet();
    reply.end(finish(), done);
    await finished;

    expect(told).toEqual([
      'Let me ',
      `call ${a}`,
      `done ${a}`,
      'see.',
      `call ${b}`,
      `done ${b}`,
      'step',
      'It ',
      'is ',
      'sunny.',
      'step',
    ]);
  });

  test('keeps to `concurrency`, with the calls that start later', async () => {
    const settle: (() => void)[] = [];
    const execute = executing();
    execute.mockImplementation(({ city }) => new Promise((resolve) => void settle.push(() => resolve(city))));
    const reply = live();
    const { told, finished } = reading([reply.line, sunny], [weather(execute)], { concurrency: 1 });
    await quiet();

    reply.send(begin(a, 'Lyon', 0), begin(b, 'Nice', 1), begin(c, 'Metz', 2));
    await quiet();
    expect(execute).toHaveBeenCalledTimes(1);
    settle[0]!();
    await quiet();
    expect(execute).toHaveBeenCalledTimes(2);
    reply.end(finish(), done);
    await quiet();
    expect(execute).toHaveBeenCalledTimes(2);
    settle[1]!();
    await quiet();
    settle[2]!();

    expect((await finished).steps[0]!.results.map(({ id }) => id)).toEqual([a, b, c]);
    expect(told.filter((each) => each.startsWith('done'))).toEqual([`done ${a}`, `done ${b}`, `done ${c}`]);
  });

  test('runs once where the server repeats it, in the reply or in the next one', async () => {
    const execute = executing();
    const twice = [begin(a, 'Lyon', 0), begin(a, 'Lyon', 1), begin(b, 'Nice', 2), finish()];
    const { finished } = reading([events(twice), events(twice), sunny], [weather(execute)]);

    const { steps } = await finished;

    expect(execute.mock.calls.map(([{ city }]) => city)).toEqual(['Lyon', 'Nice']);
    expect(steps.slice(0, 2).map(({ results }) => results.map(({ isRepeated }) => isRepeated))).toEqual([
      [undefined, undefined],
      [true, true],
    ]);
  });

  test('has an id of its own where two share one', async () => {
    const execute = executing();
    const shared = [begin(a, 'Lyon', 0), begin(a, 'Nice', 1), begin(a, 'Metz', 2), finish()];
    const { finished } = reading([events(shared), sunny], [weather(execute)]);

    const { steps } = await finished;

    expect(execute.mock.calls.map(([{ city }]) => city)).toEqual(['Lyon', 'Nice', 'Metz']);
    expect(new Set(steps[0]!.results.map(({ id }) => id)).size).toBe(3);
    expect(steps[0]!.results.map(({ id }) => id)).toEqual(execute.mock.calls.map(([, { callId }]) => callId));
  });

  test('starts after the reply where that is not streamed', async () => {
    const execute = executing();
    const { mistral } = scripted([
      json(calling(call(a, 'weather', { city: 'Lyon' }))),
      json(saying('Sunny')),
    ]);

    const run = await runTools(mistral.chat, params, { tools: [weather(execute)] });

    expect(run.endedBy).toBe('reply');
    expect(execute).toHaveBeenCalledTimes(1);
  });
});

test('a call of a conversation waits for its id', async () => {
  const execute = executing();
  const reply = live();
  const { mistral } = scripted([reply.line, apis['a conversation'].answer]);
  const run = apis['a conversation'].start(mistral, { tools: [weather(execute)] });
  const finished = run.then(({ endedBy }) => endedBy);
  await quiet();

  reply.send(started, { ...functionCall(a, '{"city":"Lyon"}', 0), tool_call_id: null });
  reply.send(functionCall(b, '{"city":"Nice"}', 1));
  await quiet();
  expect(execute).not.toHaveBeenCalled();
  reply.end(functionCall(a, '', 0), responseDone);

  expect(await finished).toBe('reply');
  expect(execute.mock.calls.map(([, { callId }]) => callId)).toEqual([a, b]);
});

describe('a server that changes a call after its tool has started', () => {
  const change = /changed the tool call `aaaaaaaaa`.*remove `startEarly` from the tool `weather`/;

  test.each([
    ['its arguments', [calls({ index: 0, function: { name: '', arguments: ',"days":2}' } }), finish(), done]],
    [
      'its arguments, in a reply that then says no more',
      [calls({ id: a, index: 0, function: { arguments: ' x' } }), done],
    ],
  ])('ends the run with an error: %s', async (_, rest) => {
    const execute = executing();
    const reply = live();
    const { finished, fetch } = reading([reply.line], [weather(execute)]);
    await quiet();

    reply.send(begin(a, 'Lyon', 0), begin(b, 'Nice', 1));
    await quiet();
    expect(execute).toHaveBeenCalledTimes(1);
    reply.end(...rest);

    const error = await failureOf(finished);
    expect(error).toBeInstanceOf(MistralError);
    expect(error).toHaveProperty('message', expect.stringMatching(change));
    const { interrupted, ...partial } = partialRunOf(error)!;
    expect(partial).toMatchObject({ messages, steps: [] });
    expect(interrupted).toMatchObject({ round: 1, response: { choices: [{ message: {} }] } });
    expect(interrupted!.results[0]).toMatchObject({ id: a, arguments: '{"city":"Lyon"}', status: 'done' });
    expect(execute.mock.calls.filter(([{ city }]) => city === 'Lyon')).toHaveLength(1);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test('ends it, too, if it is to be confirmed after all, in a conversation', async () => {
    const execute = executing();
    const reply = live();
    const { mistral } = scripted([reply.line]);
    const run = streamTools(
      mistral.beta.conversations,
      { model: 'm', inputs: 'Hi' },
      { tools: [weather(execute)] },
    );
    const failure = failureOf(run);
    await quiet();

    reply.send(started, functionCall(a, '{"city":"Lyon"}', 0), functionCall(b, '{"city":"Nice"}', 1));
    await quiet();
    reply.end({ ...functionCall(a, '', 0), confirmation_status: 'pending' }, responseDone);

    expect(await failure).toHaveProperty('message', expect.stringMatching(change));
    expect(execute).toHaveBeenCalledTimes(1);
  });

  test('is not accused for a call that waits for confirmation from the beginning', async () => {
    const execute = executing();
    const { mistral } = scripted([
      events(
        [
          started,
          { ...functionCall(a, '{"city":"Lyon"}', 0), confirmation_status: 'pending' },
          functionCall(b, '{"city":"Nice"}', 1),
          responseDone,
        ],
        [],
      ),
    ]);

    const run = await streamTools(
      mistral.beta.conversations,
      { model: 'm', inputs: 'Hi' },
      { tools: [weather(execute)] },
    );

    expect(run.endedBy).toBe('confirmation');
    expect(execute.mock.calls.map(([{ city }]) => city)).toEqual(['Nice']);
  });
});

describe('a reply that was cut after a tool had started', () => {
  test.each(['length', 'error'])(
    'by its reason %s: keeps the results, tells the others to stop, and no more',
    async (reason) => {
      const quick = executing();
      const slow = untilStopped();
      const waiting = executing();
      const onStep = vi.fn();
      const reply = live();
      const { told, finished } = reading(
        [reply.line],
        [weather(quick), weather(slow, { name: 'slow' }), weather(waiting, { name: 'waiting' })],
        { concurrency: 1, onStep },
      );
      await quiet();

      const named = (name: string, id: string, index: number) =>
        calls({ id, index, function: { name, arguments: '{"city":"Nice"}' } });
      reply.send(begin(a, 'Lyon', 0), named('slow', b, 1), named('waiting', c, 2));
      await quiet();
      reply.send(named('weather', 'ddddddddd', 3));
      await quiet();
      expect(slow).toHaveBeenCalledTimes(1);
      reply.end(finish(reason), done);

      const run = await finished;
      expect(run.endedBy).toBe(reason === 'length' ? 'length' : 'failed');
      expect(run.messages).toEqual(messages);
      expect(run.steps).toHaveLength(1);
      expect(run.steps[0]!.results.map(({ id, status }) => [id, status])).toEqual([
        [a, 'done'],
        [b, 'cancelled'],
        [c, 'cancelled'],
      ]);
      expect(slow.mock.calls[0]![1].signal.aborted).toBe(true);
      expect(waiting).not.toHaveBeenCalled();
      expect(quick).toHaveBeenCalledTimes(1);
      expect(onStep).toHaveBeenCalledTimes(1);
      expect(told.filter((each) => each.startsWith('cancelled'))).toEqual([
        `cancelled ${b}`,
        `cancelled ${c}`,
      ]);
    },
  );

  test('by the connection: the error has the results, and the reply is not asked for again', async () => {
    const quick = executing();
    const slow = untilStopped();
    const reply = live();
    const { finished, fetch } = reading([reply.line], [weather(quick), weather(slow, { name: 'slow' })]);
    await quiet();

    reply.send(
      begin(a, 'Lyon', 0),
      calls({ id: b, index: 1, function: { name: 'slow', arguments: '{"city":"Nice"}' } }),
      begin(c, 'Metz', 2),
    );
    await quiet();
    reply.end();

    const error = await failureOf(finished);
    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect(partialRunOf(error)).toMatchObject({
      messages,
      steps: [],
      partial: { choices: [{ message: { tool_calls: [{ id: a }, { id: b }, { id: c }] } }] },
      interrupted: {
        round: 1,
        response: { choices: [{ message: { tool_calls: [{ id: a }, { id: b }, { id: c }] } }] },
        results: [
          { id: a, status: 'done', value: 'Lyon' },
          { id: b, status: 'cancelled' },
        ],
      },
    });
    expect(slow.mock.calls[0]![1].signal.aborted).toBe(true);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test('by an abort: the error has the results', async () => {
    const controller = new AbortController();
    const slow = untilStopped();
    const reply = live();
    const { finished } = reading([reply.line], [weather(slow)], { signal: controller.signal });
    await quiet();

    reply.send(begin(a, 'Lyon', 0), begin(b, 'Nice', 1));
    await quiet();
    controller.abort('why');

    const error = await failureOf(finished);
    expect(error).toMatchObject({ name: 'AbortError', cause: 'why' });
    expect(partialRunOf(error)).toMatchObject({ interrupted: { results: [{ id: a, status: 'cancelled' }] } });
    expect(slow.mock.calls[0]![1].signal.aborted).toBe(true);
  });

  test('by the end of the time: the result has what was done', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const reply = live();
    const { finished } = reading([reply.line], [weather(executing())], { timeoutMs: 5_000 });
    await quiet();

    reply.send(begin(a, 'Lyon', 0), begin(b, 'Nice', 1));
    await quiet();
    vi.advanceTimersByTime(5_000);

    expect(await finished).toMatchObject({
      endedBy: 'timeout',
      messages,
      steps: [],
      interrupted: { results: [{ id: a, status: 'done' }] },
    });
    vi.useRealTimers();
  });

  test.each(['tool-call', 'tool-result'])(
    'by a reader that breaks out at its %s: whoever awaits it is told',
    async (type) => {
      const slow = untilStopped();
      const quick = executing();
      const reply = live();
      const { mistral } = scripted([reply.line]);
      const execute = type === 'tool-call' ? slow : quick;
      const run = streamTools(mistral.chat, params, { tools: [weather(execute)] });
      const left = (async () => {
        for await (const event of run) if (event.type === type) break;
      })();
      await quiet();
      reply.send(begin(a, 'Lyon', 0), begin(b, 'Nice', 1));
      await left;

      const error = await failureOf(run);
      const status = type === 'tool-call' ? 'cancelled' : 'done';
      expect(partialRunOf(error)).toMatchObject({ interrupted: { results: [{ id: a, status }] } });
      expect(slow).not.toHaveBeenCalled();
    },
  );
});

test('a tool that fails ends the run at once, where a failure does, and closes the stream', async () => {
  const execute = executing();
  execute.mockRejectedValue(new Error('No'));
  const reply = live();
  const { finished, fetch } = reading([reply.line], [weather(execute)], { onError: 'throw' });
  await quiet();

  reply.send(begin(a, 'Lyon', 0), begin(b, 'Nice', 1));

  const error = await failureOf(finished);
  expect(error).toBeInstanceOf(ToolError);
  expect(error).toMatchObject({ toolName: 'weather', callId: a });
  expect(partialRunOf(error)).toMatchObject({ interrupted: { results: [{ id: a, status: 'failed' }] } });
  expect(fetch.mock.calls[0]![1].signal!.aborted).toBe(true);
});
