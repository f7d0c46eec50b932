import * as ai6 from 'ai';
import * as ai7 from 'ai-7';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';

import { createMistral } from '../../../src/ai-sdk/index.js';
import type { ChatCompletionRequest } from '../../../generated/types.gen.js';
import {
  citation,
  failWith,
  inTurn,
  stall,
  thinking,
  toolCall,
  truncateAfter,
  usage,
} from '../../../src/testing/index.js';
import { mockedProvider } from '../../helpers/ai-sdk.js';
import { failureOf } from '../../helpers/failure-of.js';
import { answer, scripted } from '../../helpers/scripted.js';

const global = globalThis as { AI_SDK_LOG_WARNINGS?: boolean };

beforeAll(() => {
  global.AI_SDK_LOG_WARNINGS = false;
});

afterAll(() => {
  delete global.AI_SDK_LOG_WARNINGS;
});

const model = 'mistral-small-latest';
const prompt = 'How warm is it in Lyon?';

// Both versions have all that is used here, under the same names.
const versions = [
  ['6', ai6],
  ['7', ai7 as object as typeof ai6],
] as const;

describe.each(versions)('AI SDK %s', (_, ai) => {
  const weather = ai.tool({
    description: 'The weather in a city, now',
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => ({ city, celsius: 21 }),
  });

  const callingOnce = [thinking('Let me see.'), 'I look.', toolCall('weather', { city: 'Lyon' })];

  test('generateText() has text, thinking, sources and usage', async () => {
    const { provider } = mockedProvider({
      'chat.complete': [
        thinking('Hm.'),
        'Warm',
        citation(1),
        '.',
        usage({ prompt_tokens: 400, num_cached_tokens: 300 }),
      ],
    });

    const result = await ai.generateText({ model: provider(model), prompt });

    expect(result.text).toBe('Warm.');
    expect(result.reasoningText).toBe('Hm.');
    expect(result.sources).toMatchObject([{ sourceType: 'document', id: '1' }]);
    expect(result.finishReason).toBe('stop');
    expect(result.usage).toMatchObject({
      inputTokens: 400,
      inputTokenDetails: { cacheReadTokens: 300, noCacheTokens: 100 },
    });
    expect(result.response.id).toMatch(/^cmpl-/);
  });

  test('generateText() runs tools, and replays thinking and calls as they were, with one key of the cache', async () => {
    const { mock, provider } = mockedProvider({ 'chat.complete': inTurn(callingOnce, '21 degrees') });

    const result = await ai.generateText({
      model: provider(model),
      prompt,
      tools: { weather },
      stopWhen: ai.stepCountIs(3),
    });

    expect(result.text).toBe('21 degrees');
    expect(result.steps).toHaveLength(2);
    const [first, second] = mock
      .callsTo('chat.complete')
      .map(({ params }) => params as ChatCompletionRequest);
    const id = expect.stringMatching(/^[a-zA-Z0-9]{9}$/) as string;
    expect(second!.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'Let me see.' }] },
          { type: 'text', text: 'I look.' },
        ],
        tool_calls: [{ id, type: 'function', function: { name: 'weather', arguments: '{"city":"Lyon"}' } }],
      },
      { role: 'tool', name: 'weather', tool_call_id: id, content: '{"city":"Lyon","celsius":21}' },
    ]);
    expect(second!.prompt_cache_key).toBe(first!.prompt_cache_key);
  });

  test('streamText() streams text, thinking and the input of tools, and runs them', async () => {
    const { provider } = mockedProvider({ 'chat.stream': inTurn(callingOnce, ['21', ' degrees']) });

    const { fullStream } = ai.streamText({
      model: provider(model),
      prompt,
      tools: { weather },
      stopWhen: ai.stepCountIs(3),
    });
    const types: string[] = [];
    for await (const part of fullStream) types.push(part.type);

    expect(types.join(' ').split(/ (?=start-step)/)).toEqual([
      'start',
      'start-step reasoning-start reasoning-delta reasoning-end text-start text-delta text-end tool-input-start tool-input-delta tool-input-end tool-call tool-result finish-step',
      'start-step text-start text-delta text-delta text-end finish-step finish',
    ]);
  });

  test('streamText() can be aborted, and the request ends with it', async () => {
    const { mock, provider } = mockedProvider({
      'chat.stream': stall({ after: { events: 3 } }, ['Bon', 'jour']),
    });
    const controller = new AbortController();
    const onAbort = vi.fn();
    const onError = vi.fn();

    const { fullStream } = ai.streamText({
      model: provider(model),
      prompt,
      abortSignal: controller.signal,
      onAbort,
      onError,
    });
    const types = [];
    for await (const part of fullStream) {
      types.push(part.type);
      if (part.type === 'text-delta') controller.abort();
    }

    expect(types.at(-1)).toBe('abort');
    expect(onAbort).toHaveBeenCalledOnce();
    expect(onError).not.toHaveBeenCalled();
    expect(mock.calls[0]!.cancelled).toBe(true);
  });

  test('streamText() tells of a broken stream by `onError`, and finishes for that reason', async () => {
    const { provider } = mockedProvider({
      'chat.stream': truncateAfter({ events: 2 }, ['Bon', 'jour', ' !']),
    });
    const onError = vi.fn();

    const result = ai.streamText({ model: provider(model), prompt, onError });

    expect(await result.finishReason).toBe('error');
    expect(onError).toHaveBeenCalledExactlyOnceWith({
      error: expect.objectContaining({ message: expect.stringMatching(/cut off/) }),
    });
  });

  test('a failed call is an APICallError, and is not retried again', async () => {
    const { mistral, fetch } = scripted([answer(503, {}, { message: 'Overloaded' })]);

    const failure = await failureOf(
      ai.generateText({ model: createMistral(mistral)(model), prompt, maxRetries: 5 }),
    );

    expect(ai.APICallError.isInstance(failure)).toBe(true);
    expect(failure).toMatchObject({ statusCode: 503 });
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  test('generateObject() and `Output.object()` have an object that fits the schema', async () => {
    const { mock, provider } = mockedProvider({ 'chat.complete': '{"name":"Ada","born":1815}' });
    const schema = z.object({ name: z.string(), born: z.number().optional() });

    const { object } = await ai.generateObject({ model: provider(model), prompt, schema });
    const { output } = await ai.generateText({
      model: provider(model),
      prompt,
      output: ai.Output.object({ schema }),
    });

    expect(object).toEqual({ name: 'Ada', born: 1815 });
    expect(output).toEqual(object);
    for (const { params } of mock.callsTo('chat.complete'))
      expect(params.response_format).toMatchObject({
        type: 'json_schema',
        json_schema: { strict: true, schema: { required: ['name'], additionalProperties: false } },
      });
  });

  test('streamObject() has the object as it grows', async () => {
    const { provider } = mockedProvider({ 'chat.stream': ['{"name":"A', 'da"}'] });

    const { partialObjectStream, object } = ai.streamObject({
      model: provider(model),
      prompt,
      schema: z.object({ name: z.string() }),
    });
    const partial = [];
    for await (const each of partialObjectStream) partial.push(each);

    expect(partial).toEqual([{ name: 'A' }, { name: 'Ada' }]);
    expect(await object).toEqual({ name: 'Ada' });
  });

  test('files of a prompt arrive as the API has them: those behind URLs as URLs', async () => {
    const { mock, provider } = mockedProvider({ 'chat.complete': 'A cat' });

    await ai.generateText({
      model: provider(model),
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'file', mediaType: 'image/png', data: new URL('https://example.com/a.png') },
            { type: 'file', mediaType: 'application/pdf', data: new URL('https://example.com/a.pdf') },
            { type: 'file', mediaType: 'image/png', data: 'data:image/png;base64,AQID' },
            {
              type: 'file',
              mediaType: 'application/pdf',
              filename: 'a.pdf',
              data: new Uint8Array([1, 2, 3]),
            },
          ],
        },
      ],
    });

    expect(mock.callsTo('chat.complete')[0]!.params.messages[0]!.content).toEqual([
      { type: 'text', text: 'Look' },
      { type: 'image_url', image_url: 'https://example.com/a.png' },
      { type: 'document_url', document_url: 'https://example.com/a.pdf' },
      { type: 'image_url', image_url: 'data:image/png;base64,AQID' },
      { type: 'document_url', document_url: 'data:application/pdf;base64,AQID', document_name: 'a.pdf' },
    ]);
  });

  test('pictures in the result of a tool reach the model', async () => {
    const { mock, provider } = mockedProvider({ 'chat.complete': inTurn([toolCall('look', {})], 'A cat') });
    const look = ai.tool({
      inputSchema: z.object({}),
      execute: () => 'AQID',
      toModelOutput: ({ output }: { output: string }) => ({
        type: 'content',
        value: [{ type: 'file-data', data: output, mediaType: 'image/png' }],
      }),
    });

    await ai.generateText({ model: provider(model), prompt, tools: { look }, stopWhen: ai.stepCountIs(2) });

    expect(mock.callsTo('chat.complete')[1]!.params.messages.at(-1)).toMatchObject({
      role: 'tool',
      content: [{ type: 'image_url', image_url: 'data:image/png;base64,AQID' }],
    });
  });

  test('embed() and embedMany() have vectors and usage', async () => {
    const { mock, provider } = mockedProvider();

    const one = await ai.embed({ model: provider.embedding('mistral-embed'), value: 'a' });
    const many = await ai.embedMany({
      model: provider.embeddingModel('mistral-embed'),
      values: Array.from({ length: 300 }, String),
    });

    expect(one.embedding.length).toBeGreaterThan(1);
    expect(many.embeddings).toHaveLength(300);
    expect(many.usage.tokens).toBeGreaterThan(0);
    expect(mock.callsTo('embeddings.create')).toHaveLength(11);
  });

  test('transcribe and generateSpeech() have what they ask for', async () => {
    const { provider } = mockedProvider({
      'audio.transcriptions.complete': {
        model: 'voxtral-mini-2507',
        text: 'Two coffees',
        language: 'en',
        segments: [],
        usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, prompt_audio_seconds: 2 },
      },
      'audio.speech.complete': { audio_data: 'AQID' },
    });

    const transcript = await ai.experimental_transcribe({
      model: provider.transcription('voxtral-mini-latest'),
      audio: new Uint8Array([1, 2, 3]),
    });
    const speech = await ai.experimental_generateSpeech({
      model: provider.speech('voxtral-mini-tts-latest'),
      text: 'Hello',
    });

    expect(transcript).toMatchObject({ text: 'Two coffees', language: 'en', durationInSeconds: 2 });
    expect(speech.audio.uint8Array).toEqual(new Uint8Array([1, 2, 3]));
  });

  test('the stream for `useChat` is read by the transport of a page, with all that the model said', async () => {
    const { mock, provider } = mockedProvider({
      'chat.stream': inTurn(callingOnce, ['It is ', citation(1), '21.']),
    });
    /** A route of a server. */
    const respond = async (init: RequestInit | undefined) => {
      const { messages } = JSON.parse(init!.body as string) as { messages: ai6.UIMessage[] };
      const result = ai.streamText({
        model: provider(model),
        messages: await ai.convertToModelMessages(messages),
        tools: { weather },
        stopWhen: ai.stepCountIs(3),
      });
      return result.toUIMessageStreamResponse({ sendSources: true });
    };
    const transport = new ai.DefaultChatTransport({
      api: 'https://app.example/api/chat',
      fetch: async (_url, init) => respond(init),
    });
    const send = async (messages: ai6.UIMessage[]) => {
      const stream = await transport.sendMessages({
        chatId: '1',
        messageId: undefined,
        messages,
        trigger: 'submit-message',
        abortSignal: undefined,
      });
      let last: ai6.UIMessage | undefined;
      for await (const message of ai.readUIMessageStream({ stream })) last = message;
      return last!;
    };
    const question: ai6.UIMessage = { id: '1', role: 'user', parts: [{ type: 'text', text: prompt }] };

    const reply = await send([question]);

    expect(reply.parts).toMatchObject([
      { type: 'step-start' },
      { type: 'reasoning', text: 'Let me see.', state: 'done' },
      { type: 'text', text: 'I look.', state: 'done' },
      {
        type: 'tool-weather',
        state: 'output-available',
        input: { city: 'Lyon' },
        output: { city: 'Lyon', celsius: 21 },
      },
      { type: 'step-start' },
      { type: 'text', text: 'It is 21.', state: 'done' },
      { type: 'source-document', sourceId: '1' },
    ]);

    // What the page sends back with the next question is a history that the API takes.
    await send([question, reply, { ...question, id: '2' }]);
    expect(mock.callsTo('chat.stream').at(-1)!.params.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: [{ type: 'thinking' }, { type: 'text' }], tool_calls: [{}] },
      { role: 'tool' },
      { role: 'assistant', content: 'It is 21.' },
      { role: 'user' },
    ]);
  });

  test('an error in the stream for `useChat` reaches the page as one', async () => {
    const { provider } = mockedProvider({ 'chat.stream': failWith(429) });
    const result = ai.streamText({ model: provider(model), prompt, onError: () => {} });

    const text = await result.toUIMessageStreamResponse({ onError: (error) => (error as Error).name }).text();

    expect(text).toContain('{"type":"error","errorText":"MistralCallError"}');
  });

  test('settings and provider options reach the API, and what it does not have gives a warning', async () => {
    const { mock, provider } = mockedProvider();

    const { warnings } = await ai.generateText({
      model: provider(model),
      prompt,
      temperature: 0.3,
      topK: 4,
      providerOptions: { mistral: { safePrompt: true, promptCacheKey: 'chat-1' } },
    });

    expect(mock.callsTo('chat.complete')[0]!.params).toMatchObject({
      temperature: 0.3,
      safe_prompt: true,
      prompt_cache_key: 'chat-1',
    });
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'topK' }]);
  });

  test('middleware and a registry take the models', async () => {
    const { provider } = mockedProvider({ 'chat.complete': '<think>Hm</think>Yes' });
    const registry = ai.createProviderRegistry({ mistral: provider });

    const wrapped = ai.wrapLanguageModel({
      model: registry.languageModel(`mistral:${model}`),
      middleware: ai.extractReasoningMiddleware({ tagName: 'think' }),
    });

    expect(await ai.generateText({ model: wrapped, prompt })).toMatchObject({
      text: 'Yes',
      reasoningText: 'Hm',
    });
  });
});

test('parts that only the AI SDK 7 has are no tool calls, and files in results of tools reach the model', async () => {
  const { mock, provider } = mockedProvider();
  const call = { toolCallId: 'abcdefghi', toolName: 'read' };

  const { text } = await ai7.generateText({
    model: provider(model),
    messages: [
      { role: 'user', content: 'Read it' },
      {
        role: 'assistant',
        content: [
          { type: 'custom', kind: 'openai.compaction' },
          { type: 'reasoning-file', data: new Uint8Array([1]), mediaType: 'image/png' },
          { type: 'tool-call', ...call, input: {} },
        ],
      },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            ...call,
            output: {
              type: 'content',
              value: [{ type: 'file', mediaType: 'text/plain', data: { type: 'text', text: 'It says A.' } }],
            },
          },
        ],
      },
    ],
  });

  // The mock holds each request against the API's rules.
  expect(text).not.toBe('');
  expect(mock.callsTo('chat.complete')[0]!.params.messages).toMatchObject([
    { role: 'user' },
    { role: 'assistant', tool_calls: [{ function: { name: 'read' } }] },
    { role: 'tool', content: 'It says A.' },
  ]);
});

test('`reasoning` of the AI SDK 7 is the effort of the model', async () => {
  const { mock, provider } = mockedProvider();

  await ai7.generateText({ model: provider(model), prompt, reasoning: 'high' });

  expect(mock.callsTo('chat.complete')[0]!.params.reasoning_effort).toBe('high');
});
