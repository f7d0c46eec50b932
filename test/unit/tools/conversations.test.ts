import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';

import { ArgumentError } from '../../../src/errors/argument-error.js';
import {
  partialRunOf,
  runTools,
  streamTools,
  tool,
  type ConversationToolsOptions,
} from '../../../src/tools/index.js';
import { collect } from '../../helpers/collect.js';
import { eventStream, sse } from '../../helpers/event-stream.js';
import { failureOf } from '../../helpers/failure-of.js';
import { answer, scripted, type Line } from '../../helpers/scripted.js';
import { conversing, events, functionCall, json, message } from '../../helpers/tool-replies.js';

const weather = tool({
  name: 'weather',
  description: 'The weather',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => ({ city, celsius: 21 }),
});
const params = { model: 'm', inputs: 'Weather in Lyon?' };
const lyon = json(conversing(functionCall('call_1', 'weather', { city: 'Lyon' })));
const sunny = json(conversing(message('It is sunny.')));
const result = { type: 'function.result', tool_call_id: 'call_1', result: '{"city":"Lyon","celsius":21}' };

/** The paths and bodies of requests. */
const sentBy = ({ fetch }: ReturnType<typeof scripted>) =>
  fetch.mock.calls.map(([url, { body }]) => [
    new URL(url).pathname,
    JSON.parse(body as string) as Record<string, unknown>,
  ]);

async function converse(
  lines: readonly Line[],
  given: object = params,
  options: Partial<ConversationToolsOptions> = {},
) {
  const client = scripted(lines);
  const done = await runTools(client.mistral.beta.conversations, given as never, {
    tools: [weather],
    ...options,
  });
  return { sent: sentBy(client), done };
}

describe('a run over a conversation', () => {
  test('starts it, appends the results of calls, and ends with the answer', async () => {
    const { sent, done } = await converse([lyon, sunny]);

    expect(sent).toEqual([
      [
        '/v1/conversations',
        { ...params, stream: false, tools: [{ type: 'function', function: weather.function }] },
      ],
      ['/v1/conversations/conv_1', { inputs: [result], stream: false }],
    ]);
    expect(done).toMatchObject({
      endedBy: 'reply',
      conversationId: 'conv_1',
      response: { outputs: [{ content: 'It is sunny.' }] },
      usage: { total_tokens: 30 },
      inputs: [],
    });
    expect(done.entries.map(({ type }) => type)).toEqual([
      'function.call',
      'function.result',
      'message.output',
    ]);
    expect(done.steps[0]!.results[0]).toMatchObject({ id: 'call_1', status: 'done' });
  });

  test('goes on with one that there is', async () => {
    const { sent } = await converse([lyon, sunny], { conversation_id: 'conv_1', inputs: 'And in Lyon?' });

    expect(sent).toEqual([
      ['/v1/conversations/conv_1', { inputs: 'And in Lyon?', stream: false }],
      ['/v1/conversations/conv_1', { inputs: [result], stream: false }],
    ]);
  });

  test('adds its tools to those that Mistral runs', async () => {
    const { sent } = await converse([sunny], { ...params, tools: [{ type: 'web_search' }] });

    expect(sent[0]![1]).toMatchObject({ tools: [{ type: 'web_search' }, { type: 'function' }] });
  });

  test('leaves the tools of an agent to the agent', async () => {
    const { sent } = await converse([sunny], { agent_id: 'ag', inputs: 'Hi' });

    expect(sent[0]![1]).toEqual({ agent_id: 'ag', inputs: 'Hi', stream: false });
  });

  test('repeats what each request needs, and forces a tool in the first round alone', async () => {
    const { sent } = await converse([lyon, sunny], {
      ...params,
      handoff_execution: 'server',
      completion_args: { temperature: 0, tool_choice: 'any' },
    });

    expect(sent[1]![1]).toEqual({
      inputs: [result],
      handoff_execution: 'server',
      completion_args: { temperature: 0, tool_choice: 'auto' },
      stream: false,
    });
  });

  test('that is cut short has the results that are to be sent yet', async () => {
    const { done } = await converse([lyon], params, { maxRounds: 1 });

    expect(done).toMatchObject({ endedBy: 'maxRounds', conversationId: 'conv_1', inputs: [result] });
  });

  test('that fails has the results that are to be sent yet', async () => {
    const error = await failureOf(converse([lyon, answer(400)]));

    expect(partialRunOf(error)).toMatchObject({
      conversationId: 'conv_1',
      inputs: [result],
      steps: [{ round: 1 }],
    });
  });

  test('that is aborted while calls run has no result to send a second time', async () => {
    const controller = new AbortController();
    const stuck = tool({
      name: 'stuck',
      description: 'Stuck',
      parameters: { type: 'object' },
      execute: () => {
        controller.abort();
        return new Promise(() => {});
      },
    });
    const second = json(conversing(functionCall('call_2', 'stuck')));
    const error = await failureOf(
      converse([lyon, second], params, { tools: [weather, stuck], signal: controller.signal }),
    );

    expect(partialRunOf(error)).toMatchObject({
      inputs: [],
      steps: [{ round: 1 }],
      interrupted: { results: [{ id: 'call_2', status: 'cancelled' }] },
    });
  });

  test('runs a call once, and answers one of the same id for something else with an error', async () => {
    const other = json(conversing(functionCall('call_1', 'weather', { city: 'Nice' })));
    const { done } = await converse([lyon, lyon, other, sunny]);

    expect(done.steps.map(({ results }) => results[0]?.content)).toEqual([
      result.result,
      result.result,
      'Error: The id call_1 belongs to another call; the tool was not run',
      undefined,
    ]);
  });

  test('a response without outputs is an error', async () => {
    expect(await failureOf(converse([json({ conversation_id: 'conv_1' })]))).toMatchObject({
      message: 'The response of the conversation has no outputs',
    });
  });
});

describe('a call that waits for confirmation', () => {
  const waiting = json(
    conversing(
      functionCall('call_1', 'weather', { city: 'Lyon' }),
      functionCall('call_2', 'mail', {}, 'pending'),
    ),
  );

  test.each(['allow', 'deny'] as const)('is answered with %s, and not run here', async (confirmation) => {
    const onConfirm = vi.fn(async () => confirmation);
    const { sent, done } = await converse([waiting, sunny], params, { onConfirm });

    expect(onConfirm).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ tool_call_id: 'call_2', name: 'mail' }),
    );
    expect(sent[1]![1]).toEqual({
      inputs: [result],
      tool_confirmations: [{ tool_call_id: 'call_2', confirmation }],
      stream: false,
    });
    expect(done.steps[0]!.results.map(({ id }) => id)).toEqual(['call_1']);
  });

  test('ends the run when nobody decides', async () => {
    const { sent, done } = await converse([waiting]);

    expect(done).toMatchObject({ endedBy: 'confirmation', inputs: [result] });
    expect(sent).toHaveLength(1);
  });

  test('is not asked about when the run ends anyway', async () => {
    const onConfirm = vi.fn(() => 'allow' as const);
    const { done } = await converse([waiting], params, { onConfirm, maxRounds: 1 });

    expect(done.endedBy).toBe('maxRounds');
    expect(onConfirm).not.toHaveBeenCalled();
  });

  test('needs an answer that is one', async () => {
    const error = await failureOf(converse([waiting], params, { onConfirm: () => true as never }));

    expect(error).toBeInstanceOf(ArgumentError);
    expect(error).toMatchObject({ message: "`onConfirm` must return 'allow' or 'deny', not true" });
    expect(partialRunOf(error)).toMatchObject({ inputs: [result] });
  });

  test('does not hold a run that is aborted', async () => {
    const controller = new AbortController();
    const onConfirm = vi.fn(() => new Promise<never>(() => {}));
    const failing = failureOf(converse([waiting], params, { onConfirm, signal: controller.signal }));
    await vi.waitFor(() => expect(onConfirm).toHaveBeenCalled());
    controller.abort('why');

    expect(await failing).toMatchObject({ name: 'AbortError', cause: 'why' });
  });

  test('is no concern of the run once it was confirmed', async () => {
    const allowed = { ...functionCall('call_2', 'mail'), confirmation_status: 'allowed' as const };
    const { done } = await converse([json(conversing(allowed as never, message('Sent.')))]);

    expect(done.endedBy).toBe('reply');
    expect(done.steps[0]!.results).toEqual([]);
  });
});

describe('a hand-off', () => {
  const entry = {
    type: 'agent.handoff' as const,
    previous_agent_id: 'ag_1',
    previous_agent_name: 'one',
    next_agent_id: 'ag_2',
    next_agent_name: 'two',
  };
  const client = { agent_id: 'ag_1', inputs: 'Hi', handoff_execution: 'client' };

  test('on the server is none of ours', async () => {
    const { done } = await converse([json(conversing(entry))], { agent_id: 'ag_1', inputs: 'Hi' });

    expect(done.endedBy).toBe('reply');
  });

  test('on the client ends the run when nobody says how to go on', async () => {
    const { done } = await converse([json(conversing(entry))], client);

    expect(done).toMatchObject({ endedBy: 'handoff', response: { outputs: [{ next_agent_id: 'ag_2' }] } });
  });

  test('on the client ends the run when it is declined', async () => {
    const { done } = await converse([json(conversing(entry))], client, { onHandoff: () => undefined });

    expect(done.endedBy).toBe('handoff');
  });

  test('on the client starts a conversation with the next agent', async () => {
    const onHandoff = vi.fn(async () => 'Go on');
    const second = json({ ...conversing(message('It is me')), conversation_id: 'conv_2' });
    const { sent, done } = await converse([json(conversing(entry)), second], client, { onHandoff });

    expect(onHandoff).toHaveBeenCalledExactlyOnceWith(entry, { entries: [entry], conversationId: 'conv_1' });
    expect(sent[1]).toEqual([
      '/v1/conversations',
      { agent_id: 'ag_2', inputs: 'Go on', handoff_execution: 'client', stream: false },
    ]);
    expect(done).toMatchObject({ endedBy: 'reply', conversationId: 'conv_2' });
  });

  test('waits until the results of calls beside it are sent', async () => {
    const onHandoff = vi.fn(() => 'Go on');
    const both = json(conversing(functionCall('call_1', 'weather', { city: 'Lyon' }), entry));
    const { sent } = await converse([both, json(conversing(entry)), sunny], client, { onHandoff });

    expect(sent.map(([path]) => path)).toEqual([
      '/v1/conversations',
      '/v1/conversations/conv_1',
      '/v1/conversations',
    ]);
    expect(onHandoff).toHaveBeenCalledTimes(1);
  });
});

test('a conversation is streamed in the same way', async () => {
  const started = { type: 'conversation.response.started', conversation_id: 'conv_1' };
  const done = { type: 'conversation.response.done', usage: { total_tokens: 15 } };
  const first = [
    started,
    { type: 'function.call.delta', id: 'e1', name: 'weather', tool_call_id: 'call_1', arguments: '{"city":' },
    { type: 'function.call.delta', id: 'e1', name: 'weather', tool_call_id: 'call_1', arguments: '"Lyon"}' },
    done,
  ];
  const second = [
    started,
    { type: 'message.output.delta', id: 'e2', role: 'assistant', content: 'It is ' },
    { type: 'message.output.delta', id: 'e2', role: 'assistant', content: 'sunny.' },
    done,
  ];
  const client = scripted([events(first, []), events(second, [])]);
  const run = streamTools(client.mistral.beta.conversations, params, { tools: [weather] });

  const told = await collect(run);

  expect(told.flatMap((event) => (event.type === 'text-delta' ? event.text : []))).toEqual([
    'It is ',
    'sunny.',
  ]);
  expect(told.filter(({ type }) => type === 'tool-result')).toHaveLength(1);
  expect(await run).toMatchObject({
    endedBy: 'reply',
    usage: { total_tokens: 30 },
    conversationId: 'conv_1',
  });
  expect(sentBy(client).map(([path]) => path)).toEqual(['/v1/conversations', '/v1/conversations/conv_1']);
  expect(sentBy(client)[1]![1]).toEqual({ inputs: [result], stream: true });
});

test('a streamed run that is aborted keeps what had arrived', async () => {
  const controller = new AbortController();
  const body = sse(
    { type: 'conversation.response.started', conversation_id: 'conv_1' },
    { type: 'message.output.delta', id: 'e2', role: 'assistant', content: 'It is ' },
  );
  const endless = new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode(body)) });
  const client = scripted([() => eventStream(endless)]);
  const run = streamTools(client.mistral.beta.conversations, params, {
    tools: [weather],
    signal: controller.signal,
  });

  const error = await failureOf(async () => {
    for await (const { type } of run) if (type === 'text-delta') controller.abort('why');
  });

  const partial = { conversation_id: 'conv_1', outputs: [{ content: 'It is ' }] };
  expect(error).toMatchObject({ name: 'AbortError', cause: 'why', partial });
  expect(partialRunOf(error)).toMatchObject({ steps: [], entries: [], partial });
});

test.each([
  ['no parameters', undefined, {}, /object with `inputs`/],
  ['no inputs', { model: 'm', messages: [] }, {}, /starts with `inputs`/],
  ['tools that are no list', { ...params, tools: 'x' }, {}, /`tools` of the parameters must be an array/],
  [
    'a list of something else',
    { ...params, tools: [null] },
    {},
    /`tools` of the parameters must be an array/,
  ],
  ['an empty id', { conversation_id: '', inputs: 'Hi' }, {}, /`conversation_id`/],
  ['a conversation that is not stored', { ...params, store: false }, {}, /remove `store: false`/],
  [
    'tools for a conversation that has its own',
    { conversation_id: 'c', inputs: '', tools: [] },
    {},
    /remove `tools`/,
  ],
  ['functions that nobody runs', { ...params, tools: [{ type: 'function' }] }, {}, /`tools` of the options/],
  ['a listener that is none', params, { onHandoff: 'follow' }, /`onHandoff` must be a function/],
])('refuses %s before it sends anything', async (_, given, options, text) => {
  const { mistral, fetch } = scripted([sunny]);

  const error = await failureOf(
    runTools(mistral.beta.conversations, given as never, { tools: [weather], ...options } as never),
  );

  expect(error).toBeInstanceOf(ArgumentError);
  expect((error as Error).message).toMatch(text);
  expect(fetch).not.toHaveBeenCalled();
});

test('takes no double that can start but not append', async () => {
  const half = { start: async () => conversing(message('Hi')) };

  expect(await failureOf(runTools(half as never, params, { tools: [] }))).toBeInstanceOf(ArgumentError);
});
