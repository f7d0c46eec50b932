import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';

import { AbortError } from '../../../src/errors/abort-error.js';
import { ArgumentError } from '../../../src/errors/argument-error.js';
import { MistralError } from '../../../src/errors/mistral-error.js';
import { InternalServerError } from '../../../src/errors/api-error.js';
import {
  lintMessages,
  partialRunOf,
  runTools,
  tool,
  ToolError,
  type CompletionToolsOptions,
  type RunnableTool,
  type ToolContext,
} from '../../../src/tools/index.js';
import { failureOf } from '../../helpers/failure-of.js';
import { answer, scripted, type Line } from '../../helpers/scripted.js';
import { call, calling, json, saying } from '../../helpers/tool-replies.js';

const a = 'aaaaaaaaa';
const b = 'bbbbbbbbb';
const messages = [{ role: 'user' as const, content: 'Hi' }];
const params = { model: 'm', messages };

/** What requests to a scripted client had as bodies. */
const bodiesOf = ({ fetch }: ReturnType<typeof scripted>) =>
  fetch.mock.calls.map(
    ([, { body }]) => JSON.parse(body as string) as typeof params & Record<string, unknown>,
  );

const weather = (
  execute: (args: { city: string }, context: ToolContext) => unknown = ({ city }) => `Sun in ${city}`,
) =>
  tool({
    name: 'weather',
    description: 'The weather',
    parameters: z.object({ city: z.string() }),
    execute,
  });

/** A tool that settles when the test says so. */
function heldTool() {
  const waiting: { args: unknown; context: ToolContext; settle: (value: unknown) => void }[] = [];
  const held = tool({
    name: 'held',
    description: 'Waits',
    parameters: { type: 'object' },
    execute: (args, context) => new Promise((settle) => void waiting.push({ args, context, settle })),
  });
  return { held, waiting };
}

function run(
  lines: readonly Line[],
  tools: readonly RunnableTool[],
  options: Partial<CompletionToolsOptions> = {},
) {
  const client = scripted(lines);
  return { client, result: runTools(client.mistral.chat, params, { tools, ...options }) };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));

afterEach(() => {
  expect(vi.getTimerCount(), 'timers left behind').toBe(0);
  vi.useRealTimers();
});

describe('a run', () => {
  test('asks, runs what is called, sends the results, and ends with the answer', async () => {
    const { client, result } = run(
      [json(calling(call(a, 'weather', { city: 'Lyon' }))), json(saying('It is sunny.'))],
      [weather()],
    );

    const { message, endedBy, usage, steps, messages: history } = await result;

    expect(message?.content).toBe('It is sunny.');
    expect(endedBy).toBe('reply');
    expect(usage).toEqual({ prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 });
    expect(history).toEqual([
      ...messages,
      calling(call(a, 'weather', { city: 'Lyon' })).choices[0]!.message,
      { role: 'tool', tool_call_id: a, name: 'weather', content: 'Sun in Lyon' },
      { role: 'assistant', content: 'It is sunny.' },
    ]);
    expect(steps.map(({ round, results }) => [round, results.map(({ status }) => status)])).toEqual([
      [1, ['done']],
      [2, []],
    ]);
    const bodies = bodiesOf(client);
    expect(bodies).toHaveLength(2);
    expect(bodies[0]).toMatchObject({
      ...params,
      tools: [{ type: 'function', function: { name: 'weather' } }],
    });
    expect(bodies[1]!.messages).toEqual(history.slice(0, 3));
  });

  test('goes on from the history of the one before', async () => {
    const first = await run([json(calling(call(a, 'weather', { city: 'Lyon' })))], [weather()], {
      maxRounds: 1,
    }).result;
    const client = scripted([json(saying('Sunny.'))]);

    const second = await runTools(
      client.mistral.chat,
      { ...params, messages: first.messages },
      { tools: [weather()] },
    );

    expect(bodiesOf(client)[0]!.messages).toEqual(first.messages);
    expect(second.messages).toEqual([...first.messages, { role: 'assistant', content: 'Sunny.' }]);
    expect(lintMessages([...second.messages, { role: 'user', content: 'Thanks' }])).toEqual([]);
  });

  test('is the same over the completions of an agent', async () => {
    const client = scripted([json(calling(call(a, 'weather', { city: 'Nice' }))), json(saying('Sunny.'))]);

    const result = await runTools(
      client.mistral.agents,
      { agent_id: 'ag', messages },
      { tools: [weather()] },
    );

    expect(result.message?.content).toBe('Sunny.');
    expect(client.fetch.mock.calls.map(([url]) => new URL(url).pathname)).toEqual([
      '/v1/agents/completions',
      '/v1/agents/completions',
    ]);
  });

  test('takes a double that has nothing but `complete`', async () => {
    const complete = vi.fn(async (_given: { messages: typeof messages }) => saying('Hi'));

    const result = await runTools({ complete }, { messages }, { tools: [] });

    expect(result.message?.content).toBe('Hi');
    expect(complete.mock.calls[0]![0]).toEqual({ messages, prompt_cache_key: expect.any(String) });
  });

  test('does not see what the caller changes later', async () => {
    const client = scripted([json(saying('Hi'))]);
    const own = [...messages];
    const result = runTools(client.mistral.chat, { ...params, messages: own }, { tools: [] });
    own.push({ role: 'user', content: 'more' });

    await result;

    expect(bodiesOf(client)[0]!.messages).toEqual(messages);
    expect(own).toHaveLength(2);
  });

  test('leaves an answer without content out of the history, which the API would refuse there', async () => {
    const { result } = run([json(saying(''))], []);

    const { message, messages: history, endedBy } = await result;

    expect(endedBy).toBe('reply');
    expect(message).toEqual({ role: 'assistant', content: '' });
    expect(history).toEqual(messages);
  });

  test('forces a tool in the first round alone', async () => {
    const client = scripted([json(calling(call(a, 'weather', { city: 'Nice' }))), json(saying('Sunny.'))]);

    await runTools(client.mistral.chat, { ...params, tool_choice: 'any' }, { tools: [weather()] });

    expect(bodiesOf(client).map(({ tool_choice: choice }) => choice)).toEqual(['any', 'auto']);
  });

  test('passes the options of requests on, and its own signal', async () => {
    const client = scripted([json(saying('Hi'))]);

    await runTools(client.mistral.chat, params, { tools: [], request: { headers: { 'x-team': 'blue' } } });

    expect(client.sent()[0]!.get('x-team')).toBe('blue');
  });

  test('sums up what every answer reports, and does without', async () => {
    const first = calling(call(a, 'weather', { city: 'Nice' }));
    const lines = [
      json({
        ...first,
        usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, prompt_audio_seconds: null },
      }),
      json({ ...first, usage: undefined, choices: saying('Hi').choices }),
    ];

    const { usage } = await run(lines, [weather()]).result;

    expect(usage).toEqual({
      prompt_tokens: 1,
      completion_tokens: 2,
      total_tokens: 3,
      prompt_audio_seconds: null,
    });
  });

  test('a completion without a message is an error', async () => {
    const { result } = run([json({ ...saying(''), choices: [] })], []);

    expect(await failureOf(result)).toMatchObject({ message: 'The completion has no message' });
  });
});

describe('calls', () => {
  test('of one reply run together and are answered in their order', async () => {
    const { held: slow, waiting } = heldTool();
    const { result } = run(
      [json(calling(call(a, 'held', { n: 1 }), call(b, 'held', { n: 2 }))), json(saying('Done'))],
      [slow],
    );
    await vi.waitFor(() => expect(waiting).toHaveLength(2));

    waiting[1]!.settle('second');
    waiting[0]!.settle('first');

    const { messages: history } = await result;
    expect(history.slice(2, 4)).toEqual([
      { role: 'tool', tool_call_id: a, name: 'held', content: 'first' },
      { role: 'tool', tool_call_id: b, name: 'held', content: 'second' },
    ]);
  });

  test('run no more at a time than `concurrency` says', async () => {
    const { held: slow, waiting } = heldTool();
    const { result } = run(
      [json(calling(call(a, 'held'), call(b, 'held'), call('ccccccccc', 'held'))), json(saying('Done'))],
      [slow],
      { concurrency: 2 },
    );
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    waiting[0]!.settle(1);
    await vi.waitFor(() => expect(waiting).toHaveLength(3));
    waiting[1]!.settle(2);
    waiting[2]!.settle(3);

    expect((await result).steps[0]!.results.map(({ content }) => content)).toEqual(['1', '2', '3']);
  });

  test('are given their id, their round, and a signal', async () => {
    const execute = vi.fn((_args: { city: string }, _context: ToolContext) => 'Sun');
    await run([json(calling(call(a, 'weather', { city: 'Nice' }))), json(saying('Hi'))], [weather(execute)])
      .result;

    expect(execute.mock.calls[0]![1]).toEqual({
      callId: a,
      round: 1,
      signal: expect.any(AbortSignal),
      reportProgress: expect.any(Function),
    });
    expect(execute.mock.calls[0]![1].signal.aborted).toBe(true);
  });

  test.each([
    ['a string, as it is', 'Sun', 'Sun'],
    ['an object, as JSON', { celsius: 21 }, '{"celsius":21}'],
    ['nothing, as null', undefined, 'null'],
    ['null', null, 'null'],
    ['the empty string', '', ''],
    ['false', false, 'false'],
  ])('return %s', async (_, value, content) => {
    const { result } = run(
      [json(calling(call(a, 'weather', { city: 'Nice' }))), json(saying('Hi'))],
      [weather(() => value)],
    );

    expect((await result).steps[0]!.results[0]).toMatchObject({ status: 'done', value, content });
  });

  test.each([
    ['as an object', { city: 'Nice' }, 'Sun in Nice'],
    ['as text', '{"city":"Nice"}', 'Sun in Nice'],
  ])('have arguments %s', async (_, given, content) => {
    const reply = calling({ id: a, function: { name: 'weather', arguments: given } });
    const { result } = run([json(reply), json(saying('Hi'))], [weather()]);

    expect((await result).steps[0]!.results[0]).toMatchObject({ content });
  });

  test('without arguments are given an empty object', async () => {
    const execute = vi.fn((args: unknown) => args);
    const none = tool({ name: 'none', description: 'None', parameters: { type: 'object' }, execute });
    await run([json(calling(call(a, 'none', ''))), json(saying('Hi'))], [none]).result;

    expect(execute.mock.calls[0]![0]).toEqual({});
  });

  test.each([
    [
      'arguments that are no JSON',
      call(a, 'weather', '{"city":'),
      'Error: The arguments are not a JSON object',
    ],
    ['arguments that are a list', call(a, 'weather', '[1]'), 'Error: The arguments are not a JSON object'],
    [
      'arguments that do not match the schema',
      call(a, 'weather', { city: 5 }),
      expect.stringMatching(/^Error: The arguments do not match the schema: city: .*string/),
    ],
    [
      'a tool that does not exist',
      call(a, 'wether'),
      'Error: There is no tool "wether". Available tools: weather',
    ],
  ])('with %s are answered with what is wrong', async (_, wrong, content) => {
    const execute = vi.fn();
    const { client, result } = run([json(calling(wrong)), json(saying('Sorry'))], [weather(execute)]);

    const { endedBy, steps } = await result;

    expect(endedBy).toBe('reply');
    expect(steps[0]!.results[0]).toEqual({
      id: a,
      name: wrong.function.name,
      arguments: wrong.function.arguments,
      status: 'failed',
      content,
    });
    expect(bodiesOf(client)[1]!.messages.at(-1)).toMatchObject({ role: 'tool', tool_call_id: a, content });
    expect(execute).not.toHaveBeenCalled();
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('no such city');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no such city'))],
  ])('of a tool that %s are answered with its message', async (_, execute) => {
    const { result } = run(
      [json(calling(call(a, 'weather', { city: 'Nice' }))), json(saying('Sorry'))],
      [weather(execute)],
    );

    expect((await result).steps[0]!.results[0]).toMatchObject({
      status: 'failed',
      content: 'Error: no such city',
      error: new Error('no such city'),
    });
  });

  test.each([
    [
      'throws what is no error',
      () => {
        throw 'nope';
      },
      'Error: nope',
    ],
    ['returns what JSON cannot say', () => 10n, 'Error: `result` is a bigint; pass what has a form in JSON'],
    ['returns a Map', () => ({ a: new Map() }), expect.stringContaining('`result.a` is a Map; pass')],
    ['returns bytes', () => Buffer.from('a'), expect.stringContaining('pass its bytes as a base64 string')],
    ['returns no number', () => [Number.NaN], expect.stringContaining('`result[0]` is NaN')],
    ['returns a promise in an object', () => ({ a: Promise.resolve() }), expect.stringContaining('await it')],
    [
      'has a great deal to say about its failure',
      () => {
        throw new Error('x'.repeat(10_000));
      },
      expect.toSatisfy((text: string) => text.length === 2048),
    ],
    [
      'was aborted by something of its own',
      () => {
        throw new AbortError('mine');
      },
      'Error: The call was aborted',
    ],
  ])('of a tool that %s are answered all the same', async (_, execute, content) => {
    const { result } = run(
      [json(calling(call(a, 'weather', { city: 'Nice' }))), json(saying('Sorry'))],
      [weather(execute)],
    );

    expect((await result).steps[0]!.results[0]).toMatchObject({ status: 'failed', content });
  });

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'null'],
    ['text', 'Sunny', 'Sunny'],
    ['a date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['an object', { a: [1], b: undefined }, '{"a":[1]}'],
    ['half of a surrogate pair', ['\ud83d'], '["\ufffd"]'],
  ])('of a tool that returns %s are written as parameters are', async (_, value, content) => {
    const { result } = run(
      [json(calling(call(a, 'weather', { city: 'Nice' }))), json(saying('Fine'))],
      [weather(() => value)],
    );

    expect((await result).steps[0]!.results[0]).toMatchObject({ status: 'done', content });
  });

  test('are checked by a schema whose check takes its time', async () => {
    const slow = tool({
      name: 'slow',
      description: 'Slow',
      parameters: z.object({ n: z.number().refine(async (n) => n > 1, 'too small') }),
      execute: ({ n }) => n,
    });
    const { result } = run(
      [json(calling(call(a, 'slow', { n: 1 }), call(b, 'slow', { n: 2 }))), json(saying('Hi'))],
      [slow],
    );

    expect((await result).steps[0]!.results.map(({ content }) => content)).toEqual([
      'Error: The arguments do not match the schema: n: too small',
      '2',
    ]);
  });
});

describe('with `onError: throw`', () => {
  test('a tool that throws ends the run, and the others are told to stop', async () => {
    const { held: other, waiting } = heldTool();
    const broken = weather(async () => {
      await vi.waitFor(() => expect(waiting).toHaveLength(1));
      throw new Error('no such city');
    });
    const { client, result } = run(
      [json(calling(call(a, 'held'), call(b, 'weather', { city: 'Nice' })))],
      [other, broken],
      { onError: 'throw' },
    );

    const error = await failureOf(result);

    expect(error).toBeInstanceOf(ToolError);
    expect(error).toBeInstanceOf(MistralError);
    expect(error).toMatchObject({
      message: 'The tool `weather` failed: no such city',
      toolName: 'weather',
      callId: b,
      cause: new Error('no such city'),
    });
    expect(waiting[0]!.context.signal.aborted).toBe(true);
    expect(client.fetch).toHaveBeenCalledTimes(1);
    expect(partialRunOf(error)).toMatchObject({
      messages,
      steps: [],
      interrupted: {
        round: 1,
        results: [
          { id: a, status: 'cancelled' },
          { id: b, status: 'failed' },
        ],
      },
    });
  });

  test.each([
    ['arguments that do not match the schema', call(a, 'weather', { city: 5 })],
    ['a tool that does not exist', call(a, 'wether')],
  ])('so do %s', async (_, wrong) => {
    const { result } = run([json(calling(wrong))], [weather()], { onError: 'throw' });

    expect(await failureOf(result)).toBeInstanceOf(ToolError);
  });
});

describe('a call', () => {
  test('runs once, also when the request after it is tried again', async () => {
    const execute = vi.fn(() => 'Sun');
    const { client, result } = run(
      [json(calling(call(a, 'weather', { city: 'Nice' }))), answer(500), answer(503), json(saying('Hi'))],
      [weather(execute)],
    );

    await result;

    expect(execute).toHaveBeenCalledTimes(1);
    expect(client.fetch).toHaveBeenCalledTimes(4);
  });

  test('that comes again in a later reply is answered with what it had returned', async () => {
    let count = 0;
    const again = json(calling(call(a, 'weather', { city: 'Nice' })));
    const { result } = run([again, again, json(saying('Hi'))], [weather(() => (count += 1))]);

    const { steps } = await result;

    expect(count).toBe(1);
    expect(steps.map(({ results }) => results[0]?.content)).toEqual(['1', '1', undefined]);
    expect(steps[1]!.results[0]).toMatchObject({ isRepeated: true });
    expect(steps[0]!.results[0]).not.toHaveProperty('isRepeated');
  });

  test('that comes twice in one reply is one', async () => {
    const execute = vi.fn(() => 'Sun');
    const twice = calling(call(a, 'weather', { city: 'Nice' }), call(a, 'weather', { city: 'Nice' }));
    const { client, result } = run([json(twice), json(saying('Hi'))], [weather(execute)]);

    const { messages: history } = await result;

    expect(execute).toHaveBeenCalledTimes(1);
    expect(lintMessages(bodiesOf(client)[1]!.messages)).toEqual([]);
    expect(history).toHaveLength(4);
  });

  test.each([
    ['one reply', [calling(call('0', 'weather', { city: 'Nice' }), call('0', 'weather', { city: 'Lyon' }))]],
    [
      'another reply',
      [calling(call('0', 'weather', { city: 'Nice' })), calling(call('0', 'weather', { city: 'Lyon' }))],
    ],
  ])('that shares its id with another one of %s gets an id of its own', async (_, replies) => {
    const execute = vi.fn(({ city }: { city: string }) => city);
    const { result } = run([...replies.map(json), json(saying('Hi'))], [weather(execute)]);

    const { steps } = await result;

    const results = steps.flatMap((step) => step.results);
    expect(results.map(({ content }) => content)).toEqual(['Nice', 'Lyon']);
    for (const { id } of results) expect(id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(results[0]!.id).not.toBe(results[1]!.id);
  });

  test('without an id gets one of nine letters or digits, the same in every run', async () => {
    const reply = calling(
      call(undefined, 'weather', { city: 'Nice' }),
      call('null', 'weather', { city: 'Lyon' }),
    );
    const ids = async () => {
      const { client, result } = run([json(reply), json(saying('Hi'))], [weather()]);
      const { steps } = await result;
      expect(lintMessages(bodiesOf(client)[1]!.messages)).toEqual([]);
      return steps[0]!.results.map(({ id }) => id);
    };

    expect(await ids()).toEqual(await ids());
  });
});

describe('the end', () => {
  const forever = json(calling(call(undefined, 'weather', { city: 'Nice' })));

  test('comes after ten rounds when nobody says otherwise, with the last calls answered', async () => {
    const execute = vi.fn(() => 'Sun');
    const { client, result } = run([forever], [weather(execute)]);

    const { endedBy, messages: history, message, steps } = await result;

    expect(endedBy).toBe('maxRounds');
    expect(client.fetch).toHaveBeenCalledTimes(10);
    expect(execute).toHaveBeenCalledTimes(10);
    expect(steps).toHaveLength(10);
    expect(message?.tool_calls).toHaveLength(1);
    expect(history.at(-1)).toMatchObject({ role: 'tool', content: 'Sun' });
    expect(lintMessages(history)).toEqual([]);
  });

  test('comes when so many tokens were taken', async () => {
    const { client, result } = run([forever], [weather()], { maxTokens: 40 });

    const { endedBy, usage, messages: history } = await result;

    expect(endedBy).toBe('maxTokens');
    expect(usage?.total_tokens).toBe(45);
    expect(client.fetch).toHaveBeenCalledTimes(3);
    expect(lintMessages(history)).toEqual([]);
  });

  test('is the answer when it comes with the last round and the last token', async () => {
    const { result } = run([json(saying('Hi'))], [], { maxRounds: 1, maxTokens: 1 });

    expect((await result).endedBy).toBe('reply');
  });

  test('comes when `stopWhen` says so, which sees the step and what was done', async () => {
    const stopWhen = vi.fn(async ({ round }: { round: number }) => round === 2);
    const { client, result } = run([forever], [weather()], { stopWhen });

    const { endedBy, messages: history } = await result;

    expect(endedBy).toBe('stop');
    expect(client.fetch).toHaveBeenCalledTimes(2);
    expect(stopWhen.mock.calls[1]).toMatchObject([{ round: 2 }, { messages: history }]);
  });

  test('comes when the time is over while a tool runs that never settles', async () => {
    const { held: never, waiting } = heldTool();
    const { client, result } = run(
      [json(calling(call(a, 'weather', { city: 'Nice' }), call(b, 'held')))],
      [weather(), never],
      { timeoutMs: 5_000 },
    );
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    vi.advanceTimersByTime(5_000);

    const { endedBy, messages: history, steps } = await result;

    expect(endedBy).toBe('timeout');
    expect(waiting[0]!.context.signal.aborted).toBe(true);
    expect(steps[0]!.results.map(({ status, content }) => [status, content])).toEqual([
      ['done', 'Sun in Nice'],
      ['cancelled', 'Error: the run ended before this call had a result'],
    ]);
    expect(lintMessages(history)).toEqual([]);
    expect(client.fetch).toHaveBeenCalledTimes(1);
  });

  test('comes when the time is over while a request is under way, with what was there before', async () => {
    const asked: AbortSignal[] = [];
    const lines = [calling(call(a, 'weather', { city: 'Nice' }))];
    const chat = {
      complete: (_params: { messages: typeof messages }, { signal }: { signal?: AbortSignal } = {}) => {
        asked.push(signal!);
        const next = lines.shift();
        return next ? Promise.resolve(next) : new Promise<never>(() => {});
      },
    };
    const result = runTools(chat, { messages }, { tools: [weather()], timeoutMs: 5_000 });
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    vi.advanceTimersByTime(5_000);

    const { endedBy, messages: history } = await result;

    expect(endedBy).toBe('timeout');
    expect(asked[1]!.aborted).toBe(true);
    expect(history).toHaveLength(3);
    expect(lintMessages(history)).toEqual([]);
  });

  test('comes when the time is over while a listener holds the run', async () => {
    const onStep = vi.fn(() => new Promise(() => {}));
    const { result } = run([forever], [weather()], { timeoutMs: 5_000, onStep });
    await vi.waitFor(() => expect(onStep).toHaveBeenCalled());
    vi.advanceTimersByTime(5_000);

    expect(await result).toMatchObject({ endedBy: 'timeout', steps: [{ round: 1 }] });
  });

  test('is the answer when the time is over after it came', async () => {
    const onStep = vi.fn(() => new Promise(() => {}));
    const { result } = run([json(saying('Hi'))], [], { timeoutMs: 5_000, onStep });
    await vi.waitFor(() => expect(onStep).toHaveBeenCalled());
    vi.advanceTimersByTime(5_000);

    expect(await result).toMatchObject({ endedBy: 'reply', message: { content: 'Hi' } });
  });

  test('in time leaves no timer behind', async () => {
    const { result } = run([json(saying('Hi'))], [], { timeoutMs: 5_000 });

    expect((await result).endedBy).toBe('reply');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('an error that comes with the end of the time is still an error', async () => {
    const onStep = vi.fn(() => {
      vi.advanceTimersByTime(5_000);
      throw new Error('mine');
    });
    const { result } = run([forever], [weather()], { timeoutMs: 5_000, onStep });

    expect(await failureOf(result)).toEqual(new Error('mine'));
  });
});

describe('an abort', () => {
  test('before the run sends nothing', async () => {
    const { client, result } = run([json(saying('Hi'))], [], { signal: AbortSignal.abort('why') });

    expect(await failureOf(result)).toMatchObject({ name: 'AbortError', cause: 'why' });
    expect(client.fetch).not.toHaveBeenCalled();
  });

  test('during a request ends it', async () => {
    const controller = new AbortController();
    const client = scripted([json(saying('Hi'))]);
    client.fetch.mockImplementation(
      (_, { signal }) =>
        new Promise((_resolve, reject) =>
          signal!.addEventListener('abort', () => reject(signal!.reason as Error)),
        ),
    );
    const result = runTools(client.mistral.chat, params, { tools: [], signal: controller.signal });
    await vi.waitFor(() => expect(client.fetch).toHaveBeenCalled());
    controller.abort('why');

    const error = await failureOf(result);
    expect(error).toBeInstanceOf(AbortError);
    expect(error).toMatchObject({ cause: 'why' });
    expect(partialRunOf(error)).toMatchObject({ messages, steps: [], usage: undefined });
  });

  test('during a tool is an error, not a result, and the tool is told', async () => {
    const controller = new AbortController();
    const { held: never, waiting } = heldTool();
    const { client, result } = run(
      [json(calling(call(a, 'weather', { city: 'Nice' }), call(b, 'held')))],
      [weather(), never],
      { signal: controller.signal },
    );
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    controller.abort('why');

    const error = await failureOf(result);
    expect(error).toMatchObject({ name: 'AbortError', cause: 'why' });
    expect(waiting[0]!.context.signal.aborted).toBe(true);
    expect(client.fetch).toHaveBeenCalledTimes(1);
    expect(partialRunOf(error)).toMatchObject({
      messages,
      usage: { total_tokens: 15 },
      interrupted: { results: [{ status: 'done', content: 'Sun in Nice' }, { status: 'cancelled' }] },
    });
  });

  test('during a tool that throws because of it is an abort', async () => {
    const controller = new AbortController();
    const heeding = weather((_, { signal }) => {
      controller.abort('why');
      signal.throwIfAborted();
    });
    const { result } = run([json(calling(call(a, 'weather', { city: 'Nice' })))], [heeding], {
      signal: controller.signal,
      onError: 'throw',
    });

    expect(await failureOf(result)).toMatchObject({ name: 'AbortError', cause: 'why' });
  });

  test('keeps calls from starting that wait for their turn', async () => {
    const controller = new AbortController();
    const { held: never, waiting } = heldTool();
    const { result } = run([json(calling(call(a, 'held'), call(b, 'held')))], [never], {
      signal: controller.signal,
      concurrency: 1,
    });
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    controller.abort();

    expect(await failureOf(result)).toBeInstanceOf(AbortError);
    expect(waiting).toHaveLength(1);
  });

  test('while a listener holds the run ends it', async () => {
    const controller = new AbortController();
    const onStep = vi.fn(() => new Promise(() => {}));
    const { result } = run([json(saying('Hi'))], [], { signal: controller.signal, onStep });
    await vi.waitFor(() => expect(onStep).toHaveBeenCalled());
    controller.abort('why');

    expect(await failureOf(result)).toMatchObject({ name: 'AbortError', cause: 'why' });
  });

  test('leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');

    await run([json(saying('Hi'))], [], { signal }).result;

    expect(remove.mock.calls.length).toBe(add.mock.calls.length);
    expect(add.mock.calls.length).toBeGreaterThan(0);
  });
});

describe('a failure', () => {
  test('of a request comes with what was done until then, to go on from', async () => {
    const client = scripted([json(calling(call(a, 'weather', { city: 'Nice' }))), answer(500)]);

    const error = await failureOf(runTools(client.mistral.chat, params, { tools: [weather()] }));

    expect(error).toBeInstanceOf(InternalServerError);
    const partial = partialRunOf(error)!;
    expect(partial).toMatchObject({ steps: [{ round: 1 }], usage: { total_tokens: 15 } });
    expect(partial).not.toHaveProperty('interrupted');
    expect(lintMessages(partial.messages!)).toEqual([]);
    expect(partial.messages).toHaveLength(3);
  });

  test('of a listener ends the run as it is', async () => {
    const { result } = run([json(saying('Hi'))], [], {
      onStep: () => {
        throw new RangeError('mine');
      },
    });

    expect(await failureOf(result)).toEqual(new RangeError('mine'));
  });

  test('of something else has no partial run', () => {
    expect(partialRunOf(new Error('other'))).toBeUndefined();
    expect(partialRunOf('text')).toBeUndefined();
  });
});

test('listeners are told of every step, with a history that can be gone on with', async () => {
  const onStep = vi.fn((_step: unknown, progress: { messages: readonly object[] }) => {
    expect(lintMessages(progress.messages).filter(({ rule }) => rule !== 'last-role')).toEqual([]);
  });
  const { result } = run(
    [json(calling(call(a, 'weather', { city: 'Nice' }))), json(saying('Hi'))],
    [weather()],
    { onStep },
  );
  await result;

  expect(onStep.mock.calls.map(([, { messages: history }]) => history.length)).toEqual([3, 4]);
});

describe('refuses, before it sends anything,', () => {
  const valid = { tools: [weather()] };
  test.each([
    ['no client', undefined, params, valid, /first argument must be `mistral.chat`/],
    ['the whole client', 'whole', params, valid, /first argument must be `mistral.chat`/],
    ['no parameters', 'chat', undefined, valid, /an object with `messages`/],
    ['no messages', 'chat', { model: 'm' }, valid, /`messages` must be an array/],
    [
      'tools among the parameters',
      'chat',
      { ...params, tools: [] },
      valid,
      /`tools` is an option of the run, not a parameter/,
    ],
    ['several choices', 'chat', { ...params, n: 2 }, valid, /remove `n`/],
    ['no options', 'chat', params, undefined, /options must be an object/],
    ['no tools', 'chat', params, {}, /`tools` must be an array/],
    ['an object that is not a tool', 'chat', params, { tools: [{}] }, /`tools\[0\]` is not a tool/],
    [
      'a tool without a schema',
      'chat',
      params,
      { tools: [{ type: 'function', function: { name: 'a', parameters: {} }, execute: () => 1 }] },
      /`tools\[0\]` is not a tool/,
    ],
    [
      'two tools of one name',
      'chat',
      params,
      { tools: [weather(), weather()] },
      /Two tools have the name `weather`/,
    ],
    ['no rounds', 'chat', params, { ...valid, maxRounds: 0 }, /`maxRounds` must be a positive integer/],
    ['half a token', 'chat', params, { ...valid, maxTokens: 0.5 }, /`maxTokens`/],
    ['no lanes', 'chat', params, { ...valid, concurrency: -1 }, /`concurrency`/],
    ['no time', 'chat', params, { ...valid, timeoutMs: 0 }, /`timeoutMs`/],
    ['more time than timers have', 'chat', params, { ...valid, timeoutMs: 2 ** 31 }, /`timeoutMs`/],
    ['another way with errors', 'chat', params, { ...valid, onError: 'ignore' }, /`onError`/],
    ['a listener that is none', 'chat', params, { ...valid, onStep: 'log' }, /`onStep` must be a function/],
    [
      'a condition that is none',
      'chat',
      params,
      { ...valid, stopWhen: true },
      /`stopWhen` must be a function/,
    ],
    [
      'a controller as a signal',
      'chat',
      params,
      { ...valid, signal: new AbortController() },
      /an AbortSignal/,
    ],
    [
      'a signal among the options of requests',
      'chat',
      params,
      { ...valid, request: { signal: null } },
      /without `signal`/,
    ],
    ['an option of another library', 'chat', params, { ...valid, maxSteps: 3 }, /Did you mean `maxRounds`/],
    [
      'an option of conversations',
      'chat',
      params,
      { ...valid, onConfirm: () => 'allow' },
      /no option `onConfirm`/,
    ],
    [
      'messages that the API would refuse',
      'chat',
      { ...params, messages: [...messages, { role: 'assistant', content: '' }] },
      valid,
      /messages\[1\]: The assistant message has neither content nor tool calls\. Take it out.*\nmessages\[1\]: The last/,
    ],
  ])('%s', async (_, which, given, options, message) => {
    const { mistral, fetch } = scripted([json(saying('Hi'))]);
    const client = which === 'chat' ? mistral.chat : which === 'whole' ? mistral : which;

    const error = await failureOf(runTools(client as never, given as never, options as never));

    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as Error).message).toMatch(message);
    expect(fetch).not.toHaveBeenCalled();
  });
});
