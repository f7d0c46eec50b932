import { describe, expect, test, vi } from 'vitest';

import {
  APIError,
  MistralError,
  ResponseError,
  type AssistantMessage,
  type ConversationResponse,
  type FunctionCallEntry,
} from '../../src/index.js';
import { runTools, streamTools, tool, type CompletionRun } from '../../src/tools/index.js';
import { isEmptyEvent } from '../../src/streaming/is-empty-event.js';
import { collect } from '../helpers/collect.js';
import { bodyOf, eventStream, sse } from '../helpers/event-stream.js';
import { failureOf } from '../helpers/failure-of.js';
import { refusedEntries, refusedMessages } from '../helpers/refused.js';
import { scripted } from '../helpers/scripted.js';
import { conversing, events, functionCall, json, message as said, saying } from '../helpers/tool-replies.js';

// The numbers are those of the kinds of trouble; a kind has several forms.

const user = { role: 'user' as const, content: 'Hi' };
const params = { model: 'm', messages: [user] };
const id = 'aaaaaaaaa';

type Json = Record<string, unknown>;

const chunk = (delta: unknown, finish_reason: unknown = null) => ({
  id: 'cmpl-1',
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
});

const whole = (message: unknown, finish_reason: unknown = 'stop') => ({
  id: 'cmpl-1',
  object: 'chat.completion',
  model: 'm',
  created: 1,
  choices: [{ index: 0, message, finish_reason }],
});

const streamOf = (...deltas: readonly unknown[]) =>
  scripted([events([...deltas.map((delta) => chunk(delta)), chunk({}, 'stop')])]).mistral.chat.stream(params);

const messageOf = (...deltas: readonly unknown[]): Promise<AssistantMessage> =>
  streamOf(...deltas).finalMessage();

/** The calls as they are told to whoever asks. */
const callsOf = async (...deltas: readonly unknown[]) =>
  ((await messageOf(...deltas)).tool_calls ?? []).map(({ function: { name, arguments: given } }) => [
    name,
    given,
  ]);

const calling = (...tool_calls: readonly unknown[]) => ({ tool_calls });

/** A tool that takes anything. */
function anyTool(name: string) {
  const execute = vi.fn((args: unknown) => JSON.stringify(args));
  return {
    execute,
    tool: tool({ name, description: 'A tool', parameters: { type: 'object', properties: {} }, execute }),
  };
}

interface Ran {
  readonly run: CompletionRun;
  readonly executed: unknown[][];
  /** The messages of each request. */
  readonly sent: object[][];
}

/** Runs the tools `a` and `b` over replies of a chat, whole or streamed; the last says something. */
async function ran(
  how: 'whole' | 'streamed',
  replies: readonly { readonly message: unknown; readonly reason?: unknown }[],
): Promise<Ran> {
  const tools = [anyTool('a'), anyTool('b')];
  const lines = [
    ...replies.map(({ message, reason = 'tool_calls' }) =>
      how === 'whole' ? json(whole(message, reason)) : events([chunk(message), chunk({}, reason)]),
    ),
    how === 'whole' ? json(saying('Done')) : events([chunk({ content: 'Done' }, 'stop')]),
  ];
  const { mistral, fetch } = scripted(lines);
  const options = { tools: tools.map((each) => each.tool) };
  const run = await (how === 'whole'
    ? runTools(mistral.chat, params, options)
    : streamTools(mistral.chat, params, options));
  const bodies = fetch.mock.calls.map(([, { body }]) => JSON.parse(body as string) as { messages: object[] });
  for (const { messages } of bodies) expect(refusedMessages(messages)).toEqual([]);
  expect(
    refusedMessages([...run.messages, ...(run.messages.at(-1)!.role === 'assistant' ? [user] : [])]),
  ).toEqual([]);
  return {
    run,
    executed: tools.flatMap(({ execute }, index) => execute.mock.calls.map(([args]) => ['ab'[index], args])),
    sent: bodies.map(({ messages }) => messages),
  };
}

const both = ['whole', 'streamed'] as const;

describe('A1 a field that the description does not know', () => {
  const extras: [string, Json][] = [
    ['an index', { index: 0, content: 'Sunny' }],
    ['a refusal and annotations', { content: 'Sunny', refusal: null, annotations: [] }],
    ['reasoning of another API', { content: 'Sunny', reasoning_content: 'Hm' }],
    [
      'a field inside a block',
      { content: [{ type: 'text', text: 'Sunny', annotations: [], logprobs: null }] },
    ],
    [
      'a block of an unknown type',
      {
        content: [
          { type: 'text', text: 'Sunny' },
          { type: 'hologram', data: 1 },
        ],
      },
    ],
    [
      'a block without what it must have',
      { content: [{ type: 'text', text: 'Sunny' }, { type: 'reference' }] },
    ],
    [
      'fields inside a tool call',
      calling({ id, index: 0, status: 'done', function: { name: 'a', arguments: '{}', parsed: {} } }),
    ],
    [
      'tool calls that are null',
      { content: 'Sunny', tool_calls: null, function_call: null, audio: null, name: null },
    ],
    ['a prefix that is null', { content: 'Sunny', prefix: null }],
  ];

  test.each(extras)('%s does not go back with the message of a stream', async (_, delta) => {
    const message = await messageOf({ role: 'assistant', ...delta });

    const results = (message.tool_calls ?? []).map((call) => ({
      role: 'tool',
      tool_call_id: call.id,
      content: '',
    }));
    expect(refusedMessages([user, message, ...results, ...(results.length > 0 ? [] : [user])])).toEqual([]);
  });

  describe.each(both)('in a run, %s', (how) => {
    test.each(extras)('%s does not go back', async (_, delta) => {
      const { tool_calls = null } = delta;
      const calls = {
        ...delta,
        tool_calls: tool_calls ?? [{ id, function: { name: 'a', arguments: '{}' } }],
      };
      const { run, sent } = await ran(how, [{ message: { role: 'assistant', ...calls } }]);

      expect(run.endedBy).toBe('reply');
      expect(sent).toHaveLength(2);
    });
  });

  test('stays readable: in the completion of a stream, and in the response of a step', async () => {
    const { choices } = await streamOf({ content: 'Sunny', reasoning_content: 'Hm' }).finalCompletion();
    const { run } = await ran('whole', [
      {
        message: {
          role: 'assistant',
          refusal: 'No',
          tool_calls: [{ id, function: { name: 'a', arguments: '{}' } }],
        },
      },
    ]);

    expect(choices[0]!.message).toEqual({ role: 'assistant', content: 'Sunny', reasoning_content: 'Hm' });
    expect(run.steps[0]!.response.choices[0]!.message).toMatchObject({ refusal: 'No' });
  });
});

describe('A2 thought that follows thought', () => {
  const thought = (text: unknown, rest: Json = {}) => ({
    type: 'thinking',
    thinking: [{ type: 'text', text }],
    ...rest,
  });

  test.each([
    ['closed each time', [thought('a', { closed: true }), thought('b', { closed: true })]],
    ['closed at the end', [thought('a', { closed: false }), thought('b', { closed: true })]],
    ['without a word about it', [thought('a'), thought('b', { closed: true })]],
    [
      'as a text',
      [
        { type: 'thinking', thinking: 'a', closed: null },
        { type: 'thinking', thinking: 'b', closed: true },
      ],
    ],
    ['without a type', [thought('a', { type: null }), thought('b', { type: undefined, closed: true })]],
    [
      'as a single block',
      [thought('a'), { type: 'thinking', thinking: { type: 'text', text: 'b' }, closed: true }],
    ],
  ])('is one block: %s', async (_, thoughts) => {
    const expected = { type: 'thinking', thinking: [{ type: 'text', text: 'ab' }], closed: true };

    const message = await messageOf(...thoughts.map((each) => ({ content: [each] })), { content: 'Sunny' });
    const { run } = await ran('whole', [
      {
        message: { role: 'assistant', content: [...thoughts, { type: 'text', text: 'Sunny' }] },
        reason: 'stop',
      },
    ]);
    const entry = await scripted([
      events(
        [
          ...thoughts.map((each, content_index) => ({
            type: 'message.output.delta',
            id: 'm',
            content_index,
            content: each,
          })),
          { type: 'message.output.delta', id: 'm', content_index: 9, content: 'Sunny' },
          { type: 'conversation.response.done', usage: {} },
        ],
        [],
      ),
    ])
      .mistral.beta.conversations.startStream({ inputs: 'Hi' })
      .finalResponse();

    expect(message.content).toEqual([expected, { type: 'text', text: 'Sunny' }]);
    expect(run.message!.content).toEqual([expected, { type: 'text', text: 'Sunny' }]);
    expect(entry.outputs).toMatchObject([{ content: [expected, { type: 'text', text: 'Sunny' }] }]);
  });

  test('and comes after what was said goes to the front of what is sent, where the API takes it', async () => {
    const message = await messageOf(
      { content: [thought('a')] },
      { content: 'Sunny' },
      { content: [thought('b')] },
    );

    expect(refusedMessages([user, message, user])).toEqual([]);
    expect(message.content).toMatchObject([{ thinking: [{ text: 'a' }, { text: 'b' }] }, { text: 'Sunny' }]);
  });
});

describe('A3 parallel calls', () => {
  const f = (name: unknown, args: unknown, rest: Json = {}) => ({
    ...rest,
    function: { name, arguments: args },
  });
  const two = [
    ['a', '{"x":1}'],
    ['b', '{"y":2}'],
  ];

  test.each<[string, unknown[]]>([
    ['in one delta, without id and index', [calling(f('a', '{"x":1}'), f('b', '{"y":2}'))]],
    ['in two deltas, without id and index', [calling(f('a', '{"x":1}')), calling(f('b', '{"y":2}'))]],
    [
      'in pieces, without id and index',
      [
        calling(f('a', '')),
        calling(f(null, '{"x"')),
        calling(f('', ':1}')),
        calling(f('b', '{"y"')),
        calling(f(undefined, ':2}')),
      ],
    ],
    [
      'all numbered 0, with ids',
      [calling(f('a', '{"x":1}', { index: 0, id: 'c1' }), f('b', '{"y":2}', { index: 0, id: 'c2' }))],
    ],
    [
      'all numbered 0, without ids',
      [calling(f('a', '{"x":1}', { index: 0 })), calling(f('b', '{"y":2}', { index: 0 }))],
    ],
    [
      'of one id',
      [calling(f('a', '{"x":1}', { id: 'call', index: 0 }), f('b', '{"y":2}', { id: 'call', index: 1 }))],
    ],
    ['numbered as text', [calling(f('a', '{"x":1}', { index: '0' }), f('b', '{"y":2}', { index: '1' }))]],
    [
      'interleaved by index',
      [
        calling(f('a', '', { index: 0 }), f('b', '', { index: 1 })),
        calling(f(null, '{"x":1}', { index: 0 }), f(null, '{"y":2}', { index: 1 })),
      ],
    ],
    [
      'with the name in each piece',
      [
        calling(f('a', '{"x"', { index: 0, id: 'c1' })),
        calling(f('a', ':1}', { index: 0, id: 'c1' })),
        calling(f('b', '{"y":2}', { index: 1, id: 'c2' })),
      ],
    ],
    ['that were parsed already', [calling(f('a', { x: 1 })), calling(f('b', { y: 2 }))]],
    [
      'with the name after the first piece',
      [
        calling({ index: 0, id: 'c1', function: { arguments: '' } }),
        calling(f('a', '{"x":1}', { index: 0 })),
        calling(f('b', '{"y":2}', { index: 1 })),
      ],
    ],
    [
      'that begin with an empty object',
      [
        calling(f('a', '{}', { index: 0 })),
        calling(f(null, '{"x":1}', { index: 0 })),
        calling(f('b', {}, { index: 1 })),
        calling(f(null, '{"y":2}', { index: 1 })),
      ],
    ],
    [
      'that are said once more at the end',
      [
        calling(f('a', '{"x":1}', { index: 0 })),
        calling(f('b', '{"y":2}', { index: 1 })),
        calling(f('b', '{"y":2}', { index: 1 })),
      ],
    ],
  ])('%s are two calls', async (_, deltas) => {
    const calls = await callsOf(...deltas);

    expect(
      calls.map(([name, given]) => [name, typeof given === 'string' ? given : JSON.stringify(given)]),
    ).toEqual(two);
  });

  test('of one tool in one delta are two calls', async () => {
    expect(await callsOf(calling(f('a', '{"x":1}'), f('a', '{"x":2}')))).toEqual([
      ['a', '{"x":1}'],
      ['a', '{"x":2}'],
    ]);
  });

  test('of a conversation whose events have no ids are two calls', async () => {
    const delta = (name: unknown, args: unknown, tool_call_id?: string) => ({
      type: 'function.call.delta',
      id: null,
      name,
      arguments: args,
      tool_call_id,
    });
    const { outputs } = await scripted([
      events(
        [
          delta('a', '{"x"', 'c1'),
          delta(null, ':1}'),
          delta('b', { y: 2 }, 'c2'),
          { type: 'conversation.response.done' },
        ],
        [],
      ),
    ])
      .mistral.beta.conversations.startStream({ inputs: 'Hi' })
      .finalResponse();

    expect(outputs).toMatchObject([
      { name: 'a', arguments: '{"x":1}', tool_call_id: 'c1' },
      { name: 'b', arguments: { y: 2 }, tool_call_id: 'c2' },
    ]);
  });
});

describe('A4 a part of a call without a name', () => {
  test.each<[string, unknown[]]>([
    [
      'with another id',
      [
        { index: 0, id: 'chatcmpl-tool-1', function: { name: 'a', arguments: '' } },
        { index: 0, id: 'toolcall0', function: { arguments: '{"x":1}' } },
      ],
    ],
    [
      'with another id and no index',
      [
        { id: 'c1', function: { name: 'a', arguments: '' } },
        { id: 'c2', function: { name: '', arguments: '{"x":1}' } },
      ],
    ],
    [
      'with an index that the first part lacks',
      [
        { id: 'c1', function: { name: 'a' } },
        { index: 0, function: { name: null, arguments: '{"x":1}' } },
      ],
    ],
    [
      'with another id each time',
      [
        { index: 0, id: 'c1', function: { name: 'a' } },
        { index: 0, id: 'c2', function: { arguments: '{"x"' } },
        { index: 0, id: 'c3', function: { arguments: ':1}' } },
      ],
    ],
  ])('goes on with the call at its place: %s', async (_, parts) => {
    expect(await callsOf(...parts.map((part) => calling(part)))).toEqual([['a', '{"x":1}']]);
  });

  test('goes on with the call at its place in a conversation', async () => {
    const { outputs } = await scripted([
      events(
        [
          {
            type: 'function.call.delta',
            id: 'f1',
            output_index: 0,
            tool_call_id: id,
            name: 'a',
            arguments: '',
          },
          {
            type: 'function.call.delta',
            id: 'f2',
            output_index: 0,
            tool_call_id: null,
            name: '',
            arguments: '{"x":1}',
          },
          { type: 'conversation.response.done' },
        ],
        [],
      ),
    ])
      .mistral.beta.conversations.startStream({ inputs: 'Hi' })
      .finalResponse();

    expect(outputs).toMatchObject([{ name: 'a', arguments: '{"x":1}', tool_call_id: id }]);
  });
});

describe('A5 an id that the API refuses', () => {
  describe.each(both)('in a run, %s', (how) => {
    test.each(['chatcmpl-tool-0a1b', '9f8b7a6c-1234-4d5e-8f90-abcdef012345', 'call_1', '', 'null', null, 7])(
      '%j becomes one that it takes, in what is sent and in the next run',
      async (given) => {
        const calls = [{ id: given, function: { name: 'a', arguments: '{}' } }];
        const { run } = await ran(how, [{ message: { role: 'assistant', tool_calls: calls } }]);

        expect(run.steps[0]!.response.choices[0]!.message.tool_calls).toBeDefined();
        expect(run.steps[0]!.results[0]!.id).toMatch(/^[a-zA-Z0-9]{9}$/);
      },
    );
  });

  test('becomes the same one everywhere, and stays readable where it came', async () => {
    const given = 'chatcmpl-tool-0a1b';
    const delta = calling({ id: given, index: 0, function: { name: 'a', arguments: '{}' } });
    const stream = streamOf(delta);
    const told = vi.fn();
    stream.on('toolCall', told);

    const [message, completion] = [await stream.finalMessage(), await stream.finalCompletion()];
    const runs = await Promise.all(
      both.map((how) => ran(how, [{ message: { role: 'assistant', ...delta } }])),
    );

    const ids = runs.map(({ run }) => run.steps[0]!.results[0]!.id);
    expect(
      new Set([...ids, message.tool_calls![0]!.id, (told.mock.calls[0]![0] as { id: string }).id]).size,
    ).toBe(1);
    expect(completion.choices[0]!.message.tool_calls![0]!.id).toBe(given);
  });
});

describe.each(both)('A6 and A7 a reply that was cut or failed, %s,', (how) => {
  const half = { role: 'assistant', content: 'It is su' };
  const cutCall = (args: unknown) => ({
    role: 'assistant',
    tool_calls: [{ id, function: { name: 'a', arguments: args } }],
  });

  test.each<[string, unknown, string]>([
    ['length', half, 'length'],
    ['model_length', half, 'length'],
    ['MAX_TOKENS', half, 'length'],
    ['error', half, 'failed'],
    ['content_filter', half, 'failed'],
    ['length', cutCall(''), 'length'],
    ['length', cutCall('{"path":'), 'length'],
    ['length', cutCall('{"path":"a"}'), 'length'],
    ['error', cutCall('{}'), 'failed'],
  ])(
    'by `%s`: %j ends the run by a kind of its own, and nothing is run',
    async (reason, message, endedBy) => {
      const { run, executed, sent } = await ran(how, [{ message, reason }]);

      expect(run.endedBy).toBe(endedBy);
      expect(executed).toEqual([]);
      expect(sent).toHaveLength(1);
      expect(run.messages).toEqual([user]);
      expect(run.steps).toHaveLength(1);
      expect(run.message).toBeDefined();
    },
  );

  test('keeps the rounds before it', async () => {
    const { run, executed } = await ran(how, [
      { message: cutCall('{"x":1}') },
      { message: half, reason: 'length' },
    ]);

    expect(executed).toEqual([['a', { x: 1 }]]);
    expect(run.endedBy).toBe('length');
    expect(run.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
  });
});

test('A6 no tool call is told of a reply that was cut', async () => {
  const { mistral } = scripted([
    events([
      chunk(calling({ id, index: 0, function: { name: 'a', arguments: '{"x":1}' } })),
      chunk({}, 'length'),
    ]),
  ]);
  const told = vi.fn();

  await mistral.chat.stream(params).on('toolCall', told).finalMessage();

  expect(told).not.toHaveBeenCalled();
});

describe.each(both)('A8 a call that is none, %s,', (how) => {
  test.each<[string, unknown[], number]>([
    ['without a function', [{ id, function: null }], 1],
    ['without anything', [null], 0],
    ['with an empty name', [{ id, function: { name: '', arguments: '{}' } }], 1],
    ['without a name', [{ id, function: { arguments: '{}' } }], 1],
    ['with a name of other letters', [{ id, function: { name: 'functions.a é', arguments: '{}' } }], 1],
    ['with a name that is too long', [{ id, function: { name: 'a'.repeat(70), arguments: '{}' } }], 1],
    ['that is a text', ['a()'], 0],
  ])('%s leads to nothing impossible in what is sent, and the model is told', async (_, tool_calls, told) => {
    const { run, executed } = await ran(how, [
      { message: { role: 'assistant', content: 'Well', tool_calls } },
    ]);

    expect(executed).toEqual([]);
    expect(run.endedBy).toBe('reply');
    const results = run.messages.filter(({ role }) => role === 'tool');
    expect(results).toHaveLength(told);
    for (const { content } of results) expect(content).toMatch(/^Error: There is no tool /);
  });
});

describe('A9 null in a part', () => {
  const f = (args: unknown, name: unknown = null) =>
    calling({ index: 0, function: { name, arguments: args } });

  test.each<[string, unknown[]]>([
    ['first', [f(null, 'a'), f('{"x":1}')]],
    ['between', [f('{"x"', 'a'), f(null), f(':1}')]],
    ['last', [f('{"x":1}', 'a'), f(null), { content: null, tool_calls: null }]],
    ['before an object', [f(null, 'a'), f({ x: 1 })]],
    [
      'with a type that is null',
      [calling({ index: 0, type: null, function: { name: 'a', arguments: null } }), f('{"x":1}')],
    ],
  ])('means the same as absent in the arguments of a chat: %s', async (_, deltas) => {
    const message = await messageOf(...deltas);

    const [call] = message.tool_calls!;
    expect(JSON.stringify(call!.function)).toMatch(
      /^\{"name":"a","arguments":("\{\\"x\\":1\}"|\{"x":1\})\}$/,
    );
    expect(call).not.toHaveProperty('type', null);
  });

  test.each<[string, unknown[]]>([
    ['first', [null, '{"x":1}']],
    ['between', ['{"x"', null, ':1}']],
    ['last', ['{"x":1}', null]],
    ['before an object', [null, { x: 1 }]],
  ])('means the same as absent in the arguments of a conversation: %s', async (_, pieces) => {
    const { outputs } = await scripted([
      events(
        [
          ...pieces.map((args) => ({
            type: 'function.call.delta',
            id: 'f',
            tool_call_id: id,
            name: 'a',
            arguments: args,
          })),
          { type: 'conversation.response.done', usage: null },
        ],
        [],
      ),
    ])
      .mistral.beta.conversations.startStream({ inputs: 'Hi' })
      .finalResponse();

    expect(JSON.stringify((outputs[0] as FunctionCallEntry).arguments)).toMatch(
      /^("\{\\"x\\":1\}"|\{"x":1\})$/,
    );
  });

  test.each<[string, unknown[], unknown]>([
    [
      'a text',
      ['a', { type: 'text', text: null }, 'b'].map((content) => ({
        content: typeof content === 'string' ? [{ type: 'text', text: content }] : [content],
      })),
      'ab',
    ],
    ['the type of a block', [{ content: [{ type: null, text: 'ab' }] }], 'ab'],
    ['a whole block', [{ content: [null, { type: 'text', text: 'ab' }, null] }], 'ab'],
    ['the content', [{ content: null }, { content: 'ab' }, { content: null }], 'ab'],
    ['the delta', [null, { content: 'ab' }, null], 'ab'],
    [
      'a text that is an object',
      [{ content: [{ type: 'text', text: { value: 'ab', annotations: [] } }] }],
      'ab',
    ],
    ['a block that is no list', [{ content: { type: 'text', text: 'ab' } }], 'ab'],
  ])('means the same as absent in %s', async (_, deltas, text) => {
    const stream = streamOf(...deltas);

    expect(await stream.text()).toBe(text);
    expect(refusedMessages([user, await stream.finalMessage(), user])).toEqual([]);
  });

  test('before, between and after the text of a conversation leaves it a text', async () => {
    const { outputs } = await scripted([
      events(
        [
          ...[null, 'a', null, 'b', null].map((content) => ({
            type: 'message.output.delta',
            id: 'm',
            content,
          })),
          { type: 'conversation.response.done', usage: {} },
        ],
        [],
      ),
    ])
      .mistral.beta.conversations.startStream({ inputs: 'Hi' })
      .finalResponse();

    expect(outputs).toMatchObject([{ content: 'ab' }]);
  });

  test('in the choices, the index and the end of a chunk is what absent is', async () => {
    const { mistral } = scripted([
      events([
        { id: 'c', choices: null },
        {
          id: 'c',
          choices: [null, { index: null, delta: { content: 'a' }, finish_reason: '' }],
          usage: null,
        },
        { id: 'c', choices: [{ index: '0', delta: { content: 'b' }, finish_reason: 'stop' }], usage: null },
      ]),
    ]);

    const completion = await mistral.chat.stream(params).finalCompletion();

    expect(completion.choices).toEqual([
      { index: 0, message: { role: 'assistant', content: 'ab' }, finish_reason: 'stop' },
    ]);
    expect(completion.usage).toBeFalsy();
  });

  test.each(both)('in the arguments of a run, %s, is an empty object', async (how) => {
    const { executed } = await ran(how, [
      {
        message: {
          role: 'assistant',
          tool_calls: [{ id, type: null, function: { name: 'a', arguments: null } }],
        },
      },
    ]);

    expect(executed).toEqual([['a', {}]]);
  });
});

describe('A10 an event whose data is empty', () => {
  test.each([
    ['first', 'data:\n\n'],
    ['with a space', 'data: \n\n'],
    ['with spaces', 'data:    \n\n'],
    ['with a name', 'event: message\ndata:\n\n'],
  ])('%s is skipped, wherever it is', async (_, blank) => {
    const text = sse(chunk({ content: 'a' }));
    const body =
      blank + text + blank + sse(chunk({ content: 'b' }, 'stop')) + blank + 'data: [DONE] \n\n' + blank;
    const { mistral } = scripted([() => eventStream(body)]);
    const stream = mistral.chat.stream(params);

    expect(await collect(stream)).toHaveLength(2);
    expect(await stream.text()).toBe('ab');
  });
});

describe('A11 an error that stands in the stream as bare JSON', () => {
  const error = { object: 'error', message: 'no such model', type: 'invalid_model', code: '1500' };
  const forms: [string, string][] = [
    ['on a line', `${JSON.stringify(error)}\n\n`],
    ['without a line break', JSON.stringify(error)],
    ['over several lines', `${JSON.stringify(error, null, 2)}\n`],
    [
      'in the form of others',
      `${JSON.stringify({ error: { message: 'no such model', type: 'invalid_request_error' } })}\n`,
    ],
    [
      'as a validation error',
      `${JSON.stringify({ detail: [{ loc: ['body', 'model'], msg: 'no such model' }] })}\n`,
    ],
  ];

  test.each(forms)('%s, first, is that error, and a wrong request is not sent again', async (_, text) => {
    const { mistral, fetch } = scripted([() => eventStream(text)]);

    const failure = await failureOf(collect(mistral.chat.stream(params)));

    expect(failure).toBeInstanceOf(APIError);
    expect((failure as APIError).message).toContain('no such model');
    expect((failure as APIError).status).toBeLessThan(500);
    expect(fetch).toHaveBeenCalledOnce();
  });

  test.each(forms)('%s, after chunks, is that error', async (_, text) => {
    const { mistral } = scripted([() => eventStream(sse(chunk({ content: 'a' })) + text)]);

    const failure = await failureOf(collect(mistral.chat.stream(params)));

    expect(failure).toBeInstanceOf(APIError);
    expect((failure as APIError).message).toContain('no such model');
  });

  test('that may pass is sent again', async () => {
    const overloaded = { object: 'error', message: 'Overloaded', type: 'overloaded_error' };
    const { mistral, fetch } = scripted([
      () => eventStream(`${JSON.stringify(overloaded)}\n`),
      events([chunk({ content: 'a' }, 'stop')]),
    ]);

    expect(await mistral.chat.stream(params).text()).toBe('a');
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  test.each([{ error: null }, { error: '' }, { error: {} }, { error: false }, { detail: null }])(
    'is none where a chunk says that there is none: %j',
    async (fields) => {
      const { mistral } = scripted([events([{ ...chunk({ content: 'a' }, 'stop'), ...fields }])]);

      expect(await mistral.chat.stream(params).text()).toBe('a');
    },
  );

  test('is none where the line is anything else', async () => {
    const body = `{"note":"hello"}\n${sse(chunk({ content: 'a' }, 'stop'), '[DONE]')}`;

    expect(
      await scripted([() => eventStream(body)])
        .mistral.chat.stream(params)
        .text(),
    ).toBe('a');
  });
});

describe('A12 nothing is said by', () => {
  test.each<[string, unknown]>([
    ['an empty text with an index', chunk({ index: 0, content: '' })],
    ['an empty text and the usage so far', { ...chunk({ content: '' }), usage: { completion_tokens: 7 } }],
    ['an empty block', chunk({ content: [{ type: 'text', text: '' }] })],
    ['an empty thought', chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: '' }] }] })],
    ['an empty part of a call', chunk({ tool_calls: [{ index: 0, function: { name: '', arguments: '' } }] })],
    ['parts that are null', chunk({ id: 'x', content: null, tool_calls: [null] }, '')],
    ['a delta that is null', chunk(null)],
    ['a ping', { type: 'ping' }],
    ['an empty part of a call of a conversation', { type: 'function.call.delta', name: '', arguments: '' }],
    [
      'an empty block of a conversation',
      { type: 'message.output.delta', content: { type: 'text', text: '' } },
    ],
  ])('%s', (_, event) => {
    expect(isEmptyEvent(event)).toBe(true);
  });
});

describe('what a conversation says', () => {
  test('is read with every kind of noise, and its entries can be sent', async () => {
    const noisy = conversing(
      null as never,
      { ...functionCall(id, 'a'), arguments: null, confirmation_status: null, annotations: [] } as never,
    );
    const { tool: a, execute } = anyTool('a');
    const { mistral } = scripted([
      json({ ...noisy, usage: null }),
      json(
        conversing({
          ...said('Done'),
          content: [{ type: 'text', text: 'Done', logprobs: 1 }],
          extra: {},
        } as never),
      ),
    ]);

    const run = await runTools(mistral.beta.conversations, { model: 'm', inputs: 'Hi' }, { tools: [a] });

    expect(execute).toHaveBeenCalledWith({}, expect.anything());
    expect(run.endedBy).toBe('reply');
    expect(run.entries).toHaveLength(3);
    expect(refusedEntries(run.entries)).toEqual([]);
  });

  test.each<[string, ConversationResponse]>([
    ['a call without an id', conversing(functionCall(null as never, 'a'))],
    ['no id of its own', { ...conversing(functionCall(id, 'a')), conversation_id: null as never }],
    ['no outputs', { ...conversing(), outputs: null as never }],
  ])('cannot go on with %s, and says so', async (_, response) => {
    const { mistral } = scripted([json(response)]);

    const failure = await failureOf(
      runTools(mistral.beta.conversations, { model: 'm', inputs: 'Hi' }, { tools: [anyTool('a').tool] }),
    );

    expect(failure).toBeInstanceOf(MistralError);
    expect(failure).not.toBeInstanceOf(ResponseError);
  });
});

test('the parts of a stream are handed out as they came', async () => {
  const odd = [
    chunk({
      index: 0,
      content: null,
      tool_calls: [null, { id: 'null', type: null, function: { name: null, arguments: null } }],
    }),
    chunk({ content: [{ type: null, text: null, extra: 1 }] }),
  ];
  const { mistral } = scripted([() => eventStream(bodyOf(sse(...odd, '[DONE]')))]);

  expect(await collect(mistral.chat.stream(params))).toEqual(odd);
});

describe('ten rounds of a run over noisy replies', () => {
  /** Another kind of noise each round, around one call of `a`. */
  const noisyMessage = (round: number): Json => ({
    role: 'assistant',
    index: round,
    refusal: null,
    annotations: [],
    content: [
      null,
      { type: 'thinking', thinking: 'Hm', closed: true },
      { type: null, text: `round ${round}`, logprobs: null },
      { type: 'thinking', thinking: [{ type: 'text', text: 'Well', extra: 1 }], signature: round },
      { type: 'hologram', data: 1 },
    ],
    tool_calls: [
      null,
      {
        id: [`chatcmpl-tool-${round}`, null, '', `call_${round}`, undefined][round % 5],
        type: [null, 'function'][round % 2],
        index: null,
        status: 'done',
        function: { name: 'a', arguments: [null, '', '{"n":1}', { n: 1 }][round % 4], parsed: null },
      },
    ],
  });
  const isStreamed = (how: string) => how.startsWith('streamed');

  test.each(['whole chat', 'streamed chat', 'whole agents', 'streamed agents'])(
    'send what the API takes, each time: %s',
    async (how) => {
      const rounds = Array.from({ length: 10 }, (_, round) =>
        isStreamed(how)
          ? events([chunk(noisyMessage(round)), chunk({}, 'tool_calls')])
          : json(whole(noisyMessage(round), 'tool_calls')),
      );
      const last = isStreamed(how) ? events([chunk({ content: 'Done' }, 'stop')]) : json(saying('Done'));
      const { mistral, fetch } = scripted([...rounds, last]);
      const { tool: a, execute } = anyTool('a');
      const options = { tools: [a], maxRounds: 20 };
      const agent = { agent_id: 'ag', messages: [user] };

      const run = await {
        'whole chat': () => runTools(mistral.chat, params, options),
        'streamed chat': async () => streamTools(mistral.chat, params, options),
        'whole agents': () => runTools(mistral.agents, agent, options),
        'streamed agents': async () => streamTools(mistral.agents, agent, options),
      }[how]!();

      expect(run.endedBy).toBe('reply');
      expect(execute).toHaveBeenCalledTimes(10);
      expect(fetch).toHaveBeenCalledTimes(11);
      for (const [, { body }] of fetch.mock.calls)
        expect(refusedMessages((JSON.parse(body as string) as { messages: object[] }).messages)).toEqual([]);
      expect(refusedMessages([...run.messages, user])).toEqual([]);
      expect(new Set(run.steps.flatMap(({ results }) => results.map((result) => result.id))).size).toBe(10);
    },
  );

  test.each(['whole', 'streamed'])('send what the API takes, each time: %s conversation', async (how) => {
    const entry = (round: number): Json => ({
      type: 'function.call',
      object: null,
      id: `fc_${round}`,
      tool_call_id: `call-${round}`,
      name: 'a',
      arguments: [null, '', '{"n":1}', { n: 1 }][round % 4],
      confirmation_status: null,
      annotations: [],
    });
    const rounds = Array.from({ length: 10 }, (_, round) =>
      how === 'whole'
        ? json({ ...conversing(entry(round) as never), usage: null })
        : events(
            [
              { type: 'conversation.response.started', conversation_id: 'conv_1' },
              { ...entry(round), type: 'function.call.delta' },
              { type: 'conversation.response.done', usage: null },
            ],
            [],
          ),
    );
    const last =
      how === 'whole'
        ? json(conversing(said('Done')))
        : events(
            [
              { type: 'message.output.delta', id: 'm', content: 'Done' },
              { type: 'conversation.response.done', usage: null },
            ],
            [],
          );
    const { mistral, fetch } = scripted([...rounds, last]);
    const { tool: a, execute } = anyTool('a');
    const options = { tools: [a], maxRounds: 20 };
    const start = { model: 'm', inputs: 'Hi' };

    const run = await (how === 'whole'
      ? runTools(mistral.beta.conversations, start, options)
      : streamTools(mistral.beta.conversations, start, options));

    expect(run.endedBy).toBe('reply');
    expect(execute).toHaveBeenCalledTimes(10);
    for (const [, { body }] of fetch.mock.calls.slice(1))
      expect(refusedEntries((JSON.parse(body as string) as { inputs: object[] }).inputs)).toEqual([]);
    expect(run.entries).toHaveLength(21);
    expect(refusedEntries(run.entries)).toEqual([]);
  });
});
