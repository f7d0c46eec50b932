import type { StructuredOutputMethodOptions } from '@langchain/core/language_models/base';
import { RunnableLambda } from '@langchain/core/runnables';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import * as z3 from 'zod/v3';

import { ArgumentError } from '../../../src/index.js';
import { StructuredOutputError } from '../../../src/structured/index.js';
import { finish, thinking, toolCall, type MockResponses } from '../../../src/testing/index.js';
import { failureOf } from '../../helpers/failure-of.js';
import { mockedChat, streamedChat } from '../../helpers/langchain.js';

const author = z.object({ name: z.string(), born: z.number().int() });
const plain = {
  title: 'author',
  description: 'Who wrote it',
  type: 'object',
  properties: { name: { type: 'string' }, born: { type: 'integer' } },
  required: ['name', 'born'],
};
const ada = { name: 'Ada', born: 1815 };

async function requested(
  schema: object,
  config: StructuredOutputMethodOptions<false>,
  responses?: MockResponses,
) {
  const { mock, model } = mockedChat({ 'chat.complete': JSON.stringify(ada), ...responses });
  const value = await model.withStructuredOutput(schema, config).invoke('Who?');
  return { value, params: mock.callsTo('chat.complete')[0]!.params };
}

const failing = (responses: MockResponses, method = 'jsonSchema') =>
  failureOf(
    mockedChat(responses).model.withStructuredOutput(author, { method, name: 'author' }).invoke('Who?'),
  );

describe('a schema', () => {
  test.each([
    ['zod 4', author],
    ['zod 3', z3.object({ name: z3.string(), born: z3.number().int() })],
    ['valibot', toStandardJsonSchema(v.object({ name: v.string(), born: v.pipe(v.number(), v.integer()) }))],
    ['JSON Schema', plain],
  ])('of %s is enforced by the API', async (_, schema) => {
    const { value, params } = await requested(schema, { name: 'author' });

    expect(value).toEqual(ada);
    expect(params.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: {
        name: 'author',
        strict: true,
        schema: { type: 'object', required: ['name', 'born'], additionalProperties: false },
      },
    });
  });

  test('names the format by its title, and describes it', async () => {
    const { params } = await requested(plain, {});

    expect(params.response_format?.json_schema).toMatchObject({
      name: 'author',
      description: 'Who wrote it',
    });
  });

  test('that strict mode does not support is sent without it', async () => {
    const counts = z.record(z.string(), z.number());
    const { params } = await requested(z.object({ counts }), {}, { 'chat.complete': '{"counts":{"a":1}}' });

    expect(params.response_format?.json_schema?.strict).toBe(false);
  });

  test.each(['jsonSchema', 'functionCalling'])(
    'that strict mode does not support is an error by %s, if strict mode is asked for',
    (method) => {
      const { model } = mockedChat();
      const schema = z.object({ a: z.record(z.string(), z.number()) });

      expect(() => model.withStructuredOutput(schema, { method, strict: true })).toThrow(/arbitrary keys/);
    },
  );

  test.each([
    ['not a schema', 1, {}],
    ['a method that does not exist', plain, { method: 'xml' }],
  ])('is refused at once: %s', (_, schema, config) => {
    const { model } = mockedChat();

    // What the compiler would refuse.
    expect(() => model.withStructuredOutput(schema as object, config)).toThrow(ArgumentError);
  });

  test('applies its transforms', async () => {
    const { model } = mockedChat({ 'chat.complete': '{"day":"2026-01-02"}' });
    const schema = z.object({ day: z.string().transform((text) => text.slice(0, 4)) });

    expect(await model.withStructuredOutput(schema).invoke('When?')).toEqual({ day: '2026' });
  });
});

describe('the methods', () => {
  test('`functionCalling` has the model call a tool', async () => {
    const responses = { 'chat.complete': [toolCall('author', ada)] };
    const { value, params } = await requested(
      author,
      { method: 'functionCalling', name: 'author' },
      responses,
    );

    expect(value).toEqual(ada);
    expect(params).toMatchObject({
      tools: [{ type: 'function', function: { name: 'author' } }],
      tool_choice: { type: 'function', function: { name: 'author' } },
    });
  });

  test('`jsonMode` asks for JSON, and leaves the schema to the prompt', async () => {
    const { value, params } = await requested(author, { method: 'jsonMode' });

    expect(value).toEqual(ada);
    expect(params.response_format).toEqual({ type: 'json_object' });
  });

  test('a reply that thinks is parsed', async () => {
    const { model } = mockedChat({ 'chat.complete': [thinking('Hm.'), '{"name":"Ada",', '"born":1815}'] });

    expect(await model.withStructuredOutput(author).invoke('Who?')).toEqual(ada);
  });

  test.each(['jsonSchema', 'functionCalling'])(
    'by %s take a schema in the form of a function',
    async (method) => {
      const { title: name, description, ...parameters } = plain;
      const { value, params } = await requested(
        { name, description, parameters },
        { method },
        method === 'functionCalling' ? { 'chat.complete': [toolCall('author', ada)] } : {},
      );
      const { json_schema: format } = params.response_format ?? {};
      const sent = format ?? (params.tools as { function: object }[])[0]!.function;

      expect(value).toEqual(ada);
      expect(sent).toMatchObject({ name, description });
      expect(sent).toHaveProperty(format ? 'schema.required' : 'parameters.required', ['name', 'born']);
    },
  );
});

describe('a stream', () => {
  async function valuesOf<T>(stream: Promise<AsyncIterable<T>>): Promise<T[]> {
    const values: T[] = [];
    for await (const value of await stream) values.push(value);
    return values;
  }

  test.each(['jsonSchema', 'jsonMode'])('by %s has the value while it grows', async (method) => {
    const { model } = mockedChat({
      'chat.stream': [thinking('Hm.'), '{"na', 'me":"A', 'da","born":18', '15}'],
    });
    const structured = model.withStructuredOutput(author, { method });

    expect(await valuesOf(structured.stream('Who?'))).toEqual([
      {},
      { name: 'A' },
      { name: 'Ada' },
      { name: 'Ada', born: 1815 },
      { name: 'Ada', born: 1815 },
    ]);
  });

  test('by `functionCalling` has the arguments of the call while they grow, and of no other', async () => {
    const part = (index: number, fields: object) => ({ tool_calls: [{ index, ...fields }] });
    const deltas = [
      { content: 'I call {"both"}.' },
      part(0, { id: 'aaaaaaaaa', function: { name: 'other', arguments: '{"x":1}' } }),
      part(1, { id: 'bbbbbbbbb', function: { name: 'author', arguments: '{"name":"A' } }),
      part(1, { function: { arguments: 'da","born":1815}' } }),
    ];
    const structured = streamedChat(deltas, 'tool_calls').withStructuredOutput(author, {
      method: 'functionCalling',
      name: 'author',
    });

    expect(await valuesOf(structured.stream('Who?'))).toEqual([{ name: 'A' }, ada, ada]);
  });

  test('ends with the validated value, with its transforms', async () => {
    const { model } = mockedChat({ 'chat.stream': ['{"day":"2026', '-01-02"}'] });
    const schema = z.object({ day: z.string().transform((text) => new Date(text)) });

    expect(await valuesOf(model.withStructuredOutput(schema).stream('When?'))).toEqual([
      { day: '2026' },
      { day: '2026-01-02' },
      { day: new Date('2026-01-02') },
    ]);
  });

  test('has the message so far, if asked for', async () => {
    const { model } = mockedChat({ 'chat.stream': ['{"name":"A', 'da"}'] });
    const structured = model.withStructuredOutput(author, { includeRaw: true });
    const values = await valuesOf(structured.stream('Who?'));

    expect(values.map(({ raw, parsed }) => [raw.text, parsed])).toEqual([
      ['{"name":"A', { name: 'A' }],
      ['{"name":"Ada"}', { name: 'Ada' }],
      ['{"name":"Ada"}', null],
    ]);
  });

  test.each([
    ['jsonSchema', ['{"name":"A', finish('length')], 'length'],
    ['jsonSchema', ['{"name":1}'], 'mismatch'],
    ['functionCalling', [toolCall('author', '{"name":"A'), finish('length')], 'length'],
    ['functionCalling', [toolCall('author', '{"name":"A'), finish('error')], 'failed'],
  ] as const)(
    'by %s of a reply that does not fit (%j) fails after its last value',
    async (method, reply, reason) => {
      const { model } = mockedChat({ 'chat.stream': [...reply] });
      const values: unknown[] = [];
      const failure = failureOf(
        (async () => {
          const structured = model.withStructuredOutput(author, { method, name: 'author' });
          for await (const value of await structured.stream('Who?')) values.push(value);
        })(),
      );

      expect(await failure).toMatchObject({ name: 'StructuredOutputError', reason });
      expect(values).toHaveLength(1);
    },
  );

  test.each([false, true])(
    'gives the next step of a chain the last value, with `includeRaw: %s`',
    async (includeRaw) => {
      const { model } = mockedChat({ 'chat.stream': ['{"name":"A', 'da","born":', '1815}'] });
      const structured = model.withStructuredOutput(author, { includeRaw } as { includeRaw: false });
      const chain = structured.pipe(RunnableLambda.from((value: object) => JSON.stringify(value)));
      const [text] = await valuesOf(chain.stream('Who?'));

      expect(JSON.parse(text!)).toEqual(includeRaw ? { raw: expect.any(Object), parsed: ada } : ada);
    },
  );

  test('is traced with the complete reply and the last value, and nothing added up', async () => {
    const { model } = mockedChat({ 'chat.stream': ['{"name":"A', 'da","born":1815}'] });
    const ended: Record<string, unknown>[] = [];
    const events = model.withStructuredOutput(author).streamEvents('Who?', { version: 'v2' });
    for await (const { event, data } of events)
      if (event === 'on_parser_end' || event === 'on_chain_end') ended.push(data);

    expect(ended).toMatchObject([{ output: ada, input: { content: JSON.stringify(ada) } }, { output: ada }]);
  });
});

describe('a reply that does not fit', () => {
  test.each<[string, MockResponses, string, string]>([
    ['another type', { 'chat.complete': '{"name":"Ada","born":"1815"}' }, 'jsonSchema', 'mismatch'],
    ['not JSON', { 'chat.complete': 'I cannot say.' }, 'jsonSchema', 'not-json'],
    ['truncated', { 'chat.complete': ['{"name":"A', finish('length')] }, 'jsonSchema', 'length'],
    ['failed', { 'chat.complete': ['{"name":"A', finish('error')] }, 'jsonSchema', 'failed'],
    ['another type', { 'chat.complete': [toolCall('author', { name: 1 })] }, 'functionCalling', 'mismatch'],
    ['no call', { 'chat.complete': 'Ada.' }, 'functionCalling', 'empty'],
    ['a call that failed', { 'chat.complete': [toolCall('author', '[')] }, 'functionCalling', 'not-json'],
    [
      'a call that was truncated',
      { 'chat.complete': [toolCall('author', '{"name":"A'), finish('length')] },
      'functionCalling',
      'length',
    ],
    ['text that was truncated', { 'chat.complete': ['Ada', finish('length')] }, 'functionCalling', 'length'],
  ])('is an error with its reason: %s', async (_, responses, method, reason) => {
    const error = await failing(responses, method);

    expect(error).toBeInstanceOf(StructuredOutputError);
    expect(error).toMatchObject({
      reason,
      response: { model: 'mistral-small-latest', object: 'chat.completion' },
    });
  });

  test('is in `raw`, where that is asked for', async () => {
    const { model } = mockedChat({ 'chat.complete': 'I cannot say.' });
    const { raw, parsed } = await model.withStructuredOutput(author, { includeRaw: true }).invoke('Who?');

    expect(raw.text).toBe('I cannot say.');
    expect(parsed).toBeNull();
  });

  test('of a validation that itself fails is its error, also where `raw` is asked for', async () => {
    const { model } = mockedChat({ 'chat.complete': '{"name":"Ada"}' });
    const schema = z.object({
      name: z.string().refine(() => {
        throw new Error('Not mine');
      }),
    });

    await expect(model.withStructuredOutput(schema, { includeRaw: true }).invoke('Who?')).rejects.toThrow(
      'Not mine',
    );
  });

  test('of a request that failed is its error, also where `raw` is asked for', async () => {
    const { model } = mockedChat({ 'chat.complete': () => new Response('{}', { status: 401 }) });

    await expect(
      model.withStructuredOutput(author, { includeRaw: true }).invoke('Who?'),
    ).rejects.toMatchObject({ name: 'AuthenticationError' });
  });
});
