import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { HumanMessage, type AIMessageChunk } from '@langchain/core/messages';
import { describe, expect, test } from 'vitest';

import { citationsOf } from '../../../src/index.js';
import { finish, citation, thinking, toolCall } from '../../../src/testing/index.js';
import { addedUp, mockedChat, streamedChat as streamed, streamedResponse } from '../../helpers/langchain.js';

const call = (fields: object) => ({ tool_calls: [fields] });
const opening = call({ id: 'aaaaaaaaa', index: 0, function: { name: 'add', arguments: '' } });
const args = (text: string, index = 0) => call({ index, function: { name: '', arguments: text } });

describe('a streamed reply', () => {
  test('with thinking, text and references is in blocks, each with its own deltas', async () => {
    const { model } = mockedChat({
      'chat.stream': [thinking('Let '), thinking('me see.'), 'France', ' won', citation(1, 3), '.'],
    });
    const reply = await addedUp(await model.stream('Who won?'));

    expect(reply.content).toEqual([
      { type: 'reasoning', reasoning: 'Let me see.', index: 1 },
      { type: 'text', text: 'France won', index: 2 },
      { type: 'reference', reference_ids: [1, 3], index: 3 },
      { type: 'text', text: '.', index: 4 },
    ]);
    expect(reply.text).toBe('France won.');
    expect(citationsOf(reply.content)).toMatchObject([{ reference_ids: [1, 3] }]);
    expect(reply.contentBlocks[0]).toMatchObject({ type: 'reasoning', reasoning: 'Let me see.' });
  });

  test('has the fields of a thought once, however often they are sent, and the last of each', async () => {
    const thought = (text: string, fields: object) => ({
      content: [{ type: 'thinking', thinking: [{ type: 'text', text }], ...fields }],
    });
    const { mock, model } = mockedChat({
      'chat.complete': 'Yes.',
      'chat.stream': () =>
        streamedResponse([
          thought('Let ', { closed: false, signature: 'abc' }),
          thought('me ', { closed: false, signature: 'abc' }),
          thought('see.', { closed: true, signature: 'def' }),
          { content: 'Yes.' },
        ]),
    });
    const reply = await addedUp(await model.stream('Sure?'));
    await model.invoke([new HumanMessage('Sure?'), reply, new HumanMessage('Really?')]);

    expect(mock.callsTo('chat.complete')[0]?.params.messages[1]).toMatchObject({
      content: [
        {
          type: 'thinking',
          thinking: [{ text: 'Let me ' }, { text: 'see.' }],
          closed: true,
          signature: 'def',
        },
        { type: 'text', text: 'Yes.' },
      ],
    });
  });

  test('that begins with text keeps it when blocks follow', async () => {
    const reply = await addedUp(
      await streamed([
        { content: 'A' },
        { content: 'B' },
        { content: [{ type: 'reference', reference_ids: [1] }] },
      ]).stream('Hi'),
    );

    expect(reply.text).toBe('AB');
    expect(reply.content).toHaveLength(2);
  });

  test('says once how it ended, and what it cost', async () => {
    const reply = await addedUp(await streamed([{ content: 'A' }, { content: 'B' }]).stream('Hi'));

    expect(reply.id).toBe('cmpl-1');
    expect(reply.response_metadata).toEqual({
      model_provider: 'mistral',
      model: 'mistral-small-2603',
      model_name: 'mistral-small-2603',
      created: 1,
      finish_reason: 'stop',
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
    });
    expect(reply.usage_metadata).toMatchObject({ input_tokens: 3, output_tokens: 4, total_tokens: 7 });
  });

  test('tells callbacks each token, also of invoke() with `streaming`', async () => {
    const tokens: string[] = [];
    const { model } = mockedChat({ 'chat.stream': ['Bon', 'jour'] }, { streaming: true });
    const callbacks = [
      BaseCallbackHandler.fromMethods({ handleLLMNewToken: (token) => void tokens.push(token) }),
    ];

    expect((await model.invoke('Hi', { callbacks })).content).toBe('Bonjour');
    expect(tokens).toEqual(['Bon', 'jour', '']);
  });

  test('in the standard format of LangChain 1 is the same message', async () => {
    const { model } = mockedChat({
      'chat.stream': ['Let me ', 'look.', toolCall('add', { a: 1 })],
    });
    const reply = await addedUp(await model.stream('Hi', { outputVersion: 'v1' }));

    expect(reply.contentBlocks).toMatchObject([
      { type: 'text', text: 'Let me look.' },
      { type: 'tool_call', name: 'add', args: { a: 1 } },
    ]);
  });

  test('in the standard format has a call with all of its arguments', async () => {
    const parts = [{ content: 'Let me look.' }, opening, args('{"a":'), args('1}')];
    const reply = await addedUp(await streamed(parts, 'tool_calls').stream('Hi', { outputVersion: 'v1' }));

    expect(reply.content).toMatchObject([
      { type: 'text', text: 'Let me look.' },
      { type: 'tool_call', name: 'add', args: { a: 1 } },
    ]);
  });

  test('as events of content blocks keeps calls and text apart', async () => {
    const message = await streamed(
      [{ content: 'Let me look.' }, opening, args('{"a":'), args('1}')],
      'tool_calls',
    ).streamEvents('Hi');

    expect((await message).contentBlocks).toMatchObject([
      { type: 'text', text: 'Let me look.' },
      { type: 'tool_call', id: 'aaaaaaaaa', name: 'add', args: { a: 1 } },
    ]);
  });
});

describe('the calls of a streamed reply', () => {
  const callsOf = async (parts: readonly object[], reason = 'tool_calls') => {
    const reply = await addedUp(await streamed(parts, reason).stream('Hi'));
    return { valid: reply.tool_calls, invalid: reply.invalid_tool_calls };
  };

  test('arrive with their arguments as they come', async () => {
    const seen: AIMessageChunk[] = [];
    for await (const chunk of await streamed([opening, args('{"a"'), args(':1}')], 'tool_calls').stream('Hi'))
      seen.push(chunk);

    expect(seen.map(({ tool_call_chunks }) => tool_call_chunks)).toEqual([
      [{ type: 'tool_call_chunk', id: 'aaaaaaaaa', index: 1, name: 'add', args: '' }],
      [{ type: 'tool_call_chunk', index: 1, args: '{"a"' }],
      [{ type: 'tool_call_chunk', index: 1, args: ':1}' }],
      [],
    ]);
  });

  test.each<[string, object]>([
    ['no arguments', { arguments: '' }],
    ['an empty object', { arguments: '{}' }],
    ['arguments as an object', { arguments: { a: 1 } }],
  ])('keep their order: a call with %s comes before the next', async (_, fields) => {
    const parts = [
      call({ id: 'aaaaaaaaa', index: 0, function: { name: 'open', ...fields } }),
      call({ id: 'bbbbbbbbb', index: 1, function: { name: 'click', arguments: '{"x":' } }),
      args('1}', 1),
    ];
    const { valid } = await callsOf(parts);
    const message = await streamed(parts, 'tool_calls').streamEvents('Hi');

    expect(valid).toMatchObject([{ name: 'open' }, { name: 'click', args: { x: 1 } }]);
    expect((await message).tool_calls).toMatchObject([{ name: 'open' }, { name: 'click', args: { x: 1 } }]);
  });

  test.each<[string, object[], object[]]>([
    ['a call without arguments', [opening], [{ name: 'add', args: {} }]],
    [
      'an empty object before the arguments',
      [call({ id: 'aaaaaaaaa', index: 0, function: { name: 'add', arguments: '{}' } }), args('{"a":1}')],
      [{ name: 'add', args: { a: 1 } }],
    ],
    [
      'arguments as an object',
      [call({ id: 'aaaaaaaaa', index: 0, function: { name: 'add', arguments: { a: 1 } } })],
      [{ name: 'add', args: { a: 1 } }],
    ],
    [
      'parallel calls that are all numbered 0',
      [
        call({ id: 'aaaaaaaaa', index: 0, function: { name: 'add', arguments: '{"a":1}' } }),
        call({ id: 'bbbbbbbbb', index: 0, function: { name: 'add', arguments: '{"a":2}' } }),
      ],
      [
        { id: 'aaaaaaaaa', args: { a: 1 } },
        { id: 'bbbbbbbbb', args: { a: 2 } },
      ],
    ],
    [
      'calls with the same id',
      [
        call({ id: 'aaaaaaaaa', index: 0, function: { name: 'add', arguments: '{"a":1}' } }),
        call({ id: 'aaaaaaaaa', index: 1, function: { name: 'add', arguments: '{"a":2}' } }),
      ],
      [
        { id: 'aaaaaaaaa', args: { a: 1 } },
        { id: expect.not.stringMatching('aaaaaaaaa'), args: { a: 2 } },
      ],
    ],
    [
      'a call whose id is "null"',
      [call({ id: 'null', index: 0, function: { name: 'add', arguments: '{"a":1}' } })],
      [{ id: expect.stringMatching(/^[a-zA-Z0-9]{9}$/), args: { a: 1 } }],
    ],
  ])('are made regular: %s', async (_, parts, expected) => {
    const { valid, invalid } = await callsOf(parts);

    expect(valid).toMatchObject(expected);
    expect(invalid).toEqual([]);
  });

  test.each([
    ['after a key', '{"a":1,"b":'],
    ['in a text', '{"a":"Par'],
    ['in an escape', '{"a":"Par\\'],
    ['in the number of a character', '{"a":"Par\\u00'],
    ['in a word', '{"a":tru'],
    ['in a number', '{"a":1'],
    ['in a list', '{"a":[1,'],
    ['at the end', '{"a":1}'],
    ['before they begin', ''],
  ])('never run when the reply was truncated %s', async (_, text) => {
    const { valid, invalid } = await callsOf([opening, args(text)], 'length');

    expect(valid).toEqual([]);
    expect(invalid).toMatchObject([
      { id: 'aaaaaaaaa', name: 'add', args: expect.stringMatching(/\[the reply ended early, .*"length"\]$/) },
    ]);
  });

  test.each([
    ['cut JSON', '{"a":1,"b":'],
    ['a list', '[1]'],
    ['a text', 'none'],
  ])('never run with arguments that are %s', async (_, text) => {
    const { valid, invalid } = await callsOf([opening, args(text)]);

    expect(valid).toEqual([]);
    expect(invalid).toMatchObject([{ name: 'add', args: expect.stringContaining('not a JSON object') }]);
  });

  test.each([
    [
      'was truncated',
      [toolCall('add', { a: 1 }), finish('length')],
      'the reply ended early, with finish_reason "length"',
    ],
    [
      'failed',
      [toolCall('add', { a: 1 }), finish('error')],
      'the reply ended early, with finish_reason "error"',
    ],
    ['has a call with a list', [toolCall('add', '[1]')], 'the arguments are not a JSON object'],
  ])('never run when a reply without streaming %s', async (_, reply, error) => {
    const { model } = mockedChat({ 'chat.complete': reply });
    const { tool_calls, invalid_tool_calls } = await model.invoke('Hi');

    expect(tool_calls).toEqual([]);
    expect(invalid_tool_calls).toMatchObject([{ name: 'add', error }]);
  });
});
