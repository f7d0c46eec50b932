import { describe, expect, test } from 'vitest';

import { textOf } from '../../../src/content/text-of.js';

const blocks = [
  { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
  { type: 'text', text: 'Bon' },
  { type: 'reference', reference_ids: [1] },
  { type: 'tool_reference', tool: 'web_search', title: 'A title', text: 'no text of the answer' },
  { type: 'image_url', image_url: 'https://files.test/a.png' },
  { type: 'text', text: 'jour' },
];

describe('there is text in', () => {
  test.each([
    ['a string', 'Bonjour'],
    ['content blocks', blocks],
    ['a chunk of a chat', { choices: [{ index: 0, delta: { content: 'Bonjour' } }] }],
    ['a chunk with content blocks', { choices: [{ delta: { content: blocks } }] }],
    ['a whole completion', { choices: [{ message: { role: 'assistant', content: 'Bonjour' } }] }],
    [
      'the first of several choices',
      { choices: [{ delta: { content: 'Bonjour' } }, { delta: { content: 'Salut' } }] },
    ],
    ['a message', { role: 'assistant', content: blocks }],
    ['an event of a conversation', { type: 'message.output.delta', content: 'Bonjour' }],
    ['an event with one block', { type: 'message.output.delta', content: { type: 'text', text: 'Bonjour' } }],
    ['an event of a transcription', { type: 'transcription.text.delta', text: 'Bonjour' }],
  ])('%s', (_, value) => {
    expect(textOf(value)).toBe('Bonjour');
  });
});

describe('there is none in', () => {
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 42],
    ['an empty list', []],
    ['a chunk without choices', { choices: [] }],
    ['a chunk that opens a message', { choices: [{ delta: { role: 'assistant', content: null } }] }],
    [
      'a chunk of a tool call',
      { choices: [{ delta: { tool_calls: [{ function: { name: 'f', arguments: '{}' } }] } }] },
    ],
    ['a message that calls tools', { role: 'assistant', content: '', tool_calls: [{}] }],
    [
      'thinking',
      {
        type: 'message.output.delta',
        content: { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
      },
    ],
    ['an event of a tool', { type: 'tool.execution.started', name: 'web_search' }],
    ['blocks that are no objects', [null, 'text', 1]],
  ])('%s', (_, value) => {
    expect(textOf(value)).toBe('');
  });
});
