import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';

import type {
  AssistantMessage,
  CompletionChunk,
  ConversationEvent,
  ConversationUsageInfo,
  Mistral,
  UsageInfo,
} from '../../src/index.js';
import { jsonSchema } from '../../src/structured/index.js';
import {
  partialRunOf,
  runTools,
  streamTools,
  tool,
  type CompletionProgress,
  type ConversationEntry,
  type ConversationProgress,
  type RunnableTool,
} from '../../src/tools/index.js';

declare const mistral: Mistral;

const weather = tool({
  name: 'weather',
  description: 'The weather',
  parameters: z.object({ city: z.string(), days: z.number().default(1) }),
  execute: (args, context) => {
    expectTypeOf(args).toEqualTypeOf<{ city: string; days: number }>();
    expectTypeOf(context.signal).toEqualTypeOf<AbortSignal>();
    expectTypeOf(context.callId).toEqualTypeOf<string>();
    return { celsius: 21 };
  },
});

const messages = [{ role: 'user' as const, content: 'Hi' }];

test('the arguments of a tool have the type of its schema', () => {
  expectTypeOf(weather).toEqualTypeOf<RunnableTool<{ city: string; days: number }, { celsius: number }>>();
  expectTypeOf(weather.execute).parameter(0).toEqualTypeOf<{ city: string; days: number }>();
  tool({
    name: 'plain',
    description: 'Plain',
    parameters: { type: 'object' },
    execute: (args) => expectTypeOf(args).toBeUnknown(),
  });
  tool({
    name: 'typed',
    description: 'Typed',
    parameters: jsonSchema<{ n: number }>({ type: 'object' }),
    execute: (args) => expectTypeOf(args).toEqualTypeOf<{ n: number }>(),
  });
});

test('tools of different arguments go together, and where requests describe tools', () => {
  const clock = tool({
    name: 'clock',
    description: 'Time',
    parameters: { type: 'object' },
    execute: () => 1,
  });
  expectTypeOf([weather, clock]).toExtend<readonly RunnableTool[]>();
  void mistral.chat.complete({ model: 'm', messages, tools: [weather, clock] });
  void mistral.beta.agents.create({ model: 'm', name: 'n', tools: [weather] });
});

test('the result follows from what the run goes over', async () => {
  const chat = await runTools(mistral.chat, { model: 'm', messages }, { tools: [weather] });
  expectTypeOf(chat.message).toEqualTypeOf<AssistantMessage | undefined>();
  expectTypeOf(chat.usage).toEqualTypeOf<UsageInfo | undefined>();
  expectTypeOf(chat.endedBy).toEqualTypeOf<
    'reply' | 'length' | 'failed' | 'maxRounds' | 'maxTokens' | 'timeout' | 'approval' | 'stop'
  >();
  await runTools(mistral.agents, { agent_id: 'a', messages: chat.messages }, { tools: [weather] });

  const conversations = mistral.beta.conversations;
  const talk = await runTools(conversations, { model: 'm', inputs: 'Hi' }, { tools: [weather] });
  expectTypeOf(talk.usage).toEqualTypeOf<ConversationUsageInfo | undefined>();
  expectTypeOf(talk.endedBy).toEqualTypeOf<
    | 'reply'
    | 'length'
    | 'failed'
    | 'maxRounds'
    | 'maxTokens'
    | 'timeout'
    | 'approval'
    | 'stop'
    | 'confirmation'
    | 'handoff'
  >();
  await runTools(
    conversations,
    { conversation_id: 'c', inputs: 'Hi' },
    { tools: [], onConfirm: () => 'allow' },
  );
});

test('events are told apart by their type, and carry those of the operation', async () => {
  for await (const event of streamTools(mistral.chat, { model: 'm', messages }, { tools: [weather] })) {
    if (event.type === 'text-delta') expectTypeOf(event.text).toBeString();
    if (event.type === 'event') expectTypeOf(event.event).toEqualTypeOf<CompletionChunk>();
    if (event.type === 'tool-result' && event.result.status === 'done')
      expectTypeOf(event.result.value).toBeUnknown();
  }
  const run = streamTools(mistral.beta.conversations, { model: 'm', inputs: 'Hi' }, { tools: [weather] });
  for await (const event of run)
    if (event.type === 'event') expectTypeOf(event.event).toEqualTypeOf<ConversationEvent>();
});

test('the fields of a partial run can be read without a test of its kind, and tell the kind', () => {
  const partial = partialRunOf(new Error('failed'));

  expectTypeOf(partial?.messages).toEqualTypeOf<CompletionProgress['messages'] | undefined>();
  expectTypeOf(partial?.entries).toEqualTypeOf<readonly ConversationEntry[] | undefined>();
  expectTypeOf(partial?.steps.length).toEqualTypeOf<number | undefined>();
  if (partial?.messages) expectTypeOf(partial).toExtend<CompletionProgress>();
  if (partial?.entries) expectTypeOf(partial).toExtend<ConversationProgress>();
});

test('what a run decides about is no parameter of it', () => {
  // @ts-expect-error -- tools belong to the options
  void runTools(mistral.chat, { model: 'm', messages, tools: [] }, { tools: [] });
  // @ts-expect-error -- one choice is followed
  void runTools(mistral.chat, { model: 'm', messages, n: 2 }, { tools: [] });
  // @ts-expect-error -- a chat needs a model
  void runTools(mistral.chat, { messages }, { tools: [] });
  // @ts-expect-error -- confirmations are for conversations
  void runTools(mistral.chat, { model: 'm', messages }, { tools: [], onConfirm: () => 'allow' });
  // @ts-expect-error -- the client is a resource
  void runTools(mistral, { model: 'm', messages }, { tools: [] });
});
