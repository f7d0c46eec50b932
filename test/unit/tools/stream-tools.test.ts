import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';

import { AbortError } from '../../../src/errors/abort-error.js';
import { ArgumentError } from '../../../src/errors/argument-error.js';
import { StreamInterruptedError } from '../../../src/errors/stream-interrupted-error.js';
import { lintMessages, partialRunOf, streamTools, tool, type ToolContext } from '../../../src/tools/index.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';
import { eventStream, sse } from '../../helpers/event-stream.js';
import { answer, scripted } from '../../helpers/scripted.js';
import { call, calling, events, saying, streamed } from '../../helpers/tool-replies.js';

const a = 'aaaaaaaaa';
const b = 'bbbbbbbbb';
const messages = [{ role: 'user' as const, content: 'Hi' }];
const params = { model: 'm', messages };

const weather = (
  execute: (args: { city: string }, context: ToolContext) => unknown = ({ city }) => `Sun in ${city}`,
) =>
  tool({ name: 'weather', description: 'The weather', parameters: z.object({ city: z.string() }), execute });

const lyon = calling(call(a, 'weather', { city: 'Lyon' }));
const rounds = [events(streamed(lyon)), events(streamed(saying('It is sunny.')))];

type Client = ReturnType<typeof scripted>['mistral'];

/** The bytes of some events, after which nothing comes. */
const endless = (text: string): ReadableStream<Uint8Array> =>
  new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(text)) });

/** Hands out some chunks, and then nothing any more; does not heed its signal. */
const stuck = (chunks: ReturnType<typeof streamed>) => ({
  stream: vi.fn(async function* (
    _: { messages: typeof messages },
    { signal }: { signal?: AbortSignal } = {},
  ) {
    void signal;
    yield* chunks;
    await new Promise(() => {});
  }),
});

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));

afterEach(() => {
  expect(vi.getTimerCount(), 'timers left behind').toBe(0);
  vi.useRealTimers();
});

describe('a streamed run', () => {
  test('tells what happens as it happens, and is awaited for the result', async () => {
    const client = scripted(rounds);
    const run = streamTools(client.mistral.chat, params, { tools: [weather()] });

    const told = await collect(run);
    const result = await run;

    expect(told.filter(({ type }) => type !== 'event').map(({ type, round }) => `${round} ${type}`)).toEqual([
      '1 tool-call',
      '1 tool-result',
      '1 step',
      '2 text-delta',
      '2 text-delta',
      '2 text-delta',
      '2 step',
    ]);
    expect(told.flatMap((event) => (event.type === 'text-delta' ? event.text : []))).toEqual([
      'It ',
      'is ',
      'sunny.',
    ]);
    expect(told.find(({ type }) => type === 'tool-call')).toMatchObject({
      call: { id: a, name: 'weather', arguments: '{"city":"Lyon"}' },
    });
    expect(told.find(({ type }) => type === 'tool-result')).toMatchObject({
      result: { id: a, status: 'done', value: 'Sun in Lyon' },
    });
    expect(told.find(({ type }) => type === 'event')).toMatchObject({
      round: 1,
      event: { id: 'cmpl-1' },
    });
    expect(result).toMatchObject({
      endedBy: 'reply',
      message: { role: 'assistant', content: 'It is sunny.' },
      usage: { total_tokens: 30 },
    });
    expect(result.messages).toHaveLength(4);
    expect(
      client.fetch.mock.calls.map(
        ([, { body }]) => (JSON.parse(body as string) as { stream: boolean }).stream,
      ),
    ).toEqual([true, true]);
  });

  test('can be awaited without being iterated, and twice', async () => {
    const run = streamTools(
      scripted(rounds).mistral.agents,
      { agent_id: 'ag', messages },
      { tools: [weather()] },
    );

    const [first, second] = await Promise.all([run, run]);

    expect(first.message?.content).toBe('It is sunny.');
    expect(second).toBe(first);
  });

  test('sends nothing before somebody wants something', async () => {
    const client = scripted(rounds);
    streamTools(client.mistral.chat, params, { tools: [weather()] });
    await new Promise(setImmediate);

    expect(client.fetch).not.toHaveBeenCalled();
  });

  test('does not see what the caller changes between the call and the reading', async () => {
    const client = scripted([events(streamed(saying('Hi')))]);
    const own = [...messages];
    const run = streamTools(client.mistral.chat, { ...params, messages: own }, { tools: [] });
    own.push({ role: 'user', content: 'more' });

    await run;

    expect((JSON.parse(client.fetch.mock.calls[0]![1].body as string) as typeof params).messages).toEqual(
      messages,
    );
  });

  test('is read once', async () => {
    const run = streamTools(scripted(rounds).mistral.chat, params, { tools: [weather()] });
    await collect(run);

    await expect(collect(run)).rejects.toThrow('a run can be iterated only once');
  });

  test('tells results as they are ready, and sends them in the order of the calls', async () => {
    const settle = new Map<string, (value: string) => void>();
    const slow = weather(({ city }) => new Promise((resolve) => void settle.set(city, resolve)));
    const two = calling(call(a, 'weather', { city: 'Lyon' }), call(b, 'weather', { city: 'Nice' }));
    const run = streamTools(scripted([events(streamed(two)), rounds[1]!]).mistral.chat, params, {
      tools: [slow],
    });
    const told: string[] = [];
    for await (const event of run) {
      if (event.type === 'step' && event.round === 1)
        expect(event.step.results.map(({ id }) => id)).toEqual([a, b]);
      if (event.type === 'tool-call' && event.call.id === b) void vi.waitFor(() => settle.get('Nice')!('n'));
      if (event.type !== 'tool-result') continue;
      told.push(event.result.id);
      if (told.length === 1) settle.get('Lyon')!('l');
    }

    expect(told).toEqual([b, a]);
  });

  test('fills in the id of a call that came without one', async () => {
    const run = streamTools(
      scripted([events(streamed(calling(call(undefined, 'weather', { city: 'Lyon' })))), rounds[1]!]).mistral
        .chat,
      params,
      { tools: [weather()] },
    );

    const { messages: history } = await run;

    expect(lintMessages([...history, messages[0]!])).toEqual([]);
  });

  test('tells what a model thinks', async () => {
    const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] };
    const [chunk] = streamed(saying('x'));
    const thought = {
      ...chunk,
      choices: [{ index: 0, delta: { content: [thinking] }, finish_reason: 'stop' }],
    };
    const told = await collect(
      streamTools(scripted([events([thought])]).mistral.chat, params, { tools: [] }),
    );

    expect(told.find(({ type }) => type === 'thinking-delta')).toEqual({
      type: 'thinking-delta',
      round: 1,
      text: 'Hm',
    });
  });
});

describe('leaving a streamed run', () => {
  test('while the model writes ends the request, and the result is an error', async () => {
    const client = scripted(rounds);
    const run = streamTools(client.mistral.chat, params, { tools: [weather()] });
    for await (const _ of run) break;

    expect(client.fetch.mock.calls[0]![1].signal!.aborted).toBe(true);
    expect(await failureOf(run)).toMatchObject({ message: 'This run was cancelled before its end' });
  });

  test('while the model writes closes a stream that does not heed its signal', async () => {
    const close = vi.fn();
    const stream = async function* () {
      try {
        yield* streamed(saying('It is sunny.'));
      } finally {
        close();
      }
    };
    for await (const _ of streamTools({ stream }, { messages }, { tools: [] })) break;

    expect(close).toHaveBeenCalledTimes(1);
  });

  test('while tools run tells them to stop, and asks no more', async () => {
    const execute = vi.fn(
      (_: unknown, { signal }: ToolContext) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(undefined));
        }),
    );
    const two = calling(call(a, 'weather', { city: 'Lyon' }), call(b, 'quick'));
    const quick = tool({
      name: 'quick',
      description: 'Quick',
      parameters: { type: 'object' },
      execute: () => 1,
    });
    const client = scripted([events(streamed(two))]);
    const run = streamTools(client.mistral.chat, params, { tools: [weather(execute), quick] });
    for await (const { type } of run) if (type === 'tool-result') break;

    expect(execute.mock.calls[0]![1].signal.aborted).toBe(true);
    expect(client.fetch).toHaveBeenCalledTimes(1);
  });

  test('while somebody waits for the next event ends the waiting', async () => {
    const run = streamTools(stuck([]), { messages }, { tools: [] });
    const reader = run[Symbol.asyncIterator]();
    const next = failureOf(reader.next());

    expect(await reader.return()).toEqual({ done: true, value: undefined });
    expect(await next).toBeInstanceOf(AbortError);
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  test('after its end changes nothing', async () => {
    const run = streamTools(scripted(rounds).mistral.chat, params, { tools: [weather()] });
    const reader = run[Symbol.asyncIterator]();
    while (!(await reader.next()).done);
    await reader.return();

    expect((await run).endedBy).toBe('reply');
  });
});

describe('a streamed run that is aborted', () => {
  test('before it is read sends nothing', async () => {
    const client = scripted(rounds);
    const run = streamTools(client.mistral.chat, params, { tools: [], signal: AbortSignal.abort('why') });

    expect(await failureOf(collect(run))).toMatchObject({ name: 'AbortError', cause: 'why' });
    expect(await failureOf(run)).toMatchObject({ name: 'AbortError', cause: 'why' });
    expect(client.fetch).not.toHaveBeenCalled();
  });

  test('while a tool runs rejects, and tells no result', async () => {
    const controller = new AbortController();
    const client = scripted([events(streamed(lyon))]);
    const run = streamTools(client.mistral.chat, params, {
      tools: [weather(() => new Promise(() => {}))],
      signal: controller.signal,
    });
    const told: string[] = [];
    const reading = failureOf(async () => {
      for await (const { type } of run) {
        if (type !== 'event') told.push(type);
        if (type === 'tool-call') setImmediate(() => controller.abort('why'));
      }
    });

    expect(await reading).toMatchObject({ name: 'AbortError', cause: 'why' });
    expect(told).toEqual(['tool-call']);
  });

  test('at a result tells no other, though there is one', async () => {
    const controller = new AbortController();
    const two = calling(call(a, 'weather', { city: 'Lyon' }), call(b, 'weather', { city: 'Nice' }));
    const run = streamTools(scripted([events(streamed(two))]).mistral.chat, params, {
      tools: [weather()],
      signal: controller.signal,
    });
    const told: string[] = [];
    const error = await failureOf(async () => {
      for await (const event of run) {
        if (event.type !== 'tool-result') continue;
        told.push(event.result.id);
        await new Promise(setImmediate);
        controller.abort('why');
      }
    });

    expect(error).toMatchObject({ name: 'AbortError', cause: 'why' });
    expect(told).toEqual([a]);
  });

  test('while it streams rejects, however deaf the stream is', async () => {
    const controller = new AbortController();
    const run = streamTools(
      stuck(streamed(saying('It is'))),
      { messages },
      { tools: [], signal: controller.signal },
    );
    let text = '';
    const reading = failureOf(async () => {
      for await (const event of run) if (event.type === 'text-delta') text += event.text;
    });
    await vi.waitFor(() => expect(text).toBe('It is'));
    controller.abort('why');

    const error = await reading;
    expect(error).toMatchObject({ name: 'AbortError', cause: 'why' });
    expect(partialRunOf(error)).toMatchObject({ messages, steps: [] });
  });

  test.each([
    ['a chat', (signal: AbortSignal, { chat }: Client) => streamTools(chat, params, { tools: [], signal })],
    [
      'an agent',
      (signal: AbortSignal, { agents }: Client) =>
        streamTools(agents, { agent_id: 'a', messages }, { tools: [], signal }),
    ],
  ])('while %s streams keeps what had arrived', async (_, start) => {
    const controller = new AbortController();
    const chunks = streamed(saying('It is sunny in Lyon.')).slice(0, 2);
    const { mistral } = scripted([() => eventStream(endless(sse(...chunks)))]);
    const run = start(controller.signal, mistral);
    let text = '';
    const error = await failureOf(async () => {
      for await (const event of run) {
        if (event.type === 'text-delta') text += event.text;
        if (text === 'It is ') controller.abort('why');
      }
    });

    const partial = { choices: [{ message: { content: 'It is ' } }] };
    expect(error).toMatchObject({ name: 'AbortError', cause: 'why', partial });
    expect(partialRunOf(error)).toMatchObject({ messages, steps: [], partial });
    expect(await failureOf(run)).toBe(error);
  });

  test('while the model writes again keeps the steps before, and the reply apart from them', async () => {
    const controller = new AbortController();
    const chunks = streamed(saying('It is sunny in Lyon.')).slice(0, 1);
    const { mistral } = scripted([rounds[0]!, () => eventStream(endless(sse(...chunks)))]);
    const run = streamTools(mistral.chat, params, { tools: [weather()], signal: controller.signal });
    const error = await failureOf(async () => {
      for await (const event of run) if (event.type === 'text-delta') controller.abort('why');
    });

    expect(partialRunOf(error)).toMatchObject({
      steps: [{ round: 1 }],
      partial: { choices: [{ message: { content: 'It ' } }] },
    });
    expect(partialRunOf(error)).not.toHaveProperty('interrupted');
  });
});

test('a run that is left tells whoever waits for it what had arrived', async () => {
  const chunks = streamed(saying('It is sunny in Lyon.')).slice(0, 2);
  const { mistral } = scripted([rounds[0]!, () => eventStream(endless(sse(...chunks)))]);
  const run = streamTools(mistral.chat, params, { tools: [weather()] });
  for await (const event of run) if (event.type === 'text-delta') break;

  const error = await failureOf(run);

  const partial = { choices: [{ message: { content: 'It ' } }] };
  expect(error).toMatchObject({ message: 'This run was cancelled before its end', partial });
  expect(partialRunOf(error)).toMatchObject({ steps: [{ round: 1 }], partial });
});

test('the partial of a run is of a reply that is being written alone', async () => {
  const { mistral } = scripted([rounds[0]!, answer(404)]);
  const error = await failureOf(streamTools(mistral.chat, params, { tools: [weather()] }));

  expect(partialRunOf(error)).toMatchObject({ steps: [{ round: 1 }] });
  expect(partialRunOf(error)).not.toHaveProperty('partial');
  expect(error).not.toHaveProperty('partial');
});

test('the end of the time while the model writes is a result, with what was there before', async () => {
  const run = streamTools(stuck(streamed(saying('It is'))), { messages }, { tools: [], timeoutMs: 5_000 });
  const reader = run[Symbol.asyncIterator]();
  await reader.next();
  vi.advanceTimersByTime(5_000);
  while (!(await reader.next()).done);

  expect(await run).toMatchObject({ endedBy: 'timeout', messages, steps: [], message: undefined });
  expect(await run).toMatchObject({ partial: { choices: [{ message: { content: 'It ' } }] } });
});

test('a stream that is cut off ends the run, with the error that has what arrived', async () => {
  const chunks = streamed(saying('It is sunny.')).slice(0, 2);
  const client = scripted([rounds[0]!, events(chunks, [])]);
  const run = streamTools(client.mistral.chat, params, { tools: [weather()] });

  const error = await failureOf(run);

  expect(error).toBeInstanceOf(StreamInterruptedError);
  expect(error).toMatchObject({ partial: { choices: [{ message: { content: 'It is ' } }] } });
  expect(partialRunOf(error)).toMatchObject({ steps: [{ round: 1 }] });
});

test('a stream that fails before its first event is asked for again, and no tool runs twice', async () => {
  const execute = vi.fn(() => 'Sun');
  const client = scripted([rounds[0]!, answer(500), rounds[1]!]);

  await streamTools(client.mistral.chat, params, { tools: [weather(execute)] });

  expect(client.fetch).toHaveBeenCalledTimes(3);
  expect(execute).toHaveBeenCalledTimes(1);
});

test('a stream without any event is an error', async () => {
  const stream = async function* () {};

  await expect(streamTools({ stream }, { messages }, { tools: [] })).rejects.toThrow('without a response');
});

test('what is wrong with the arguments comes out where the run is read', async () => {
  const { mistral, fetch } = scripted(rounds);

  for (const run of [
    streamTools(mistral.chat, params, { tools: [], maxRounds: 0 }),
    streamTools(mistral as never, params, { tools: [] }),
  ]) {
    expect(await failureOf(run)).toBeInstanceOf(ArgumentError);
  }
  expect(
    await failureOf(collect(streamTools(mistral.chat, { ...params, messages: [] }, { tools: [] }))),
  ).toBeInstanceOf(ArgumentError);
  expect(fetch).not.toHaveBeenCalled();
});
