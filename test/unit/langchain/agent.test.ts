import { AIMessage, HumanMessage, type BaseMessage, type ToolMessage } from '@langchain/core/messages';
import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { tool, type StructuredToolInterface } from '@langchain/core/tools';
import { expect, test } from 'vitest';
import * as z from 'zod';

import type { ChatMistral } from '../../../src/langchain/index.js';
import { inTurn, toolCall } from '../../../src/testing/index.js';
import { addedUp, mockedChat } from '../../helpers/langchain.js';

const weather = tool(({ city }) => `Sunny in ${city}`, {
  name: 'weather',
  description: 'The weather in a city',
  schema: z.object({ city: z.string() }),
});

/** What an agent of LangChain does: calls the model, and the tools that this asks for, until there are none. */
async function runAgent(
  model: ChatMistral,
  tools: StructuredToolInterface[],
  question: string,
  isStreamed: boolean,
) {
  const withTools = model.bindTools(tools);
  const messages: BaseMessage[] = [new HumanMessage(question)];
  for (;;) {
    const reply = isStreamed
      ? await addedUp(await withTools.stream(messages))
      : await withTools.invoke(messages);
    messages.push(reply);
    if (!reply.tool_calls?.length) return messages;
    for (const call of reply.tool_calls)
      messages.push((await tools.find(({ name }) => name === call.name)!.invoke(call)) as ToolMessage);
  }
}

test.each([
  ['without streaming', false],
  ['with streaming', true],
])('an agent calls tools until the model has its reply, %s', async (_, isStreamed) => {
  const turns = [
    ['Let me look.', toolCall('weather', { city: 'Lyon' }), toolCall('weather', { city: 'Nice' })],
    [toolCall('weather', { city: 'Paris' })],
    ['Sunny everywhere.'],
  ] as const;
  const { mock, model } = mockedChat({ 'chat.complete': inTurn(...turns), 'chat.stream': inTurn(...turns) });
  const messages = await runAgent(model, [weather], 'Where is it sunny?', isStreamed);

  expect(messages.map((message) => message.getType())).toEqual([
    'human',
    'ai',
    'tool',
    'tool',
    'ai',
    'tool',
    'ai',
  ]);
  expect(messages.at(-1)?.text).toBe('Sunny everywhere.');
  // The mock holds each request against the API's rules.
  expect(mock.requests).toHaveLength(3);
});

test('a history of another provider goes on with this one', async () => {
  const { mock, model } = mockedChat({ 'chat.complete': 'Sunny.' });
  const reply = await model.bindTools([weather]).invoke([
    new HumanMessage('Where?'),
    new AIMessage({
      content: [
        { type: 'thinking', thinking: 'Let me think', signature: 'xyz' },
        { type: 'tool_use', id: 'toolu_01A', name: 'weather', input: { city: 'Lyon' } },
      ],
      tool_calls: [{ id: 'toolu_01A', name: 'weather', args: { city: 'Lyon' } }],
    }),
    new HumanMessage('Never mind.'),
  ]);

  expect(reply.text).toBe('Sunny.');
  expect(mock.callsTo('chat.complete')[0]?.params.messages.map(({ role }) => role)).toEqual([
    'user',
    'assistant',
    'tool',
    'assistant',
    'user',
  ]);
});

test('a chain of a prompt, the model and a parser streams text', async () => {
  const { model } = mockedChat({ 'chat.stream': ['Bon', 'jour'] });
  const chain = ChatPromptTemplate.fromTemplate('Greet {name}').pipe(model).pipe(new StringOutputParser());
  const texts: string[] = [];
  for await (const text of await chain.stream({ name: 'Ada' })) texts.push(text);

  expect(texts.join('')).toBe('Bonjour');
});
