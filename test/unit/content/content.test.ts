import { describe, expect, test } from 'vitest';

import { citationsOf, textOf, thinkingOf, toolCallsOf } from '../../../src/index.js';

const blocks = [
  {
    type: 'thinking',
    thinking: [
      { type: 'text', text: 'Hm' },
      { type: 'tool_reference', tool: 'web_search', title: 'Thought of' },
      { type: 'text', text: 'm' },
    ],
  },
  { type: 'text', text: 'Bon' },
  { type: 'reference', reference_ids: [1, 2] },
  { type: 'tool_reference', tool: 'web_search', title: 'Found' },
  { type: 'image_url', image_url: 'https://files.test/a.png' },
  { type: 'text', text: 'jour' },
];
const message = { role: 'assistant', content: blocks };
const entry = { type: 'message.output', ...message };

/** Everything that can carry content, with the same content. */
const carriers: [string, unknown][] = [
  ['a list of blocks', blocks],
  ['a message', message],
  ['a chunk', { choices: [{ index: 0, delta: message }] }],
  [
    'a completion',
    {
      choices: [
        { index: 0, message },
        { index: 1, message: { content: 'Salut' } },
      ],
    },
  ],
  ['an entry', entry],
  ['the outputs of a conversation', [{ type: 'tool.execution', arguments: '{}' }, entry]],
  ['the response of a conversation', { conversation_id: 'c', outputs: [{ type: 'tool.execution' }, entry] }],
];

describe('there is, in', () => {
  test.each(carriers)('%s: the text, the thinking and the citations, in their order', (_, value) => {
    expect(textOf(value)).toBe('Bonjour');
    expect(thinkingOf(value)).toBe('Hmm');
    expect(citationsOf(value)).toEqual([
      { type: 'tool_reference', tool: 'web_search', title: 'Thought of' },
      { type: 'reference', reference_ids: [1, 2] },
      { type: 'tool_reference', tool: 'web_search', title: 'Found' },
    ]);
    expect(toolCallsOf(value)).toEqual([]);
  });

  test('an event with one block', () => {
    const event = { type: 'message.output.delta', content: blocks[0] };

    expect([textOf(event), thinkingOf(event), citationsOf(event).length]).toEqual(['', 'Hmm', 1]);
  });

  test('thinking that is plain text', () => {
    expect(thinkingOf([{ type: 'thinking', thinking: 'Hm' }])).toBe('Hm');
  });

  test.each([
    [undefined],
    [null],
    [42],
    ['Bonjour'],
    [[]],
    [{}],
    [[null, 1]],
    [{ choices: [] }],
    [{ content: null }],
  ])('nothing: %j', (value) => {
    expect([thinkingOf(value), citationsOf(value), toolCallsOf(value)]).toEqual(['', [], []]);
  });
});

describe('tool calls', () => {
  const calls = [
    { id: 'call00001', type: 'function', function: { name: 'weather', arguments: '{"city":"Lyon"}' } },
    { id: 'call00002', function: { name: 'time', arguments: { zone: 'CET' } } },
  ];
  const called = [
    { id: 'call00001', name: 'weather', arguments: '{"city":"Lyon"}' },
    { id: 'call00002', name: 'time', arguments: '{"zone":"CET"}' },
  ];
  const entries = [
    {
      type: 'function.call',
      id: 'fc_1',
      tool_call_id: 'call00001',
      name: 'weather',
      arguments: '{"city":"Lyon"}',
    },
    { type: 'message.output', content: 'Bonjour' },
    {
      type: 'function.call',
      id: 'fc_2',
      tool_call_id: 'call00002',
      name: 'time',
      arguments: { zone: 'CET' },
    },
  ];

  test.each([
    ['a list of them', calls],
    ['a message', { role: 'assistant', content: '', tool_calls: calls }],
    ['a chunk', { choices: [{ index: 0, delta: { tool_calls: calls } }] }],
    ['a completion', { choices: [{ index: 0, message: { content: '', tool_calls: calls } }] }],
    ['the entries of a conversation', entries],
    ['the response of a conversation', { outputs: entries }],
  ])('of %s have one form', (_, value) => {
    expect(toolCallsOf(value)).toEqual(called);
  });

  test('of an event of a conversation, too', () => {
    expect(
      toolCallsOf({ type: 'function.call.delta', tool_call_id: 'a', name: 'f', arguments: '{' }),
    ).toEqual([{ id: 'a', name: 'f', arguments: '{' }]);
  });

  test('without an id, a name or arguments have empty ones', () => {
    expect(toolCallsOf({ tool_calls: [{ function: {} }] })).toEqual([{ id: '', name: '', arguments: '' }]);
  });
});
