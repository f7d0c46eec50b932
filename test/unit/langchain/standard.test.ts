/**
 * What `@langchain/standard-tests` asks of a chat model. That package is private to LangChain's repository and on no registry, so
 * these are its tests in our words, on the mock.
 */
import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import {
  AIMessage,
  AIMessageChunk,
  HumanMessage,
  SystemMessage,
  ToolMessage,
} from '@langchain/core/messages';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { RunnableLambda } from '@langchain/core/runnables';
import { StructuredTool, tool } from '@langchain/core/tools';
import { toJsonSchema } from '@langchain/core/utils/json_schema';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { toolCallsOf } from '../../../src/index.js';
import { ChatMistral, type ChatMistralOptions } from '../../../src/langchain/index.js';
import { inTurn, thinking, toolCall, usage, type MockResponses } from '../../../src/testing/index.js';
import { addedUp, mockedChat } from '../../helpers/langchain.js';

const adder = z
  .object({
    a: z.number().int().describe('The first integer'),
    b: z.number().int().describe('The second integer'),
  })
  .describe('Add two integers');

class AdderTool extends StructuredTool {
  name = 'AdderTool';
  description = 'Add two integers';
  schema = adder;

  async _call({ a, b }: z.infer<typeof adder>) {
    return JSON.stringify({ result: a + b });
  }
}

const sum = { a: 1, b: 2 };
const said = (text: string): MockResponses => ({ 'chat.complete': text, 'chat.stream': [text] });
const calling = (name: string, args: object = sum): MockResponses => ({
  'chat.complete': [toolCall(name, args)],
  'chat.stream': [toolCall(name, args)],
});
const prompt = ChatPromptTemplate.fromMessages([
  ['system', 'You are bad at math and must ALWAYS call the {toolName} function.'],
  ['human', 'What is the sum of 1 and 2?'],
]);

interface TracedOptions {
  readonly ls_structured_output_format: Readonly<Record<'schema' | 'kwargs', unknown>>;
}

/** Keeps what a run says about its options. */
class TracedOptionsOf extends BaseCallbackHandler {
  name = 'TracedOptionsOf';
  options: TracedOptions | undefined;

  override handleChatModelStart(
    ...given: Parameters<NonNullable<BaseCallbackHandler['handleChatModelStart']>>
  ) {
    this.options = given[4]?.options as TracedOptions;
  }
}

describe('the model', () => {
  test.each<[string, Partial<ChatMistralOptions>]>([
    ['the standard parameters', { temperature: 0, max_tokens: 100, stop: [], maxRetries: 2 }],
    ['a key', { apiKey: 'test' }],
    ['streaming', { streaming: true }],
  ])('is made with %s', (_, options) => {
    const model = new ChatMistral({ model: 'mistral-small-latest', ...options });

    expect(model.bindTools([new AdderTool()])).toBeDefined();
    expect(model.withStructuredOutput(adder)).toBeDefined();
  });

  test('tells LangSmith its provider, its name and its parameters', () => {
    const { model } = mockedChat({}, { temperature: 0, max_tokens: 100, stop: ['END'] });

    expect(model.getLsParams({})).toEqual({
      ls_provider: 'mistral',
      ls_model_name: 'mistral-small-latest',
      ls_model_type: 'chat',
      ls_temperature: 0,
      ls_max_tokens: 100,
      ls_stop: ['END'],
    });
  });
});

describe('a reply', () => {
  test('of invoke() is a message with text', async () => {
    const reply = await mockedChat(said('Hello!')).model.invoke('Hello');

    expect(reply).toBeInstanceOf(AIMessage);
    expect(reply.text).toBe('Hello!');
  });

  test('of stream() comes in message chunks with text', async () => {
    const { model } = mockedChat({ 'chat.stream': ['Hel', 'lo!'] });
    const texts: unknown[] = [];

    for await (const chunk of await model.stream('Hello')) {
      expect(chunk).toBeInstanceOf(AIMessageChunk);
      texts.push(chunk.content);
    }

    expect(texts).toEqual(['Hel', 'lo!', '']);
  });

  test('of batch() is one for each input', async () => {
    const replies = await mockedChat(said('Hello!')).model.batch(['Hello', 'Hey']);

    expect(replies.map(({ text }) => text)).toEqual(['Hello!', 'Hello!']);
  });

  test('is in the events of streamEvents(), from start to end', async () => {
    const { model } = mockedChat({ 'chat.stream': ['Hel', 'lo!'] });
    const events: { event: string; data: { chunk?: AIMessageChunk; output?: AIMessageChunk } }[] = [];

    for await (const event of model.streamEvents('Hello', { version: 'v2' })) events.push(event);

    expect(events.map(({ event }) => event)).toEqual([
      'on_chat_model_start',
      'on_chat_model_stream',
      'on_chat_model_stream',
      'on_chat_model_stream',
      'on_chat_model_end',
    ]);
    expect(events.map(({ data }) => data.chunk?.text ?? '').join('')).toBe('Hello!');
    expect(events.at(-1)?.data.output?.text).toBe('Hello!');
  });

  test.each([
    ['a conversation', [new HumanMessage('hello'), new AIMessage('hello'), new HumanMessage('how are you')]],
    [
      'messages of one role after another',
      [
        new SystemMessage('hello'),
        new SystemMessage('hello'),
        new HumanMessage('hello'),
        new HumanMessage('hello'),
        new AIMessage('hello'),
        new AIMessage('hello'),
        new HumanMessage('how are you'),
      ],
    ],
  ])('comes to %s', async (_, messages) => {
    const { mock, model } = mockedChat(said('Fine.'));

    expect((await model.invoke(messages)).text).toBe('Fine.');
    expect(mock.requests).toHaveLength(1);
  });

  const spent = usage({
    prompt_tokens: 10,
    completion_tokens: 5,
    total_tokens: 15,
    num_cached_tokens: 8,
    // No description of the API has it.
    ...({ completion_tokens_details: { reasoning_tokens: 3 } } as object),
  });

  test.each(['invoke', 'stream'] as const)(
    'has its usage and the name of its model after %s()',
    async (method) => {
      const { model } = mockedChat({ 'chat.complete': ['Hi', spent], 'chat.stream': ['Hi', spent] });
      const reply =
        method === 'invoke' ? await model.invoke('Hello') : await addedUp(await model.stream('Hello'));

      expect(reply.usage_metadata).toMatchObject({
        input_tokens: 10,
        output_tokens: 5,
        total_tokens: 15,
        input_token_details: { cache_read: 8 },
        output_token_details: { reasoning: 3 },
      });
      expect(reply.response_metadata).toMatchObject({
        model: 'mistral-small-latest',
        model_name: 'mistral-small-latest',
        model_provider: 'mistral',
        finish_reason: 'stop',
      });
    },
  );

  test('ends at the stop sequences of the call, or else of the model', async () => {
    const { mock, model } = mockedChat(said('Hi'), { stop: ['me'] });

    await model.invoke('hi', { stop: ['you'] });
    await model.invoke('hi');

    expect(mock.callsTo('chat.complete').map(({ params }) => params.stop)).toEqual([['you'], ['me']]);
  });

  test('is cached, and a cached one is not asked for again', async () => {
    const { mock, model } = mockedChat(said('Hello!'), { cache: true });
    const message = new HumanMessage({ content: [{ type: 'text', text: 'Hello there!' }] });

    const first = await model.invoke([message]);
    expect((await model.invoke([message])).text).toBe(first.text);
    expect(mock.requests).toHaveLength(1);
  });

  test('of another temperature is not that of the cache', async () => {
    const { mock, model } = mockedChat(said('Hello!'), { cache: true });

    await model.invoke('Unlike');
    await model.invoke('Unlike', { temperature: 1 });
    const other = mockedChat(said('Hello!'), { cache: true, temperature: 0.5 });
    await other.model.invoke('Unlike');

    expect(mock.requests).toHaveLength(2);
    expect(other.mock.requests).toHaveLength(1);
  });

  test('that thinks is text and a block of reasoning', async () => {
    const { model } = mockedChat({ 'chat.complete': [thinking('Hm.'), 'Yes.'] });
    const reply = await model.invoke('Hello');

    expect(reply.text).toBe('Yes.');
    expect(reply.contentBlocks).toEqual([
      { type: 'reasoning', reasoning: 'Hm.' },
      { type: 'text', text: 'Yes.' },
    ]);
  });
});

describe('a tool', () => {
  const runnable = RunnableLambda.from(() => 'nothing').asTool({
    name: 'math_addition',
    description: 'Add two integers',
    schema: adder,
  });
  const parameters = {
    type: 'object',
    properties: {
      a: expect.objectContaining({ type: 'integer' }),
      b: expect.objectContaining({ type: 'integer' }),
    },
    required: ['a', 'b'],
  };

  test.each([
    ['of a class', new AdderTool(), 'AdderTool'],
    ['of a runnable', runnable, 'math_addition'],
    [
      'in the form of OpenAI',
      {
        type: 'function',
        function: { name: 'math_addition', description: 'Add two integers', parameters: toJsonSchema(adder) },
      },
      'math_addition',
    ],
    [
      'without a function',
      { name: 'math_addition', description: 'Add two integers', schema: adder },
      'math_addition',
    ],
    [
      'with plain JSON Schema',
      { name: 'math_addition', description: 'Add two integers', schema: toJsonSchema(adder) },
      'math_addition',
    ],
  ])('%s is sent and called', async (_, given, name) => {
    const { mock, model } = mockedChat(calling(name));
    const reply = await prompt.pipe(model.bindTools([given])).invoke({ toolName: name });

    expect(reply.tool_calls).toEqual([{ type: 'tool_call', id: expect.any(String), name, args: sum }]);
    expect(mock.callsTo('chat.complete')[0]?.params.tools).toEqual([
      {
        type: 'function',
        function: { name, description: 'Add two integers', parameters: expect.objectContaining(parameters) },
      },
    ]);
  });

  test('is called in a stream, with the usage', async () => {
    const { model } = mockedChat(calling('AdderTool'));
    const reply = await addedUp(
      await prompt.pipe(model.bindTools([new AdderTool()])).stream({ toolName: 'AdderTool' }),
    );

    expect(reply.tool_calls).toMatchObject([{ name: 'AdderTool', args: sum }]);
    expect(reply.usage_metadata?.input_tokens).toBeGreaterThan(0);
    expect(reply.usage_metadata?.output_tokens).toBeGreaterThan(0);
  });

  test.each(['invoke', 'stream'] as const)(
    'may be called in parallel with another, by %s()',
    async (method) => {
      const both = [toolCall('weather', { city: 'Lyon' }), toolCall('time', { city: 'Nice' })];
      const { model } = mockedChat({ 'chat.complete': both, 'chat.stream': both });
      const city = z.object({ city: z.string() });
      const withTools = model.bindTools([
        tool(() => 'sunny', { name: 'weather', description: 'The weather', schema: city }),
        tool(() => 'noon', { name: 'time', description: 'The time', schema: city }),
      ]);
      const reply =
        method === 'invoke'
          ? await withTools.invoke('Both?')
          : await addedUp(await withTools.stream('Both?'));

      expect(reply.tool_calls).toMatchObject([
        { name: 'weather', args: { city: 'Lyon' } },
        { name: 'time', args: { city: 'Nice' } },
      ]);
    },
  );

  const called = { name: 'AdderTool', args: sum, id: 'abc123', type: 'tool_call' as const };

  test.each([
    ['as text', ''],
    [
      'as a list of blocks',
      [
        { type: 'text', text: 'some text' },
        { type: 'tool_use', id: 'abc123', name: 'AdderTool', input: sum },
      ],
    ],
  ])('that was called is in a history %s, with its result', async (_, content) => {
    const { mock, model } = mockedChat(said('3'));
    await model
      .bindTools([new AdderTool()])
      .invoke([
        new HumanMessage('What is 1 + 2'),
        new AIMessage({ content, tool_calls: [called] }),
        new ToolMessage('{"result":3}', 'abc123', 'AdderTool'),
      ]);

    const [, asked, result] = mock.callsTo('chat.complete')[0]!.params.messages;
    const id = expect.stringMatching(/^[a-zA-Z0-9]{9}$/);
    expect(asked).toMatchObject({ role: 'assistant', tool_calls: [{ id, function: { name: 'AdderTool' } }] });
    expect(asked).toHaveProperty('tool_calls.length', 1);
    expect(result).toEqual({
      role: 'tool',
      tool_call_id: toolCallsOf(asked)[0]!.id,
      name: 'AdderTool',
      content: '{"result":3}',
    });
  });

  test('may be in examples before the question', async () => {
    const { model } = mockedChat(said('7'));
    const reply = await model
      .bindTools([new AdderTool()])
      .invoke([
        new HumanMessage('What is 1 + 2'),
        new AIMessage({ content: '', tool_calls: [called] }),
        new ToolMessage('{"result":3}', 'abc123', 'AdderTool'),
        new AIMessage('{"result":3}'),
        new HumanMessage('What is 3 + 4'),
      ]);

    expect(reply.text).toBe('7');
  });

  test.each(['invoke', 'stream'] as const)(
    'goes round: its call and its result are the history of the next, by %s()',
    async (method) => {
      const first = [toolCall('get_weather', { location: 'Paris' })];
      const { model } = mockedChat({
        'chat.complete': inTurn(first, 'Sunny.'),
        'chat.stream': inTurn(first, ['Sunny.']),
      });
      const weather = tool(() => '20 degrees and sunny', {
        name: 'get_weather',
        description: 'The weather',
        schema: z.object({ location: z.string() }),
      });
      const withTools = model.bindTools([weather]);
      const ask = async (messages: (AIMessage | AIMessageChunk | HumanMessage | ToolMessage)[]) =>
        method === 'invoke' ? withTools.invoke(messages) : addedUp(await withTools.stream(messages));

      const question = new HumanMessage('What is the weather in Paris?');
      const asked = await ask([question]);
      const result = (await weather.invoke(asked.tool_calls![0]!)) as ToolMessage;
      const reply = await ask([question, asked, result]);

      expect(reply.content).toBe('Sunny.');
    },
  );
});

describe('structured output', () => {
  test.each([
    ['jsonSchema', { 'chat.complete': '{"a":1,"b":2}' }],
    ['functionCalling', calling('math_addition')],
    ['jsonMode', { 'chat.complete': '{"a":1,"b":2}' }],
  ])('by %s is a value, and the trace tells its schema', async (method, responses) => {
    const handler = new TracedOptionsOf();
    const { model } = mockedChat(responses);
    const chain = prompt.pipe(model.withStructuredOutput(adder, { name: 'math_addition', method }));

    expect(await chain.invoke({ toolName: 'math_addition' }, { callbacks: [handler] })).toEqual(sum);
    const { ls_structured_output_format } = handler.options!;
    const { schema, kwargs } = ls_structured_output_format;
    expect(kwargs).toEqual({ method });
    const { $schema: _, ...expected } = toJsonSchema(adder) as Record<string, unknown>;
    expect(schema).toEqual(expected);
  });

  test('comes with the message, if asked for', async () => {
    const { model } = mockedChat({ 'chat.complete': '{"a":1,"b":2}' });
    const { raw, parsed } = await model.withStructuredOutput(adder, { includeRaw: true }).invoke('1 + 2?');

    expect(raw).toBeInstanceOf(AIMessage);
    expect(parsed).toEqual(sum);
  });

  test('takes objects in objects, and one of any keys', async () => {
    const schema = z.object({
      decision: z.enum(['UseAPI', 'UseFallback']),
      apiDetails: z.object({ serviceName: z.string(), parameters: z.record(z.string(), z.unknown()) }),
    });
    const value = { decision: 'UseAPI', apiDetails: { serviceName: 'MyService', parameters: { a: 'b' } } };
    const { model } = mockedChat({ 'chat.complete': JSON.stringify(value) });

    expect(await model.withStructuredOutput(schema, { name: 'service_tool' }).invoke('Decide')).toEqual(
      value,
    );
  });
});

describe('content', () => {
  const png = 'iVBORw0KGgo=';
  const wav = 'UklGRigAAABXQVZF';
  const hello = 'SGVsbG8sIFdvcmxkIQ==';

  test.each<[string, Record<string, unknown> & { type: string }, unknown]>([
    ['text', { type: 'text', source_type: 'text', text: 'Hello' }, { type: 'text', text: 'Hello' }],
    [
      'an image by URL',
      { type: 'image', source_type: 'url', url: 'https://example.com/a.png' },
      { type: 'image_url', image_url: 'https://example.com/a.png' },
    ],
    [
      'an image as base64',
      { type: 'image', source_type: 'base64', data: png, mime_type: 'image/png' },
      { type: 'image_url', image_url: `data:image/png;base64,${png}` },
    ],
    [
      'an image as a data URL',
      { type: 'image', source_type: 'url', url: `data:image/png;base64,${png}` },
      { type: 'image_url', image_url: `data:image/png;base64,${png}` },
    ],
    [
      'audio by URL',
      { type: 'audio', source_type: 'url', url: 'https://example.com/a.mp3' },
      { type: 'input_audio', input_audio: 'https://example.com/a.mp3' },
    ],
    [
      'audio as base64',
      { type: 'audio', source_type: 'base64', data: wav, mime_type: 'audio/wav' },
      { type: 'input_audio', input_audio: wav },
    ],
    [
      'audio as a data URL',
      { type: 'audio', source_type: 'url', url: `data:audio/wav;base64,${wav}`, mime_type: 'audio/wav' },
      { type: 'input_audio', input_audio: wav },
    ],
    [
      'a text file as a data URL',
      { type: 'file', source_type: 'url', url: `data:text/plain;base64,${hello}`, mime_type: 'text/plain' },
      { type: 'text', text: 'Hello, World!' },
    ],
    [
      'a document by URL',
      {
        type: 'file',
        source_type: 'url',
        url: 'https://example.com/a.pdf',
        mime_type: 'application/pdf',
        metadata: { filename: 'a.pdf' },
      },
      { type: 'document_url', document_url: 'https://example.com/a.pdf', document_name: 'a.pdf' },
    ],
    [
      'a file as text',
      { type: 'file', source_type: 'text', text: 'Hello', metadata: { filename: 'hello.txt' } },
      { type: 'text', text: 'Hello' },
    ],
  ])('is sent: %s', async (_, block, expected) => {
    const { mock, model } = mockedChat(said('I see.'));
    await model.invoke([new HumanMessage({ content: [block] })]);

    expect(mock.callsTo('chat.complete')[0]?.params.messages).toEqual([
      { role: 'user', content: [expected] },
    ]);
  });
});
