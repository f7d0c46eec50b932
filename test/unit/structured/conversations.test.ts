import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import type { ConversationEvent, ConversationResponse } from '../../../generated/types.gen.js';
import { ArgumentError } from '../../../src/index.js';
import { responseFormat, structured } from '../../../src/structured/index.js';
import { createMockMistral, type MockResponses } from '../../../src/testing/index.js';
import { client } from '../../helpers/api.js';
import { failureOf } from '../../helpers/failure-of.js';

const Score = z.object({ goals: z.number() });
const completion_args = { temperature: 0, response_format: Score };
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };

type Outputs = ConversationResponse['outputs'];

const message = (content: string): Outputs[number] => ({
  type: 'message.output',
  role: 'assistant',
  content,
});
const call: Outputs[number] = {
  type: 'function.call',
  tool_call_id: 'D681PevKs',
  name: 'search',
  arguments: '{}',
};

const responseOf = (...outputs: Outputs): ConversationResponse => ({
  conversation_id: 'conv_1',
  outputs,
  usage,
});

function talk(answers: MockResponses) {
  const mock = createMockMistral(answers);
  return { mock, conversations: structured(client({ fetch: mock.fetch }).beta.conversations) };
}

describe.each([
  ['start', 'beta.conversations.start', { inputs: 'Who won?', model: 'mistral-small-latest' }],
  ['append', 'beta.conversations.append', { conversation_id: 'conv_1', inputs: 'And now?' }],
  [
    'restart',
    'beta.conversations.restart',
    { conversation_id: 'conv_1', from_entry_id: 'msg_1', inputs: 'Again?' },
  ],
] as const)('%s', (name, operation, params) => {
  // What each takes is told by its types; here they take the same.
  type Method = ReturnType<typeof talk>['conversations']['append'];

  test('reads the last message', async () => {
    const response = responseOf(message('Let me see.'), message('{"goals":3}'));
    const { mock, conversations } = talk({ [operation]: response });

    const result = await (conversations[name] as Method)({
      ...(params as { conversation_id: string }),
      completion_args,
    });

    expect(result).toEqual({ parsed: { goals: 3 }, message: message('{"goals":3}'), response });
    expect(mock.requests[0]?.body).toMatchObject({
      completion_args: {
        temperature: 0,
        response_format: { type: 'json_schema', json_schema: { strict: true, schema: { type: 'object' } } },
      },
    });
  });

  test('reads the last message where the calls before it were run by Mistral', async () => {
    const confirmed = { ...call, confirmation_status: 'allowed' } as never;
    const execution = { type: 'tool.execution', name: 'web_search', arguments: '{}' } as never;
    const response = responseOf(confirmed, execution, message('{"goals":3}'));
    const { conversations } = talk({ [operation]: response });

    const { parsed } = await (conversations[name] as Method)({
      ...(params as { conversation_id: string }),
      completion_args,
    });

    expect(parsed).toEqual({ goals: 3 });
  });

  test.each([
    ['tool-calls', responseOf(message('{"goals":3}'), { ...call, confirmation_status: 'pending' } as never)],
    ['tool-calls', responseOf(message('{"goals":3}'), call)],
    ['empty', responseOf()],
    ['empty', { conversation_id: 'conv_1', usage } as ConversationResponse],
    ['empty', responseOf(message(''))],
    ['not-json', responseOf(message('Three.'))],
    ['mismatch', responseOf(message('{"goals":"3"}'))],
  ])('is an error of reason %s', async (reason, response) => {
    const { conversations } = talk({ [operation]: response });
    const asked = (conversations[name] as Method)({
      ...(params as { conversation_id: string }),
      completion_args,
    });
    expect(await failureOf(asked)).toMatchObject({ name: 'StructuredOutputError', reason, response });
  });
});

const events = (...texts: readonly (readonly string[])[]): ConversationEvent[] => [
  { type: 'conversation.response.started', conversation_id: 'conv_1' },
  ...texts.flatMap((pieces, output_index) =>
    pieces.map((content): ConversationEvent => ({
      type: 'message.output.delta',
      id: `msg_${output_index}`,
      output_index,
      role: 'assistant',
      content,
    })),
  ),
  { type: 'conversation.response.done', usage },
];

describe('a streamed conversation', () => {
  const params = { inputs: 'Who won?', model: 'mistral-small-latest', completion_args };

  test.each(['startStream', 'appendStream', 'restartStream'] as const)('of %s grows', async (name) => {
    const { conversations } = talk({ [`beta.conversations.${name}`]: events(['{"go', 'als":3', '}']) });
    const { model: _, ...further } = params;
    const given = {
      startStream: params,
      appendStream: { ...further, conversation_id: 'conv_1' },
      restartStream: { ...further, conversation_id: 'conv_1', from_entry_id: 'msg_1' },
    }[name];
    const stream = (conversations[name] as typeof conversations.startStream)(given as typeof params);
    const seen: unknown[] = [];
    for await (const partly of stream) seen.push(structuredClone(partly));
    expect(seen).toEqual([{}, { goals: 3 }]);
    expect(await stream.finalParsed()).toMatchObject({
      parsed: { goals: 3 },
      message: { content: '{"goals":3}' },
      response: { conversation_id: 'conv_1', usage },
    });
  });

  test('begins anew with each message', async () => {
    const { conversations } = talk({
      'beta.conversations.startStream': events(['{"goals":1,', '"by":{'], ['{"goals":', '3}']),
    });
    const stream = conversations.startStream(params);
    const seen: unknown[] = [];
    for await (const partly of stream) seen.push(structuredClone(partly));
    expect(seen).toEqual([{ goals: 1 }, { goals: 1, by: {} }, {}, { goals: 3 }]);
    expect((await stream.finalParsed()).parsed).toEqual({ goals: 3 });
  });
});

test.each([
  [{ inputs: 'x' }, '`completion_args.response_format` must be a schema'],
  [{ inputs: 'x', completion_args: {} }, '`completion_args.response_format` must be a schema'],
  [
    { inputs: 'x', completion_args: { response_format: z.array(z.string()) } },
    '`completion_args.response_format` must describe an object',
  ],
  [undefined, '`completion_args.response_format` must be a schema'],
])('nothing is sent for %j', async (params, problem) => {
  const { mock, conversations } = talk({});
  for (const asked of [
    conversations.start(params as never),
    conversations.startStream(params as never).finalParsed(),
  ]) {
    const failure = await failureOf(asked);
    expect(failure).toBeInstanceOf(ArgumentError);
    expect((failure as Error).message).toContain(problem);
  }
  expect(mock.requests).toEqual([]);
});

test('a format goes into the arguments of an agent, too', async () => {
  const mock = createMockMistral();
  await client({ fetch: mock.fetch }).beta.agents.create({
    model: 'mistral-small-latest',
    name: 'Scorer',
    completion_args: { response_format: responseFormat(Score) },
  });
  expect(mock.requests[0]?.body).toMatchObject({
    completion_args: { response_format: { type: 'json_schema' } },
  });
});
