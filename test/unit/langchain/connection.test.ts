import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';

import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import type { BindToolsInput } from '@langchain/core/language_models/chat_models';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';

import { AbortError, APIError, RateLimitError, StreamInterruptedError } from '../../../src/index.js';
import { ChatMistral, type ChatMistralOptions } from '../../../src/langchain/index.js';
import { createMockMistral, failWith, rateLimit, stall, truncateAfter } from '../../../src/testing/index.js';
import { client } from '../../helpers/api.js';
import { failureOf } from '../../helpers/failure-of.js';
import { mockedChat } from '../../helpers/langchain.js';

const adding = z.object({ a: z.number() });
const plain = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] };

describe('a request', () => {
  test('has the fields of the model, and over them those of the call', async () => {
    const { mock, model } = mockedChat(
      { 'chat.complete': 'Yes.' },
      { temperature: 0, max_tokens: 10, random_seed: 1, prompt_cache_key: 'chat-1', safe_prompt: true },
    );
    await model.invoke('Hi', { temperature: 1, model: 'mistral-large-latest', reasoning_effort: 'high' });

    expect(mock.callsTo('chat.complete')[0]?.params).toEqual({
      model: 'mistral-large-latest',
      messages: [{ role: 'user', content: 'Hi' }],
      temperature: 1,
      max_tokens: 10,
      random_seed: 1,
      prompt_cache_key: 'chat-1',
      safe_prompt: true,
      reasoning_effort: 'high',
      stream: undefined,
    });
  });

  test('takes any `response_format` of the API', async () => {
    const { mock, model } = mockedChat({ 'chat.complete': '{}' });
    const response_format = {
      type: 'json_schema',
      json_schema: { name: 'a', schema: { type: 'object' } },
    } as const;
    await model.withConfig({ response_format }).invoke('Hi');

    expect(mock.callsTo('chat.complete')[0]?.params.response_format).toEqual(response_format);
  });

  test.each([
    ['zod', z.object({ a: z.string() })],
    ['JSON Schema as zod writes it', z.toJSONSchema(z.object({ a: z.string() }))],
    ['JSON Schema', { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }],
  ])('has a strict `response_format` of %s as the API takes it', async (_, schema) => {
    const { mock, model } = mockedChat({ 'chat.complete': '{}' });
    // As agents of LangChain pass it.
    const response_format = {
      type: 'json_schema',
      json_schema: { name: 'a', strict: true, schema },
    } as object;
    await model.withConfig({ response_format }).invoke('Hi');

    expect(mock.callsTo('chat.complete')[0]?.params.response_format?.json_schema?.schema).toEqual({
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    });
  });

  test('of an agent with a structured reply is strict as far as the schemas allow it', async () => {
    const { mock, model } = mockedChat({ 'chat.complete': '{}' });
    const counts = z.object({ counts: z.record(z.string(), z.number()) });
    const tool = (name: string, schema: z.ZodObject) => ({ name, description: 'A tool', schema });
    // What `createAgent()` passes, whether anyone asked for strictness or not.
    const options = {
      response_format: { type: 'json_schema', json_schema: { name: 'a', strict: true, schema: counts } },
      ls_structured_output_format: { kwargs: { method: 'json_schema' }, schema: counts },
      strict: true,
    } as object;
    await model.bindTools([tool('add', adding), tool('count', counts)], options).invoke('Hi');

    expect(mock.callsTo('chat.complete')[0]!.params).toMatchObject({
      response_format: { json_schema: { strict: false, schema: { required: ['counts'] } } },
      tools: [
        { function: { name: 'add', strict: true, parameters: { additionalProperties: false } } },
        { function: { name: 'count', strict: false, parameters: { required: ['counts'] } } },
      ],
    });
  });

  test('has no tool that strict mode does not support, if that is asked for', () => {
    const schema = z.object({ counts: z.record(z.string(), z.number()) });

    expect(() =>
      mockedChat().model.bindTools([{ name: 'count', description: '', schema }], { strict: true }),
    ).toThrow(/The schema of the tool `count` .* is an object with arbitrary keys/);
  });

  test.each<[string, BindToolsInput]>([
    ['this API', { type: 'function', function: { name: 'add', parameters: z.toJSONSchema(adding) } }],
    ['this API, with zod', { type: 'function', function: { name: 'add', parameters: adding } }],
    [
      'a function',
      { name: 'add', parameters: { $schema: 'http://json-schema.org/draft-07/schema#', ...plain } },
    ],
    ['Anthropic', { name: 'add', input_schema: plain }],
  ])('has a tool in the form of %s as the API takes it', async (_, tool) => {
    const { mock, model } = mockedChat({ 'chat.complete': 'Yes.' });
    await model.bindTools([tool]).invoke('Hi');
    const [sent] = mock.callsTo('chat.complete')[0]!.params.tools as readonly {
      function: { parameters: object };
    }[];

    expect(sent).toMatchObject({ type: 'function', function: { name: 'add', parameters: plain } });
    expect(sent!.function.parameters).not.toHaveProperty('$schema');
    expect(Object.keys(sent!)).toEqual(['type', 'function']);
  });

  test.each([
    ['auto', 'auto'],
    ['any', 'any'],
    ['none', 'none'],
    ['required', 'required'],
    ['add', { type: 'function', function: { name: 'add' } }],
  ])('has the tool choice %s', async (given, expected) => {
    const { mock, model } = mockedChat({ 'chat.complete': 'Yes.' });
    const add = { name: 'add', description: 'Add', schema: { type: 'object', properties: {} } };
    await model.bindTools([add], { tool_choice: given, parallel_tool_calls: false }).invoke('Hi');

    expect(mock.callsTo('chat.complete')[0]?.params).toMatchObject({
      tool_choice: expected,
      parallel_tool_calls: false,
    });
  });

  test('has options of its own: headers, and fields that this package does not know', async () => {
    const { mock, model } = mockedChat(
      { 'chat.complete': 'Yes.' },
      { requestOptions: { headers: { 'x-affinity': 'a' } } },
    );
    await model.invoke('Hi', { requestOptions: { body: { metadata: { user: 'ada' } } } });

    expect(mock.requests[0]?.headers.get('x-affinity')).toBe('a');
    expect(mock.callsTo('chat.complete')[0]?.params.metadata).toEqual({ user: 'ada' });
  });

  test('waits for its turn by `maxConcurrency`', async () => {
    let running = 0;
    let most = 0;
    const { model } = mockedChat(
      {
        'chat.complete': async (_, example) => {
          most = Math.max(most, (running += 1));
          await setImmediate();
          running -= 1;
          return example;
        },
      },
      { maxConcurrency: 2 },
    );
    await model.batch(['a', 'b', 'c', 'd', 'e']);

    expect(most).toBe(2);
  });
});

describe('a misspelt option', () => {
  test.each<[object, string]>([
    [{ maxTokens: 1 }, 'max_tokens'],
    [{ topP: 1 }, 'top_p'],
    [{ modelName: 'a' }, 'model'],
    [{ stopSequences: [] }, 'stop'],
    [{ timeout: 60 }, 'requestOptions: { timeoutMs }'],
  ])('of %j is refused, with the right one', (options, meant) => {
    expect(() => new ChatMistral({ model: 'm', ...options })).toThrow(`Did you mean \`${meant}\`?`);
  });

  test('is not seen in what LangChain has', () => {
    const options: ChatMistralOptions = {
      model: 'm',
      callbacks: [],
      cache: false,
      tags: ['a'],
      metadata: { a: 1 },
      verbose: false,
      maxConcurrency: 1,
      maxRetries: 1,
      disableStreaming: false,
      outputVersion: 'v0',
      onFailedAttempt: () => {},
    };

    expect(() => new ChatMistral(options)).not.toThrow();
  });

  test('is not a missing model', () => {
    expect(() => new ChatMistral({} as ChatMistralOptions)).toThrow('`model` is missing');
  });
});

describe('a failure', () => {
  test.each(['invoke', 'stream'] as const)('of the API is its error, unchanged, by %s()', async (method) => {
    const failing = rateLimit();
    const { mock, model } = mockedChat({ 'chat.complete': failing, 'chat.stream': failing });
    const error = await failureOf(model[method]('Hi'));

    expect(error).toBeInstanceOf(RateLimitError);
    expect(APIError.isInstance(error) && error.status).toBe(429);
    // What LangChain would add.
    expect(error).not.toHaveProperty('rateLimitType');
    expect(mock.requests).toHaveLength(1);
  });

  test.each([
    ['of the client', {}, { maxRetries: 1 }, {}, 2],
    ['of the model', { maxRetries: 3 }, { maxRetries: 1 }, {}, 4],
    ['of the call', { maxRetries: 3 }, {}, { maxRetries: 0 }, 1],
  ])(
    'is retried by the client alone, as often as `maxRetries` %s says',
    async (_, ofModel, ofClient, ofCall, count) => {
      const mock = createMockMistral({ 'chat.complete': failWith(503, { times: 100 }) });
      const mistral = client({ fetch: mock.fetch, retry: { initialDelayMs: 0, maxDelayMs: 0 }, ...ofClient });
      const model = new ChatMistral({ client: mistral, model: 'm', ...ofModel });

      await expect(model.invoke('Hi', ofCall)).rejects.toMatchObject({ status: 503 });
      expect(mock.requests).toHaveLength(count);
    },
  );

  test('in the midst of a stream is an error with what had arrived, and no short reply', async () => {
    const { model } = mockedChat({ 'chat.stream': truncateAfter({ parts: 2 }, ['Bon', 'jour', ' !']) });
    const texts: string[] = [];
    const error = await failureOf(
      (async () => {
        for await (const chunk of await model.stream('Hi')) texts.push(chunk.text);
      })(),
    );

    expect(texts.join('')).not.toBe('');
    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect(error).toMatchObject({ partial: { choices: [{ message: { content: texts.join('') } }] } });
  });

  test('is told to callbacks', async () => {
    const told: unknown[] = [];
    const { model } = mockedChat({ 'chat.complete': failWith(401) });
    const callbacks = [BaseCallbackHandler.fromMethods({ handleLLMError: (error) => void told.push(error) })];

    const error = await failureOf(model.invoke('Hi', { callbacks }));
    expect(told).toEqual([error]);
  });
});

describe('an abort', () => {
  test('before the response is an AbortError, with its reason as the cause', async () => {
    const controller = new AbortController();
    const { mock, model } = mockedChat({ 'chat.complete': stall() });
    const failure = failureOf(model.invoke('Hi', { signal: controller.signal }));
    controller.abort(new Error('Enough'));
    const error = await failure;

    expect(error).toBeInstanceOf(AbortError);
    expect(error).toMatchObject({ name: 'AbortError', cause: { message: 'Enough' } });
    expect(mock.requests.length).toBeLessThanOrEqual(1);
  });

  test('while the call waits for its turn does not wait for it', async () => {
    const controller = new AbortController();
    const { mock, model } = mockedChat({ 'chat.complete': stall() }, { maxConcurrency: 1 });
    const other = new AbortController();
    const first = failureOf(model.invoke('a', { signal: other.signal }));
    const second = failureOf(model.invoke('b', { signal: controller.signal }));
    controller.abort();

    expect(await second).toBeInstanceOf(AbortError);
    other.abort();
    await first;
    expect(mock.requests.length).toBeLessThanOrEqual(1);
  });

  test('in the midst of a stream ends it, and the request', async () => {
    const controller = new AbortController();
    const { mock, model } = mockedChat({ 'chat.stream': stall({ after: { parts: 1 } }, ['Bon', 'jour']) });
    const error = await failureOf(
      (async () => {
        for await (const chunk of await model.stream('Hi', { signal: controller.signal }))
          if (chunk.text !== '') controller.abort();
      })(),
    );

    expect(error).toMatchObject({ name: 'AbortError' });
    expect(mock.callsTo('chat.stream')[0]?.cancelled).toBe(true);
  });

  test('by a break out of a stream cancels the request', async () => {
    const { mock, model } = mockedChat({ 'chat.stream': ['Bon', 'jour'] });
    for await (const chunk of await model.stream('Hi')) if (chunk.text !== '') break;

    expect(mock.callsTo('chat.stream')[0]?.cancelled).toBe(true);
  });
});

describe('a key', () => {
  const apiKey = 'key-that-nobody-may-see-0123456789';
  const seen = (value: unknown) =>
    [JSON.stringify(value), inspect(value, { depth: 10, showHidden: true })].join();

  test('is in no form of the model', () => {
    const model = new ChatMistral({
      model: 'm',
      apiKey,
      requestOptions: { headers: { authorization: apiKey } },
    });
    const bound = model.bindTools([
      { name: 'a', description: 'A', schema: { type: 'object', properties: {} } },
    ]);

    expect(seen(model)).not.toContain(apiKey);
    expect(seen(bound)).not.toContain(apiKey);
    expect(seen(model.invocationParams())).not.toContain(apiKey);
  });

  test('is in no trace', async () => {
    const traced: unknown[] = [];
    const mock = createMockMistral({ 'chat.complete': 'Yes.' });
    const model = new ChatMistral({
      model: 'm',
      client: client({ apiKey, fetch: mock.fetch }),
      callbacks: [
        BaseCallbackHandler.fromMethods({
          handleChatModelStart: (...given) => void traced.push(given),
          handleLLMEnd: (...given) => void traced.push(given),
        }),
      ],
    });
    await model.invoke('Hi');

    expect(mock.requests[0]?.headers.get('authorization')).toBe(`Bearer ${apiKey}`);
    expect(traced).toHaveLength(2);
    expect(seen(traced)).not.toContain(apiKey);
  });

  test('is not what LangChain needs to serialize the model, with the fields of its constructor', () => {
    const model = new ChatMistral({ model: 'm', temperature: 0, apiKey });

    expect(JSON.parse(JSON.stringify(model))).toEqual({
      lc: 1,
      type: 'constructor',
      id: ['langchain', 'chat_models', 'mistral', 'ChatMistral'],
      kwargs: { model: 'm', temperature: 0 },
    });
  });

  test('is read from the environment, or given with the server', async () => {
    const mock = createMockMistral({ 'chat.complete': 'Yes.' });
    const { fetch } = globalThis;
    globalThis.fetch = mock.fetch;
    try {
      await new ChatMistral({ model: 'm', apiKey, baseURL: 'https://proxy.example' }).invoke('Hi');
    } finally {
      globalThis.fetch = fetch;
    }

    expect(mock.requests[0]?.url).toBe('https://proxy.example/v1/chat/completions');
    expect(mock.requests[0]?.headers.get('authorization')).toBe(`Bearer ${apiKey}`);
  });
});
