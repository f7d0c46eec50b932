import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';

import type { AssistantMessage } from '../../generated/types.gen.js';
import { Mistral, type APIPromise, type CompletionStream } from '../../src/index.js';
import {
  jsonSchema,
  responseFormat,
  structured,
  type OutputOf,
  type ParsedCompletion,
  type Schema,
} from '../../src/structured/index.js';

const ofZod = z.object({ name: z.string(), age: z.string().transform(Number).optional() });
const ofValibot = v.object({ name: v.string(), age: v.optional(v.number()) });
const withJsonSchema = toStandardJsonSchema(ofValibot);
const ofArktype = type({ name: 'string', 'age?': 'number' });
const plain = { type: 'object', properties: { name: { type: 'string' } } } as const;

test('what passed a schema has the type that its library gives it', () => {
  expectTypeOf<OutputOf<typeof ofZod>>().toEqualTypeOf<{ name: string; age?: number | undefined }>();
  expectTypeOf<OutputOf<typeof withJsonSchema>>().toEqualTypeOf<{ name: string; age?: number | undefined }>();
  expectTypeOf<OutputOf<typeof ofArktype>>().toEqualTypeOf<{ name: string; age?: number }>();
});

test('plain JSON Schema has no type, unless it is given one', () => {
  expectTypeOf<OutputOf<typeof plain>>().toBeUnknown();
  const typed = jsonSchema<{ name: string }>(plain);
  expectTypeOf<OutputOf<typeof typed>>().toEqualTypeOf<{ name: string }>();
});

test('a schema is one of a library that speaks both standards, or plain JSON Schema', () => {
  expectTypeOf<typeof ofZod>().toExtend<Schema>();
  expectTypeOf<typeof withJsonSchema>().toExtend<Schema>();
  expectTypeOf<typeof ofArktype>().toExtend<Schema>();
  expectTypeOf<typeof plain>().toExtend<Schema>();
  expectTypeOf<typeof ofValibot>().not.toExtend<Schema>();
  expectTypeOf<string>().not.toExtend<Schema>();
});

const { chat, agents, ocr, beta } = new Mistral({ apiKey: 'key' });
const params = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
type Person = { name: string; age?: number | undefined };

test('what a reply says has the type of the schema', async () => {
  const call = structured(chat).parse({ ...params, response_format: ofZod });
  expectTypeOf(call).toEqualTypeOf<APIPromise<ParsedCompletion<Person>>>();
  const { parsed, choices, message } = await call;
  expectTypeOf(parsed).toEqualTypeOf<Person>();
  expectTypeOf(choices[0]!.parsed).toEqualTypeOf<Person>();
  expectTypeOf(message).toEqualTypeOf<AssistantMessage>();

  const format = responseFormat(ofArktype, { name: 'person' });
  const agent = await structured(agents).parse({ agent_id: 'a', messages: [], response_format: format });
  expectTypeOf(agent.parsed).toEqualTypeOf<{ name: string; age?: number }>();

  const untyped = await structured(chat).parse({ ...params, response_format: plain });
  expectTypeOf(untyped.parsed).toBeUnknown();
  const typed = await structured(chat).parse({ ...params, response_format: jsonSchema<{ a: 1 }>(plain) });
  expectTypeOf(typed.parsed).toEqualTypeOf<{ a: 1 }>();
});

test('what arrives of it has the type that the model writes, and all of it may be missing', async () => {
  const schema = z.object({ when: z.string().transform(Number), list: z.array(z.object({ a: z.string() })) });
  const stream = structured(chat).stream({ ...params, response_format: schema });
  for await (const partly of stream)
    expectTypeOf(partly).toEqualTypeOf<{ when?: string; list?: { a?: string }[] }>();
  expectTypeOf((await stream.finalParsed()).parsed).toEqualTypeOf<{ when: number; list: { a: string }[] }>();
  expectTypeOf(stream.source).toExtend<CompletionStream>();
});

test('a conversation takes the schema among the arguments of the completion', async () => {
  const conversations = structured(beta.conversations);
  const completion_args = { response_format: ofZod, temperature: 0 };
  const { parsed } = await conversations.start({ inputs: 'Bonjour', model: 'm', completion_args });
  expectTypeOf(parsed).toEqualTypeOf<Person>();
  const stream = conversations.appendStream({ conversation_id: 'c', inputs: 'Bonjour', completion_args });
  for await (const partly of stream) expectTypeOf(partly).toEqualTypeOf<{ name?: string; age?: string }>();
  // @ts-expect-error -- it needs a schema
  void conversations.start({ inputs: 'Bonjour', model: 'm' });
});

test('annotations have the types of their schemas, and stay text without one', async () => {
  const document = { type: 'file' as const, file_id: 'f' };
  const both = await structured(ocr).process({
    model: 'm',
    document,
    document_annotation_format: ofZod,
    bbox_annotation_format: ofArktype,
  });
  expectTypeOf(both.document_annotation).toEqualTypeOf<Person>();
  expectTypeOf(both.pages[0]!.images[0]!.image_annotation).toEqualTypeOf<
    { name: string; age?: number } | null | undefined
  >();
  const one = await structured(ocr).process({ model: 'm', document, bbox_annotation_format: ofArktype });
  expectTypeOf(one.document_annotation).toEqualTypeOf<string | null | undefined>();
});

test('what cannot be is refused', () => {
  // @ts-expect-error -- valibot gives no JSON Schema by itself
  void structured(chat).parse({ ...params, response_format: ofValibot });
  // @ts-expect-error -- there must be a schema
  void structured(chat).parse(params);
  // @ts-expect-error -- a stream is of one choice
  void structured(chat).stream({ ...params, response_format: ofZod, n: 2 });
  // @ts-expect-error -- files take no schema
  structured({ upload: () => undefined });
  // @ts-expect-error -- there is no such parameter
  void structured(chat).parse({ ...params, response_format: ofZod, max_token: 1 });
});

test('a format goes into the call that does not read it', () => {
  void chat.complete({ ...params, response_format: responseFormat(ofZod) });
});
