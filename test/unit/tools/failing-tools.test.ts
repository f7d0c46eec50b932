import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';

import { runTools, streamTools, tool } from '../../../src/tools/index.js';
import { failureOf } from '../../helpers/failure-of.js';
import { scripted } from '../../helpers/scripted.js';
import {
  call,
  calling,
  conversing,
  events,
  functionCall,
  json,
  message,
  saying,
  streamed,
} from '../../helpers/tool-replies.js';

const params = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] };
const named = (name: string, execute: () => unknown) =>
  tool({ name, description: 'A tool', parameters: { type: 'object', properties: {} }, execute });

describe('whatever a tool throws', () => {
  const thrown: [string, () => unknown][] = [
    ['an object without a prototype', () => Object.assign(Object.create(null) as object, { code: 1 })],
    [
      'an error whose message cannot be read',
      () =>
        Object.defineProperty(new Error(''), 'message', {
          get: () => {
            throw new Error('No');
          },
        }),
    ],
    ['an error whose message is no text', () => Object.assign(new Error(''), { message: Symbol('no') })],
    [
      'what refuses to be a text',
      () => ({
        toString: () => {
          throw new Error('No');
        },
      }),
    ],
    ['a symbol', () => Symbol('no')],
    ['nothing', () => undefined],
    [
      'a revoked proxy',
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      },
    ],
  ];

  test.each(thrown)('is a failed result, and the run goes on: %s', async (_, make) => {
    const value = make();
    const { mistral } = scripted([json(calling(call('aaaaaaaaa', 'a'))), json(saying('Done'))]);

    const run = await runTools(mistral.chat, params, {
      tools: [
        named('a', () => {
          throw value;
        }),
      ],
    });

    expect(run.endedBy).toBe('reply');
    expect(run.steps[0]!.results[0]).toMatchObject({
      status: 'failed',
      content: expect.stringMatching(/^Error: /) as string,
    });
  });

  test('what cannot be written as JSON is a failed result as well', async () => {
    const { mistral } = scripted([json(calling(call('aaaaaaaaa', 'a'))), json(saying('Done'))]);
    const result = {
      toJSON: () => {
        throw Object.create(null) as Error;
      },
    };

    const run = await runTools(mistral.chat, params, { tools: [named('a', () => result)] });

    expect(run.steps[0]!.results[0]).toMatchObject({ status: 'failed' });
  });
});

describe('with one lane, no tool is started', () => {
  const two = calling(call('aaaaaaaaa', 'a'), call('bbbbbbbbb', 'b'));

  test('after one that failed, where a failure ends the run', async () => {
    const second = vi.fn();
    const { mistral } = scripted([json(two)]);
    const tools = [
      named('a', () => {
        throw new Error('No');
      }),
      named('b', second),
    ];

    await failureOf(runTools(mistral.chat, params, { tools, concurrency: 1, onError: 'throw' }));

    expect(second).not.toHaveBeenCalled();
  });

  test('after the result at which the reader leaves', async () => {
    const second = vi.fn();
    const { mistral } = scripted([events(streamed(two))]);
    const tools = [named('a', () => 'A'), named('b', second)];

    for await (const event of streamTools(mistral.chat, params, { tools, concurrency: 1 }))
      if (event.type === 'tool-result') break;
    await new Promise((resolve) => setImmediate(resolve));

    expect(second).not.toHaveBeenCalled();
  });
});

describe('a run over a conversation', () => {
  const stalled = (signal: AbortSignal | undefined) =>
    new Promise<never>((_, reject) =>
      signal?.addEventListener('abort', () => reject(signal.reason as Error)),
    );
  const client = {
    start: (_: unknown, { signal }: { signal?: AbortSignal } = {}) => stalled(signal),
    append: (_: unknown, { signal }: { signal?: AbortSignal } = {}) => stalled(signal),
    async *startStream(_: unknown, { signal }: { signal?: AbortSignal } = {}) {
      yield await stalled(signal);
    },
    async *appendStream(_: unknown, { signal }: { signal?: AbortSignal } = {}) {
      yield await stalled(signal);
    },
  };

  test.each([
    ['runTools', { model: 'm', inputs: 'Hi' }],
    ['runTools', { conversation_id: 'c', inputs: 'Hi' }],
    ['streamTools', { model: 'm', inputs: 'Hi' }],
    ['streamTools', { conversation_id: 'c', inputs: 'Hi' }],
  ] as const)('that has no reply in time ends by the time limit: %s %j', async (how, given) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const options = { tools: [], timeoutMs: 100 };
    const run = how === 'runTools' ? runTools(client, given, options) : streamTools(client, given, options);
    const result = Promise.resolve(run);

    await vi.advanceTimersByTimeAsync(100);

    expect(await result).toMatchObject({ endedBy: 'timeout', response: undefined });
    vi.useRealTimers();
  });

  test('sends one result for calls that share an id', async () => {
    const { mistral, fetch } = scripted([
      json(conversing(functionCall('x', 'a', { n: 1 }), functionCall('x', 'a', { n: 2 }))),
      json(conversing(message('Done'))),
    ]);

    await runTools(
      mistral.beta.conversations,
      { model: 'm', inputs: 'Hi' },
      { tools: [named('a', () => 'A')] },
    );

    const { inputs } = JSON.parse(fetch.mock.calls[1]![1].body as string) as { inputs: unknown[] };
    expect(inputs).toEqual([{ type: 'function.result', tool_call_id: 'x', result: 'A' }]);
  });
});

test.each([
  [
    'without totals',
    { prompt_tokens: 60, completion_tokens: 60 },
    { prompt_tokens: 60, completion_tokens: 60 },
  ],
  ['the second without a total', { total_tokens: 120 }, { prompt_tokens: 60, completion_tokens: 60 }],
  ['the first without a total', { prompt_tokens: 60, completion_tokens: 60 }, { total_tokens: 120 }],
])('`maxTokens` ends a run whose replies count in other ways: %s', async (_, first, second) => {
  const rounds = [first, second].map((usage) => json({ ...calling(call(undefined, 'a')), usage }));
  const { mistral, fetch } = scripted([...rounds, json(saying('Done'))]);

  const run = await runTools(mistral.chat, params, { tools: [named('a', () => 'A')], maxTokens: 200 });

  expect(run.endedBy).toBe('maxTokens');
  expect(fetch).toHaveBeenCalledTimes(2);
});

describe('the parameters of a tool', () => {
  const parametersOf = (parameters: Parameters<typeof tool>[0]['parameters']) =>
    tool({ name: 'a', description: 'A', parameters, execute: () => 1 }).function.parameters;
  const Tree = z.object({
    name: z.string(),
    get children() {
      return z.array(Tree);
    },
  });

  test.each<[string, Parameters<typeof tool>[0]['parameters']]>([
    ['that have an id', z.object({ a: z.string() }).meta({ id: 'Arguments' })],
    ['that hold themselves', Tree],
    ['that are one of two', z.union([z.object({ a: z.string() }), z.object({ b: z.string() })])],
    ['that are empty', { properties: {} }],
  ])('%s go out with a root that is an object, and references into its own definitions', (_, schema) => {
    const sent = parametersOf(schema);

    expect(sent).toMatchObject({ type: 'object' });
    expect(sent).not.toHaveProperty('$ref');
    for (const reference of JSON.stringify(sent).match(/"\$ref":"[^"]*"/g) ?? [])
      expect(reference).toMatch(/#\/\$defs\//);
  });

  test('that may be no object are refused', () => {
    expect(() => parametersOf(z.union([z.object({}), z.string()]))).toThrow(/must describe an object/);
  });
});
