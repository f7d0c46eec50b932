import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';

import type {
  AssistantMessage,
  ChatCompletionChoice,
  ChatCompletionResponse,
  CompletionChunk,
} from '../../../generated/types.gen.js';
import {
  AbortError,
  APIError,
  ArgumentError,
  MistralError,
  StreamInterruptedError,
} from '../../../src/index.js';
import {
  jsonSchema,
  ParsedStream,
  responseFormat,
  structured,
  StructuredOutputError,
  type Schema,
} from '../../../src/structured/index.js';
import { createMockMistral, type MockResponses } from '../../../src/testing/index.js';
import { client } from '../../helpers/api.js';
import { collect } from '../../helpers/collect.js';
import { failureOf } from '../../helpers/failure-of.js';

const Book = z.object({ title: z.string(), authors: z.array(z.object({ name: z.string() })) });
const book = { title: 'Candide', authors: [{ name: 'Voltaire' }] };
const params = {
  model: 'mistral-small-latest',
  messages: [{ role: 'user' as const, content: 'Which book?' }],
};

const wire = {
  type: 'json_schema',
  json_schema: {
    name: 'response',
    schema: {
      type: 'object',
      properties: {
        title: { type: 'string' },
        authors: {
          type: 'array',
          items: {
            type: 'object',
            properties: { name: { type: 'string' } },
            required: ['name'],
            additionalProperties: false,
          },
        },
      },
      required: ['title', 'authors'],
      additionalProperties: false,
    },
    strict: true,
  },
};

type Said = Partial<AssistantMessage> & { finish_reason?: string };

const choiceOf = ({ finish_reason = 'stop', ...message }: Said, index = 0): ChatCompletionChoice => ({
  index,
  finish_reason,
  message: { role: 'assistant', ...message },
});

const completionOf = (...said: Said[]): ChatCompletionResponse => ({
  id: 'cmpl-1',
  object: 'chat.completion',
  model: 'mistral-small-latest',
  created: 1,
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  choices: said.map(choiceOf),
});

/** The chunks of a reply whose text comes in these pieces. */
const chunksOf = (
  pieces: readonly AssistantMessage['content'][],
  finish_reason = 'stop',
): CompletionChunk[] => [
  ...pieces.map((content): CompletionChunk => ({
    id: 'cmpl-1',
    model: 'mistral-small-latest',
    choices: [{ index: 0, delta: { content: content! }, finish_reason: null }],
  })),
  {
    id: 'cmpl-1',
    model: 'mistral-small-latest',
    choices: [{ index: 0, delta: { content: '' }, finish_reason }],
  },
];

function talk(answers: MockResponses) {
  const mock = createMockMistral(answers);
  const mistral = client({ fetch: mock.fetch });
  return { mock, chat: structured(mistral.chat), agents: structured(mistral.agents) };
}

const replying = (said: Said) => talk({ 'chat.complete': completionOf(said) }).chat;
const streaming = (pieces: readonly string[], finish_reason?: string) =>
  talk({ 'chat.stream': chunksOf(pieces, finish_reason) });

const tool = { id: 'D681PevKs', function: { name: 'search', arguments: '{}' } };

describe('a parsed completion', () => {
  test('is what the reply says, with the message and the whole completion', async () => {
    const { mock, chat } = talk({ 'chat.complete': completionOf({ content: JSON.stringify(book) }) });

    const { parsed, message, choices, completion } = await chat.parse({ ...params, response_format: Book });

    expect(parsed).toEqual(book);
    expect(message).toEqual({ role: 'assistant', content: JSON.stringify(book) });
    expect(choices).toEqual([{ ...completion.choices[0], parsed: book }]);
    expect(completion).toEqual(completionOf({ content: JSON.stringify(book) }));
    expect(mock.requests.map(({ body }) => body)).toEqual([
      { ...params, response_format: wire, stream: false },
    ]);
  });

  test('is the same of an agent', async () => {
    const { mock, agents } = talk({ 'agents.complete': completionOf({ content: JSON.stringify(book) }) });

    const { parsed } = await agents.parse({
      agent_id: 'ag_1',
      messages: params.messages,
      response_format: responseFormat(Book, { name: 'book' }),
    });

    expect(parsed).toEqual(book);
    expect(mock.requests[0]?.body).toMatchObject({ response_format: { json_schema: { name: 'book' } } });
  });

  test('comes with its response', async () => {
    const chat = replying({ content: '{"title":"x","authors":[]}' });
    const call = await chat.parse({ ...params, response_format: Book }).withResponse();
    expect(call).toMatchObject({
      data: { parsed: { title: 'x' } },
      requestId: '00000000-0000-4000-8000-000000000001',
      attempts: 1,
    });
  });

  test('can be had as its raw response, unread', async () => {
    const chat = replying({ content: 'no JSON' });
    const response = await chat.parse({ ...params, response_format: Book }).asResponse();
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'no JSON' } }] });
  });

  test('is sent once, also if nobody waits for it', async () => {
    const { mock, chat } = talk({ 'chat.complete': completionOf({ content: JSON.stringify(book) }) });
    const call = chat.parse({ ...params, response_format: Book });
    await vi.waitFor(() => expect(mock.requests).toHaveLength(1));
    expect((await call).parsed).toEqual((await call).parsed);
    expect(mock.requests).toHaveLength(1);
  });

  test('reads the text alone where a model also thinks', async () => {
    const chat = replying({
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: '{"title":' }] },
        { type: 'text', text: '{"title":"Candide",' },
        { type: 'text', text: '"authors":[]}' },
      ],
    });
    const { parsed } = await chat.parse({ ...params, response_format: Book });
    expect(parsed).toEqual({ title: 'Candide', authors: [] });
  });

  test('reads each of more than one choice', async () => {
    const said = ['a', 'b'].map((title) => ({ content: JSON.stringify({ title, authors: [] }) }));
    const { chat } = talk({ 'chat.complete': completionOf(...said) });
    const { parsed, choices } = await chat.parse({ ...params, n: 2, response_format: Book });
    expect(parsed.title).toBe('a');
    expect(choices.map((choice) => choice.parsed.title)).toEqual(['a', 'b']);
  });

  test('is checked by a library that takes its time, and transformed', async () => {
    const chat = replying({ content: '{"year":"1759"}' });
    const schema = z.object({ year: z.string().transform(async (text) => Number(text)) });
    const { parsed } = await chat.parse({ ...params, response_format: schema });
    expect(parsed).toEqual({ year: 1759 });
  });

  test('is whatever JSON it is for plain JSON Schema', async () => {
    const chat = replying({ content: '{"other":1}' });
    const schema = { type: 'object', properties: {} };
    const { parsed } = await chat.parse({ ...params, response_format: schema });
    expect(parsed).toEqual({ other: 1 });
    const typed = await chat.parse({ ...params, response_format: jsonSchema<{ other: number }>(schema) });
    expect(typed.parsed.other).toBe(1);
  });
});

describe('a reply that is not what was asked for is an error', () => {
  const cut = 'The reply was truncated at a token limit: raise `max_tokens`, or ask for less';

  test.each<[string, Said, string, string]>([
    ['cut by its limit', { content: '{"title":"Can', finish_reason: 'length' }, 'length', cut],
    ['cut by the model’s limit', { content: '{"title":"Can', finish_reason: 'model_length' }, 'length', cut],
    [
      'failed',
      { content: '{"ti', finish_reason: 'error' },
      'failed',
      'The reply failed while the model wrote it',
    ],
    ['of nothing', { content: '' }, 'empty', 'The reply is empty'],
    ['of `null`', { content: null }, 'empty', 'The reply is empty'],
    [
      'of thinking alone',
      { content: [{ type: 'thinking', thinking: [{ type: 'text', text: '{}' }] }] },
      'empty',
      'The reply is empty',
    ],
    [
      'that calls tools',
      { content: '', tool_calls: [tool], finish_reason: 'tool_calls' },
      'tool-calls',
      'The reply calls tools',
    ],
    [
      'that calls tools and stops',
      { content: '{}', tool_calls: [tool] },
      'tool-calls',
      'The reply calls tools',
    ],
    [
      'that is a refusal',
      { content: 'I cannot help.' },
      'not-json',
      'The reply is not JSON, but text: the model may have refused',
    ],
    ['that breaks off', { content: '{"title":' }, 'not-json', 'The reply is not JSON: it is truncated'],
    [
      'that does not fit',
      { content: '{"title":1,"authors":[{}]}' },
      'mismatch',
      'The reply does not fit the schema: title: Invalid input: expected string, received number; authors.0.name: ',
    ],
  ])('%s', async (_, said, reason, message) => {
    const failure = await failureOf(replying(said).parse({ ...params, response_format: Book }));

    expect(failure).toBeInstanceOf(StructuredOutputError);
    expect(failure).toBeInstanceOf(MistralError);
    expect(failure).toMatchObject({ name: 'StructuredOutputError', reason, retryable: false });
    expect((failure as Error).message).toContain(message);
  });

  test('with the text, the issues and the completion', async () => {
    const said = { content: '{"title":1,"authors":[]}' };
    const failure = await failureOf(replying(said).parse({ ...params, response_format: Book }));
    expect(failure).toMatchObject({
      text: said.content,
      response: completionOf(said),
      issues: [{ path: ['title'], message: expect.stringContaining('expected string') }],
    });
  });

  test('which shows neither text nor completion where it is logged', async () => {
    const said = { content: '{"secret":1' };
    const failure = await failureOf(replying(said).parse({ ...params, response_format: Book }));
    expect(Object.keys(failure as object)).not.toContain('text');
    expect(Object.keys(failure as object)).not.toContain('response');
    expect((failure as Error).cause).toBeInstanceOf(SyntaxError);
  });

  test('which names the first of many issues', async () => {
    const authors = Array.from({ length: 9 }, () => ({}));
    const said = { content: JSON.stringify({ title: 'x', authors }) };
    const failure = await failureOf(replying(said).parse({ ...params, response_format: Book }));
    expect((failure as Error).message).toMatch(/authors\.2\.name: .* \(and 6 more\)$/);
    expect(failure).toMatchObject({ issues: { length: 9 } });
  });

  test.each([completionOf(), {} as ChatCompletionResponse])(
    'if there is no choice: %j',
    async (completion) => {
      const { chat } = talk({ 'chat.complete': completion });
      const failure = await failureOf(chat.parse({ ...params, response_format: Book }));
      expect(failure).toMatchObject({ reason: 'empty', message: 'The completion has no choices' });
    },
  );

  test('if one of more than one choice is', async () => {
    const { chat } = talk({
      'chat.complete': completionOf({ content: JSON.stringify(book) }, { content: '{' }),
    });
    const failure = await failureOf(chat.parse({ ...params, n: 2, response_format: Book }));
    expect(failure).toMatchObject({ reason: 'not-json', text: '{' });
  });

  test('and a check that throws is another', async () => {
    const schema = z.object({}).refine(() => {
      throw new Error('database is down');
    });
    const failure = await failureOf(
      replying({ content: '{}' }).parse({ ...params, response_format: schema }),
    );
    expect(failure).not.toBeInstanceOf(StructuredOutputError);
    expect(failure).toMatchObject({ message: 'The check of zod failed: database is down' });
  });
});

describe('nothing is sent', () => {
  const Born = z.object({ born: z.date() });

  test.each<[string, unknown, string]>([
    ['without a schema', params, '`response_format` must be a schema'],
    ['with a schema that cannot be', { ...params, response_format: Born }, '(at properties.born)'],
    [
      'with a format of the API',
      { ...params, response_format: wire },
      'is already a response format of the API',
    ],
    ['without parameters', undefined, '`params` must be an object'],
  ])('%s', async (_, given, message) => {
    const { mock, chat } = talk({});
    for (const call of [chat.parse(given as never), chat.stream(given as never).finalParsed()]) {
      const failure = await failureOf(call);
      expect(failure).toBeInstanceOf(ArgumentError);
      expect((failure as Error).message).toContain(message);
    }
    expect(mock.requests).toEqual([]);
  });

  test('for a stream of more than one choice', async () => {
    const { mock, chat } = talk({});
    const stream = chat.stream({ ...params, n: 2 as 1, response_format: Book });
    expect(await failureOf(collect(stream))).toMatchObject({
      name: 'ArgumentError',
      message: 'stream(params): only `parse()` reads more than one choice; leave out `n`',
    });
    expect(await failureOf(stream.source)).toBeInstanceOf(ArgumentError);
    expect(mock.requests).toEqual([]);
  });

  test('for an option that there is not', async () => {
    const { mock, chat } = talk({});
    const options = { timeout: 1 } as object;
    const failure = await failureOf(chat.parse({ ...params, response_format: Book }, options));
    expect(failure).toMatchObject({ message: expect.stringContaining('Did you mean `timeoutMs`?') });
    expect(mock.requests).toEqual([]);
  });

  test('for a stream that nobody reads', async () => {
    const { mock, chat } = streaming(['{}']);
    chat.stream({ ...params, response_format: Book });
    chat.stream(undefined as never);
    await new Promise(setImmediate);
    expect(mock.requests).toEqual([]);
  });
});

test('a request that fails is the error that it always is', async () => {
  const { chat } = talk({ 'chat.complete': Response.json({ detail: 'no' }, { status: 400 }) });
  expect(await failureOf(chat.parse({ ...params, response_format: Book }))).toBeInstanceOf(APIError);
});

describe('the signal of the caller ends', () => {
  const aborted = { name: 'AbortError', cause: 'enough' };

  test('a call before it is sent', async () => {
    const { mock, chat } = talk({});
    const signal = AbortSignal.abort('enough');
    expect(await failureOf(chat.parse({ ...params, response_format: Book }, { signal }))).toMatchObject(
      aborted,
    );
    const stream = chat.stream({ ...params, response_format: Book }, { signal });
    expect(await failureOf(stream.finalParsed())).toMatchObject(aborted);
    expect(mock.requests).toEqual([]);
  });

  test('a call on its way', async () => {
    const controller = new AbortController();
    const { chat } = talk({
      'chat.complete': () => {
        controller.abort('enough');
        return new Promise(() => undefined);
      },
    });
    const call = chat.parse({ ...params, response_format: Book }, { signal: controller.signal });
    expect(await failureOf(call)).toMatchObject(aborted);
  });

  test.each(['parse', 'stream'] as const)('the check of a reply to `%s`', async (method) => {
    const controller = new AbortController();
    const schema = z.object({ a: z.number() }).refine(() => {
      controller.abort('enough');
      return new Promise(() => undefined);
    });
    const { chat } = talk({
      'chat.complete': completionOf({ content: '{"a":1}' }),
      'chat.stream': chunksOf(['{"a":1}']),
    });
    const given = { ...params, response_format: schema };
    const { signal } = controller;
    const result =
      method === 'parse' ? chat.parse(given, { signal }) : chat.stream(given, { signal }).finalParsed();
    const failure = await failureOf(result);
    expect(failure).toBeInstanceOf(AbortError);
    expect(failure).toMatchObject(aborted);
  });

  test('a stream that is being read', async () => {
    const controller = new AbortController();
    const { chat } = streaming(['{"title":"a', 'b', 'c"}']);
    const stream = chat.stream({ ...params, response_format: Book }, { signal: controller.signal });
    const failure = await failureOf(async () => {
      for await (const _ of stream) controller.abort('enough');
    });
    expect(failure).toMatchObject(aborted);
    expect(await failureOf(stream.finalParsed())).toMatchObject(aborted);
  });
});

describe('a parsed stream', () => {
  const pieces = ['{"ti', 'tle":"Can', 'dide","auth', 'ors":[{"name":"Vol', 'taire"}', ']}'];

  test('grows, and ends with the same as the call that is not streamed', async () => {
    const { mock, chat } = streaming(pieces);
    const stream = chat.stream({ ...params, response_format: Book });
    expect(stream).toBeInstanceOf(ParsedStream);

    const seen: unknown[] = [];
    for await (const partly of stream) seen.push(structuredClone(partly));

    expect(seen).toEqual([
      {},
      { title: 'Can' },
      { title: 'Candide' },
      { title: 'Candide', authors: [{ name: 'Vol' }] },
      { title: 'Candide', authors: [{ name: 'Voltaire' }] },
    ]);
    const { parsed, message, completion } = await stream.finalParsed();
    expect(parsed).toEqual(book);
    expect(message).toEqual({ role: 'assistant', content: pieces.join('') });
    expect(completion.choices[0]?.finish_reason).toBe('stop');
    expect(mock.requests.map(({ body }) => body)).toEqual([
      { ...params, response_format: wire, stream: true },
    ]);
  });

  test('is read to its end by asking for the whole', async () => {
    const { mock, chat } = streaming(pieces);
    const stream = chat.stream({ ...params, response_format: Book });
    const [first, second] = await Promise.all([stream.finalParsed(), stream.finalParsed()]);
    expect(first.parsed).toEqual(book);
    expect(second).toBe(first);
    expect(mock.requests).toHaveLength(1);
  });

  test('of an agent is the same', async () => {
    const { agents } = talk({ 'agents.stream': chunksOf(pieces) });
    const stream = agents.stream({ agent_id: 'ag_1', messages: params.messages, response_format: Book });
    expect((await collect(stream)).at(-1)).toEqual(book);
    expect((await stream.finalParsed()).parsed).toEqual(book);
  });

  test('does not show what a model thinks', async () => {
    const thinking = {
      type: 'thinking' as const,
      thinking: [{ type: 'text' as const, text: '{"title":"no"}' }],
    };
    const { chat } = talk({
      'chat.stream': chunksOf([[thinking], [{ type: 'text', text: '{"title":"yes",' }], '"authors":[]}']),
    });
    const stream = chat.stream({ ...params, response_format: Book });
    expect((await collect(stream)).at(-1)).toEqual({ title: 'yes', authors: [] });
  });

  test('has its chunks, its handlers and its response beneath', async () => {
    const { chat } = streaming(pieces);
    const stream = chat.stream({ ...params, response_format: Book });
    const text: string[] = [];
    stream.source.on('text', (delta) => text.push(delta));
    const { requestId } = await stream.source.withResponse();
    await stream.finalParsed();
    expect(requestId).toBe('00000000-0000-4000-8000-000000000001');
    expect(text).toEqual(pieces);
  });

  test('that is cut ends its loop with the error, after all there was', async () => {
    const { chat } = streaming(['{"title":"Can'], 'length');
    const stream = chat.stream({ ...params, response_format: Book });
    const seen: unknown[] = [];
    const failure = await failureOf(async () => {
      for await (const partly of stream) seen.push(structuredClone(partly));
    });
    expect(seen).toEqual([{ title: 'Can' }]);
    expect(failure).toMatchObject({ reason: 'length', text: '{"title":"Can' });
    expect(await failureOf(stream.finalParsed())).toBe(failure);
  });

  test('whose whole was asked for before the loop tells the loop so, and the process of nothing', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    onTestFinished(() => void process.off('unhandledRejection', unhandled));
    const { chat } = streaming(['{"title":1}']);
    const stream = chat.stream({ ...params, response_format: Book });
    void stream.finalParsed();

    expect(await failureOf(collect(stream))).toHaveProperty(
      'message',
      expect.stringContaining('already read'),
    );
    await new Promise((resolve) => setImmediate(resolve));

    expect(unhandled).not.toHaveBeenCalled();
  });

  test('that does not fit ends its loop with the error', async () => {
    const { chat } = streaming(['{"title":1}']);
    const failure = await failureOf(collect(chat.stream({ ...params, response_format: Book })));
    expect(failure).toMatchObject({ reason: 'mismatch', response: { choices: [{ finish_reason: 'stop' }] } });
  });

  test('that is no JSON shows nothing', async () => {
    const { chat } = streaming(['I can', 'not help.']);
    const stream = chat.stream({ ...params, response_format: Book });
    expect(await failureOf(collect(stream))).toMatchObject({ reason: 'not-json', text: 'I cannot help.' });
  });

  test('that breaks off is interrupted', async () => {
    const frame = `data: ${JSON.stringify(chunksOf(pieces)[0])}\n\n`;
    const headers = { 'content-type': 'text/event-stream' };
    const { chat } = talk({ 'chat.stream': new Response(frame, { headers }) });
    const stream = chat.stream({ ...params, response_format: Book });
    expect(await failureOf(collect(stream))).toBeInstanceOf(StreamInterruptedError);
    expect(await failureOf(stream.finalParsed())).toBeInstanceOf(StreamInterruptedError);
  });

  test.each(['break', 'abort'])('ends its request by `%s`', async (way) => {
    const { mock, chat } = streaming(pieces);
    const stream = chat.stream({ ...params, response_format: Book });
    const leave = async () => {
      for await (const _ of stream) {
        if (way === 'break') break;
        stream.abort('enough');
      }
    };
    if (way === 'break') await leave();
    else expect(await failureOf(leave)).toMatchObject({ name: 'AbortError', cause: 'enough' });
    await vi.waitFor(() => expect(mock.requests[0]?.cancelled).toBe(true));
    expect(await failureOf(stream.finalParsed())).toBeInstanceOf(MistralError);
  });

  test('is read once', async () => {
    const { chat } = streaming(pieces);
    const stream = chat.stream({ ...params, response_format: Book });
    await stream.finalParsed();
    expect(await failureOf(collect(stream))).toMatchObject({
      message: expect.stringContaining('already read'),
    });
  });
});

test.each([undefined, null, {}, 'chat', { complete: () => undefined }])(
  '%j is nothing to ask',
  (resource) => {
    expect(() => structured(resource as never)).toThrow(ArgumentError);
  },
);

test('a schema is read in the tick of the call', async () => {
  const properties: Record<string, Schema> = { a: { type: 'string' } };
  const { mock, chat } = talk({ 'chat.complete': completionOf({ content: '{}' }) });
  const call = chat.parse({ ...params, response_format: { type: 'object', properties } });
  properties.b = {};
  await call;
  expect(mock.requests[0]?.body).not.toHaveProperty('response_format.json_schema.schema.properties.b');
});
