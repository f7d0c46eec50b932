import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { BaseMessage } from '@langchain/core/messages';
import { expectTypeOf, test } from 'vitest';
import * as z from 'zod';
import * as z3 from 'zod/v3';

import { Mistral } from '../../src/index.js';
import { ChatMistral, MistralEmbeddings } from '../../src/langchain/index.js';

const model = new ChatMistral({ model: 'mistral-small-latest' });
const author = z.object({ name: z.string(), born: z.number().transform(String) });

test('a chat model takes the parameters of a request by their names on the wire, and none that LangChain makes', () => {
  type Options = ConstructorParameters<typeof ChatMistral>[0];

  expectTypeOf({
    model: 'm',
    temperature: 0,
    max_tokens: 10,
    reasoning_effort: 'high' as const,
    client: new Mistral(),
  }).toExtend<Options>();
  // There is no default model.
  expectTypeOf({ temperature: 0 }).not.toExtend<Options>();
  expectTypeOf<Options>().not.toHaveProperty('maxTokens');
  // LangChain makes them.
  expectTypeOf<Options>().not.toHaveProperty('messages');
  // @ts-expect-error: a closed enum
  void model.invoke('Hi', { reasoning_effort: 'enormous' });
  void model.invoke('Hi', { response_format: { type: 'json_object' }, tool_choice: 'any' });
});

test('a chat model is one of LangChain', () => {
  expectTypeOf(model).toExtend<BaseChatModel>();
  expectTypeOf(model.bindTools([]).invoke('Hi')).resolves.toExtend<BaseMessage>();
});

test('structured output has the type of what the schema gives', () => {
  expectTypeOf(model.withStructuredOutput(author).invoke('Who?')).resolves.toEqualTypeOf<{
    name: string;
    born: string;
  }>();
  expectTypeOf(
    model.withStructuredOutput(z3.object({ name: z3.string() })).invoke('Who?'),
  ).resolves.toEqualTypeOf<{
    name: string;
  }>();
  expectTypeOf(
    model.withStructuredOutput(author, { includeRaw: true }).invoke('Who?'),
  ).resolves.toEqualTypeOf<{ raw: BaseMessage; parsed: { name: string; born: string } }>();
  expectTypeOf(model.withStructuredOutput({ type: 'object' }).invoke('Who?')).resolves.toEqualTypeOf<
    Record<string, unknown>
  >();
  expectTypeOf(
    model.withStructuredOutput<{ name: string }>({ type: 'object' }).invoke('Who?'),
  ).resolves.toEqualTypeOf<{ name: string }>();
});

test('embeddings are those of LangChain', () => {
  const embeddings = new MistralEmbeddings({ output_dimension: 256 });

  expectTypeOf(embeddings.embedDocuments(['a'])).resolves.toEqualTypeOf<number[][]>();
});
