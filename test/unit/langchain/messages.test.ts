import {
  AIMessage,
  ChatMessage,
  FunctionMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
  type BaseMessage,
} from '@langchain/core/messages';
import { describe, expect, test } from 'vitest';

import { ArgumentError, toolCallsOf } from '../../../src/index.js';
import { citation, inTurn, thinking, type MockResponses } from '../../../src/testing/index.js';
import { addedUp, mockedChat } from '../../helpers/langchain.js';

/** The messages of the request for these. */
async function sent(...messages: BaseMessage[]) {
  const { mock, model } = mockedChat({ 'chat.complete': 'Yes.' });
  await model.invoke(messages);
  return mock.callsTo('chat.complete')[0]!.params.messages;
}

const hi = new HumanMessage('Hi');

describe('messages', () => {
  test('have the roles of the API', async () => {
    expect(
      await sent(
        new SystemMessage('Be brief.'),
        new ChatMessage('Hi', 'user'),
        new ChatMessage('Yes?', 'assistant'),
        new HumanMessage('Why?'),
      ),
    ).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Yes?' },
      { role: 'user', content: 'Why?' },
    ]);
  });

  test('of a role that the API does not have are an error, before any request', async () => {
    const { mock, model } = mockedChat();

    await expect(model.invoke([new ChatMessage('Hi', 'moderator')])).rejects.toThrow(ArgumentError);
    expect(mock.requests).toEqual([]);
  });

  test('do not say who wrote them: `name` is for LangChain', async () => {
    expect(
      await sent(
        new HumanMessage({ content: 'Hi', name: 'Ada' }),
        new AIMessage({ content: 'Yes?', name: 'agent' }),
        new HumanMessage('Why?'),
      ),
    ).toEqual([
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Yes?' },
      { role: 'user', content: 'Why?' },
    ]);
  });

  test('that end with one of the model have it as the prefix of the reply', async () => {
    expect(await sent(hi, new AIMessage('Well, '))).toEqual([
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Well, ', prefix: true },
    ]);
  });

  test('of tools have content of any kind, and the id of their call', async () => {
    const image = { type: 'image', mimeType: 'image/png', data: 'AAAA' } as const;
    const [, asked, result] = await sent(
      hi,
      new AIMessage({ content: '', tool_calls: [{ id: 'call_1', name: 'look', args: {} }] }),
      new ToolMessage({
        content: [{ type: 'text', text: 'Seen:' }, image],
        tool_call_id: 'call_1',
        artifact: { secret: true },
        status: 'error',
      }),
    );
    const [call] = toolCallsOf(asked);

    expect(call!.id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(result).toEqual({
      role: 'tool',
      tool_call_id: call!.id,
      content: [
        { type: 'text', text: 'Seen:' },
        { type: 'image_url', image_url: 'data:image/png;base64,AAAA' },
      ],
    });
  });

  test('have a result for each call, and no call that was refused', async () => {
    const messages = await sent(
      hi,
      new AIMessage({
        content: '',
        tool_calls: [{ id: 'aaaaaaaaa', name: 'add', args: { a: 1 } }],
        invalid_tool_calls: [{ id: 'bbbbbbbbb', name: 'add', args: '{"a":' }],
      }),
      new HumanMessage('Never mind.'),
    );

    expect(messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', tool_calls: [{ id: 'aaaaaaaaa' }] },
      { role: 'tool', tool_call_id: 'aaaaaaaaa' },
      { role: 'assistant' },
      { role: 'user' },
    ]);
    expect(messages[1]).toHaveProperty('tool_calls.length', 1);
  });

  test('have their calls once, and none of what LangChain keeps of a call in the content', async () => {
    const [, asked] = await sent(
      hi,
      new AIMessage({
        content: [
          { type: 'text', text: 'Let me look.' },
          { type: 'tool_call', id: 'aaaaaaaaa', name: 'add', args: {} },
          { type: 'tool_call_chunk', index: 1, args: '{"a"' },
          { type: 'input_json_delta', input: '{"a"' },
          { type: 'invalid_tool_call', id: 'bbbbbbbbb', name: 'add', args: '{' },
        ],
        tool_calls: [{ id: 'aaaaaaaaa', name: 'add', args: { a: 1 } }],
      }),
      new ToolMessage('1', 'aaaaaaaaa'),
    );

    expect(asked).toHaveProperty('content', [{ type: 'text', text: 'Let me look.' }]);
    expect(toolCallsOf(asked)).toEqual([{ id: 'aaaaaaaaa', name: 'add', arguments: '{"a":1}' }]);
  });

  test('have calls and results in the form of functions, which OpenAI had before tools', async () => {
    const [, asked, result] = await sent(
      hi,
      new AIMessage({
        content: '',
        additional_kwargs: { function_call: { name: 'add', arguments: '{"a":1}' } },
      }),
      new FunctionMessage({ name: 'add', content: '2' }),
    );
    const [call] = toolCallsOf(asked);

    expect(call).toMatchObject({ name: 'add', arguments: '{"a":1}' });
    expect(result).toEqual({ role: 'tool', name: 'add', tool_call_id: call!.id, content: '2' });
  });

  test('of the Responses API have their calls once, and no encrypted thinking', async () => {
    const [, asked] = await sent(
      hi,
      new AIMessage({
        content: [
          { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'zzz' },
          { type: 'text', text: 'Let me look.' },
          { type: 'function_call', id: 'fc_1', call_id: 'aaaaaaaaa', name: 'add', arguments: '{"a":1}' },
        ],
        tool_calls: [{ id: 'aaaaaaaaa', name: 'add', args: { a: 1 } }],
      }),
      new ToolMessage('1', 'aaaaaaaaa'),
    );

    expect(asked).toHaveProperty('content', [{ type: 'text', text: 'Let me look.' }]);
    expect(toolCallsOf(asked)).toEqual([{ id: 'aaaaaaaaa', name: 'add', arguments: '{"a":1}' }]);
  });

  test('have the call that was refused, where it was answered', async () => {
    const [, asked, result] = await sent(
      hi,
      new AIMessage({
        content: '',
        invalid_tool_calls: [{ id: 'bbbbbbbbb', name: 'add', args: '{"a":' }],
      }),
      new ToolMessage('Not JSON', 'bbbbbbbbb'),
    );

    expect(asked).toMatchObject({ tool_calls: [{ id: 'bbbbbbbbb', function: { name: 'add' } }] });
    expect(result).toMatchObject({ role: 'tool', tool_call_id: 'bbbbbbbbb' });
  });
});

describe('content', () => {
  const bytes = new Uint8Array([0, 1, 2]);

  test.each<[string, Record<string, unknown> & { type: string }, unknown]>([
    [
      'plain text in base64',
      { type: 'text-plain', mimeType: 'text/plain', data: btoa('plain') },
      { type: 'text', text: 'plain' },
    ],
    [
      'an image',
      { type: 'image', url: 'https://a.b/c.png' },
      { type: 'image_url', image_url: 'https://a.b/c.png' },
    ],
    [
      'bytes',
      { type: 'image', mimeType: 'image/webp', data: bytes },
      { type: 'image_url', image_url: 'data:image/webp;base64,AAEC' },
    ],
    [
      'a file of the API',
      { type: 'file', fileId: '0f8fad5b-d9cb-469f-a165-70867728950e' },
      { type: 'file', file_id: '0f8fad5b-d9cb-469f-a165-70867728950e' },
    ],
    [
      'audio',
      { type: 'audio', mimeType: 'audio/mp3', data: 'AAAA' },
      { type: 'input_audio', input_audio: 'AAAA' },
    ],
    [
      'a file that is an image',
      { type: 'file', mimeType: 'image/png', data: 'AAAA' },
      { type: 'image_url', image_url: 'data:image/png;base64,AAAA' },
    ],
    [
      'a document',
      { type: 'file', mimeType: 'application/pdf', data: 'AAAA', metadata: { name: 'a.pdf' } },
      { type: 'document_url', document_url: 'data:application/pdf;base64,AAAA', document_name: 'a.pdf' },
    ],
    ['plain text', { type: 'text-plain', text: 'Hello', title: 'a.txt' }, { type: 'text', text: 'Hello' }],
    [
      'an image of OpenAI',
      { type: 'image_url', image_url: { url: 'https://a.b/c.png', detail: 'high' } },
      { type: 'image_url', image_url: { url: 'https://a.b/c.png', detail: 'high' } },
    ],
    [
      'audio of OpenAI',
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
      { type: 'input_audio', input_audio: 'AAAA' },
    ],
    [
      'an image of Anthropic',
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
      { type: 'image_url', image_url: 'data:image/png;base64,AAAA' },
    ],
    [
      'a file of OpenAI',
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
      { type: 'document_url', document_url: 'data:application/pdf;base64,AAAA', document_name: 'a.pdf' },
    ],
    [
      'a document of the API',
      { type: 'document_url', document_url: 'https://a.b/c.pdf' },
      { type: 'document_url', document_url: 'https://a.b/c.pdf' },
    ],
    [
      'what is not standard in LangChain',
      { type: 'non_standard', value: { type: 'document_url', document_url: 'https://a.b/d.pdf' } },
      { type: 'document_url', document_url: 'https://a.b/d.pdf' },
    ],
    [
      'text with what only others know',
      { type: 'text', text: 'Hello', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'Hello' },
    ],
  ])('is sent: %s', async (_, block, expected) => {
    expect(await sent(new HumanMessage({ content: [block] }))).toEqual([
      { role: 'user', content: [expected] },
    ]);
  });

  test.each([
    ['a video', { type: 'video', url: 'https://a.b/c.mp4' }],
    ['a file that is a video', { type: 'file', mimeType: 'video/mp4', data: 'AAAA' }],
    ['an image without anything', { type: 'image' }],
  ])('that the API cannot be given is an error: %s', async (_, block) => {
    await expect(sent(new HumanMessage({ content: [block] }))).rejects.toThrow(/cannot be given/);
  });
});

describe('a reply in the next request', () => {
  const replies: MockResponses = {
    'chat.complete': inTurn([thinking('Let me see.'), 'France won', citation(1), '.'], 'Yes.'),
    'chat.stream': inTurn([thinking('Let '), thinking('me see.'), 'France won', citation(1), '.'], ['Yes.']),
  };

  test.each(['invoke', 'stream'] as const)('is what the model wrote, by %s()', async (method) => {
    const { mock, model } = mockedChat(replies);
    const reply =
      method === 'invoke' ? await model.invoke('Who?') : await addedUp(await model.stream('Who?'));
    await model.invoke([new HumanMessage('Who?'), reply, new HumanMessage('Sure?')]);

    expect(mock.callsTo('chat.complete').at(-1)?.params.messages[1]).toEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Let me see.' }] },
        { type: 'text', text: 'France won' },
        { type: 'reference', reference_ids: [1] },
        { type: 'text', text: '.' },
      ],
    });
  });

  test('is the same from the standard format of LangChain 1', async () => {
    const { mock, model } = mockedChat(replies, { outputVersion: 'v1' });
    const reply = await model.invoke('Who?');
    await model.invoke([new HumanMessage('Who?'), reply, new HumanMessage('Sure?')]);

    expect(mock.callsTo('chat.complete').at(-1)?.params.messages[1]).toMatchObject({
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Let me see.' }] },
        { type: 'text', text: 'France won' },
        { type: 'reference', reference_ids: [1] },
        { type: 'text', text: '.' },
      ],
    });
  });

  test('keeps the signature of its own thinking, and of no other model’s', async () => {
    const thought = { type: 'reasoning', reasoning: 'Hm.', signature: 'abc' };
    const [, own, , other] = await sent(
      hi,
      new AIMessage({
        content: [thought, { type: 'text', text: 'A' }],
        response_metadata: { model_provider: 'mistral' },
      }),
      new HumanMessage('And?'),
      new AIMessage({
        content: [thought, { type: 'text', text: 'B' }],
        response_metadata: { model_provider: 'other' },
      }),
      new HumanMessage('And?'),
    );

    const words = [{ type: 'text', text: 'Hm.' }];
    expect(own).toHaveProperty('content.0', { type: 'thinking', thinking: words, signature: 'abc' });
    expect(other).toHaveProperty('content.0', { type: 'thinking', thinking: words });
  });

  test('has thinking that another provider keeps apart', async () => {
    const [, said] = await sent(
      hi,
      new AIMessage({ content: 'A', additional_kwargs: { reasoning_content: 'Hm.' } }),
      new HumanMessage('And?'),
    );

    expect(said).toMatchObject({
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
        { type: 'text', text: 'A' },
      ],
    });
  });
});
