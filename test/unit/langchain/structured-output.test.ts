import type { StructuredOutputMethodOptions } from '@langchain/core/language_models/base';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import * as z3 from 'zod/v3';

import { ArgumentError } from '../../../src/index.js';
import { StructuredOutputError } from '../../../src/structured/index.js';
import { finish, thinking, toolCall, type MockResponses } from '../../../src/testing/index.js';
import { failureOf } from '../../helpers/failure-of.js';
import { mockedChat } from '../../helpers/langchain.js';

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

  test('that strict mode does not support is an error, if strict mode is asked for', () => {
    const { model } = mockedChat();

    expect(() =>
      model.withStructuredOutput(z.object({ a: z.record(z.string(), z.number()) }), { strict: true }),
    ).toThrow(/arbitrary keys/);
  });

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

  test('a reply that thinks is parsed, also in a stream', async () => {
    const reply = [thinking('Hm.'), '{"name":"Ada",', '"born":1815}'];
    const { model } = mockedChat({ 'chat.complete': reply, 'chat.stream': reply });
    const structured = model.withStructuredOutput(author);
    const values: unknown[] = [];
    for await (const value of await structured.stream('Who?')) values.push(value);

    expect(await structured.invoke('Who?')).toEqual(ada);
    expect(values).toEqual([ada]);
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
