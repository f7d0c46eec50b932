import { describe, expect, test } from 'vitest';

import { inputContent, outputContent } from '../../../src/spans/messages.js';

const input = (params: object) =>
  parsed(inputContent(params as Record<string, unknown>)['gen_ai.input.messages']);
const output = (answer: unknown) => parsed(outputContent(answer)['gen_ai.output.messages']);
const parsed = (text: string | readonly string[] | undefined): unknown =>
  typeof text === 'string' ? JSON.parse(text) : text;

const text = (content: string) => ({ type: 'text', content });

describe('what goes in', () => {
  test('is the messages of a chat, with tool calls and their results', () => {
    const messages = [
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ id: 'D681PevKs', function: { name: 'weather', arguments: '{"city":"Paris"}' } }],
      },
      { role: 'tool', tool_call_id: 'D681PevKs', name: 'weather', content: 'Sunny' },
      { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'Sunny' }] },
    ];

    expect(input({ messages })).toEqual([
      { role: 'user', parts: [text('Weather?')] },
      {
        role: 'assistant',
        parts: [
          text(''),
          { type: 'tool_call', id: 'D681PevKs', name: 'weather', arguments: { city: 'Paris' } },
        ],
      },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'D681PevKs', response: 'Sunny' }] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'b', response: [text('Sunny')] }] },
    ]);
  });

  test('is every kind of block, without the bytes of what is sent inline', () => {
    const content = [
      { type: 'text', text: 'Look' },
      { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
      { type: 'image_url', image_url: 'https://a.example/a.png' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,SECRET' } },
      { type: 'document_url', document_url: 'https://a.example/a.pdf' },
      { type: 'input_audio', input_audio: 'SECRET' },
      { type: 'file', file_id: 'f1' },
      { type: 'reference', reference_ids: [1] },
      { type: 'image_url', image_url: null },
    ];

    expect(input({ messages: [{ role: 'user', content }] })).toEqual([
      {
        role: 'user',
        parts: [
          text('Look'),
          { type: 'reasoning', content: 'Hm' },
          { type: 'uri', modality: 'image', uri: 'https://a.example/a.png' },
          { type: 'blob', modality: 'image', mime_type: 'image/png' },
          { type: 'uri', modality: 'document', uri: 'https://a.example/a.pdf' },
          { type: 'blob', modality: 'audio' },
          { type: 'file', modality: 'document', file_id: 'f1' },
          { type: 'reference', reference_ids: [1] },
          { type: 'uri', modality: 'image' },
        ],
      },
    ]);
  });

  test('is what a conversation is told, and its instructions apart', () => {
    const inputs = [
      { type: 'message.input', role: 'user', content: 'Weather?' },
      { type: 'function.call', tool_call_id: 'D681PevKs', name: 'weather', arguments: '{' },
      { type: 'function.result', tool_call_id: 'D681PevKs', result: 'Sunny' },
      { type: 'message.output', role: 'assistant', content: [{ type: 'text', text: 'Sunny' }] },
    ];

    expect(input({ inputs })).toEqual([
      { role: 'user', parts: [text('Weather?')] },
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'D681PevKs', name: 'weather', arguments: '{' }] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'D681PevKs', response: 'Sunny' }] },
      { role: 'assistant', parts: [text('Sunny')] },
    ]);
    expect(input({ inputs: 'Bonjour' })).toEqual([{ role: 'user', parts: [text('Bonjour')] }]);
    expect(inputContent({ inputs: '', instructions: 'Be kind' })['gen_ai.system_instructions']).toBe(
      JSON.stringify([text('Be kind')]),
    );
  });

  test('is the code to complete, the texts to embed, the document to read', () => {
    const document = { type: 'document_url', document_url: 'https://a.example/a.pdf' };

    expect(input({ prompt: 'a', suffix: 'b' })).toEqual([{ role: 'user', parts: [text('a'), text('b')] }]);
    expect(input({ input: ['a', 'b'] })).toEqual([{ role: 'user', parts: [text('a'), text('b')] }]);
    expect(input({ document })).toMatchObject([{ parts: [{ uri: 'https://a.example/a.pdf' }] }]);
  });

  test('is nothing where there is nothing, or what nobody knows', () => {
    expect(input({})).toBeUndefined();
    expect(input({ messages: 7, inputs: null, input: [[1]] })).toBeUndefined();
    expect(input({ messages: [null, 'a'] })).toBeUndefined();
  });
});

describe('what comes out', () => {
  test('is a message a choice', () => {
    const choices = [
      { message: { role: 'assistant', content: 'a' }, finish_reason: 'stop' },
      {
        message: {
          content: null,
          tool_calls: [{ id: 'D681PevKs', function: { name: 'f', arguments: '{}' } }],
        },
        finish_reason: 'tool_calls',
      },
      null,
      {},
    ];

    expect(output({ choices })).toEqual([
      { role: 'assistant', parts: [text('a')], finish_reason: 'stop' },
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: 'D681PevKs', name: 'f', arguments: {} }],
        finish_reason: 'tool_calls',
      },
      { role: 'assistant', parts: [] },
    ]);
  });

  test('is one message of all that a conversation gave', () => {
    const execution = { type: 'tool.execution', name: 'web_search', arguments: '{}' };

    expect(output({ outputs: [execution, { type: 'message.output', content: 'Found' }] })).toEqual([
      { role: 'assistant', parts: [execution, text('Found')] },
    ]);
  });

  test('is the text of pages and recordings', () => {
    expect(output({ pages: [{ markdown: '# A' }, { markdown: 'B' }] })).toEqual([
      { role: 'assistant', parts: [text('# A'), text('B')] },
    ]);
    expect(output({ text: 'Bonjour' })).toEqual([{ role: 'assistant', parts: [text('Bonjour')] }]);
  });

  test('is nothing for other answers', () => {
    for (const answer of [undefined, null, 'text', {}, { data: [{ embedding: [1] }] }])
      expect(output(answer)).toBeUndefined();
  });
});
