import { describe, expect, test } from 'vitest';

import { ArgumentError } from '../../../src/errors/argument-error.js';
import {
  runTools,
  streamTools,
  tool,
  toolContent,
  type CompletionToolsOptions,
  type RunnableTool,
  type ToolContext,
} from '../../../src/tools/index.js';
import { failureOf } from '../../helpers/failure-of.js';
import { scripted } from '../../helpers/scripted.js';
import {
  call,
  calling,
  conversing,
  events,
  functionCall,
  json,
  message,
  saying,
  streamed,
} from '../../helpers/tool-replies.js';

const a = 'aaaaaaaaa';
const messages = [{ role: 'user' as const, content: 'Hi' }];
const named = (name: string, execute: (args: unknown, context: ToolContext) => unknown = () => name) =>
  tool({ name, description: name, parameters: { type: 'object' }, execute });

async function run(
  tools: readonly RunnableTool[],
  options: Partial<CompletionToolsOptions> = {},
  replies = [calling(call(a, 'one')), saying('Done.')],
) {
  const client = scripted(replies.map(json));
  const result = await runTools(client.mistral.chat, { model: 'm', messages }, { tools, ...options });
  const bodies = client.fetch.mock.calls.map(
    ([, { body }]) => JSON.parse(body as string) as Record<string, unknown> & { messages: unknown[] },
  );
  return { result, bodies };
}

describe('prepareRound', () => {
  test('changes one request alone, and what it leaves out of the messages stays in the history', async () => {
    const seen: [number, number][] = [];
    const two = named('two');

    const { result, bodies } = await run([named('one')], {
      prepareRound: ({ round, messages: history, usage }) => {
        seen.push([round, history.length]);
        expect(usage?.total_tokens).toBe(round === 1 ? undefined : 15);
        return round === 1
          ? undefined
          : { model: 'large', tool_choice: 'none', tools: [two], messages: [...messages] };
      },
    });

    expect(seen).toEqual([
      [1, 1],
      [2, 3],
    ]);
    expect(bodies[0]).toMatchObject({ model: 'm', tools: [{ function: { name: 'one' } }] });
    expect(bodies[1]).toMatchObject({
      model: 'large',
      tool_choice: 'none',
      tools: [{ function: { name: 'two' } }],
      messages,
    });
    expect(result.messages).toHaveLength(4);
  });

  test('gives tools that run in this round, and those of the run are unknown in it', async () => {
    const { result } = await run(
      [named('one')],
      { prepareRound: ({ round }) => (round === 1 ? { tools: [named('two')] } : undefined) },
      [calling(call(a, 'one'), call('bbbbbbbbb', 'two')), saying('Done.')],
    );

    expect(result.steps[0]!.results.map(({ status }) => status)).toEqual(['failed', 'done']);
  });

  test.each([
    [{ stream: true }, '`stream`'],
    [7, 'must return an object'],
    [{ n: 2 }, '`n`'],
    [{ tools: [{}] }, 'is not a tool'],
    [{ messages: [{ role: 'tool', content: 'x', tool_call_id: 'b' }] }, 'The API would refuse'],
  ])('that returns %j ends the run with an error', async (returned, problem) => {
    const failure = await failureOf(run([], { prepareRound: () => returned as never }));

    expect(failure).toBeInstanceOf(ArgumentError);
    expect(String(failure)).toContain(problem);
  });

  test('changes the completion of a conversation, and nothing that it has from its start', async () => {
    const client = scripted([json(conversing(message('Hello')))]);
    const { conversations } = client.mistral.beta;
    const params = { model: 'm', inputs: 'Hi' };
    await runTools(conversations, params, {
      tools: [],
      prepareRound: () => ({ completion_args: { temperature: 0 } }),
    });

    expect(JSON.parse(client.fetch.mock.calls[0]![1].body as string)).toMatchObject({
      completion_args: { temperature: 0 },
    });
    for (const prepared of [{ tools: [] }, { inputs: 'x' }, { conversation_id: 'x' }])
      expect(
        String(
          await failureOf(
            runTools(conversations, params, { tools: [], prepareRound: () => prepared as never }),
          ),
        ),
      ).toContain(`\`${Object.keys(prepared)[0]}\``);
  });
});

describe('a result that is content', () => {
  const png = 'data:image/png;base64,iVBORw0KGgo=';
  const shown = named('one', () =>
    toolContent([
      { type: 'text', text: 'At noon' },
      { type: 'image_url', image_url: png },
    ]),
  );

  test('is sent as it is in a chat', async () => {
    const { result, bodies } = await run([shown]);

    expect(bodies[1]!.messages[2]).toEqual({
      role: 'tool',
      tool_call_id: a,
      name: 'one',
      content: [
        { type: 'text', text: 'At noon' },
        { type: 'image_url', image_url: png },
      ],
    });
    expect(result.steps[0]!.results[0]).toMatchObject({ status: 'done', content: 'At noon\n[image_url]' });
  });

  test('is its text in a conversation, with a note of what is missing', async () => {
    const client = scripted([json(conversing(functionCall(a, 'one'))), json(conversing(message('Nice')))]);
    await runTools(client.mistral.beta.conversations, { model: 'm', inputs: 'Hi' }, { tools: [shown] });

    const { inputs } = JSON.parse(client.fetch.mock.calls[1]![1].body as string) as {
      inputs: { result: string }[];
    };
    expect(inputs[0]!.result).toMatch(/^At noon\n\[image_url\]\n\[A conversation takes results as text/);
  });

  test.each([[[]], ['text'], [[{}]], [[{ type: 7 }]]])('is refused where it is %j', (chunks) => {
    expect(() => toolContent(chunks as never)).toThrow(ArgumentError);
  });

  test.each([
    ['a text', () => 'é'.repeat(100), 'é'.repeat(5)],
    ['JSON', () => ({ text: 'x'.repeat(100) }), '{"text":"xx'],
  ])('of %s that is too long is cut in whole characters, and the model is told', async (_, value, start) => {
    const { bodies } = await run([named('one', value)], { maxResultBytes: 11 });

    const { content } = bodies[1]!.messages[2] as { content: string };
    expect(content).toMatch(/ends here: it is longer than the 11 bytes/);
    expect(content.split('\n')[0]).toBe(start);
  });

  test('loses the chunks that do not fit, and the model is told', async () => {
    const { bodies } = await run([shown], { maxResultBytes: 20 });

    expect((bodies[1]!.messages[2] as { content: unknown }).content).toEqual([
      { type: 'text', text: 'At noon' },
      { type: 'text', text: expect.stringMatching(/^\[image_url\] \[The result ends here/) },
    ]);
  });

  test('is whole where it fits to the last byte', async () => {
    const { bodies } = await run([named('one', () => 'éé')], { maxResultBytes: 4 });

    expect((bodies[1]!.messages[2] as { content: unknown }).content).toBe('éé');
  });
});

test('what a tool reports comes as events of its call, until it has its result', async () => {
  let late: ToolContext | undefined;
  const slow = named('one', async (_, context) => {
    late = context;
    context.reportProgress(0.5);
    await Promise.resolve();
    context.reportProgress({ done: true });
    return 'Done';
  });
  const client = scripted([events(streamed(calling(call(a, 'one')))), events(streamed(saying('Good.')))]);

  const seen: unknown[] = [];
  for await (const event of streamTools(client.mistral.chat, { model: 'm', messages }, { tools: [slow] })) {
    if (event.type === 'tool-progress') seen.push([event.round, event.call.id, event.progress]);
    if (event.type === 'tool-result') {
      seen.push('result');
      late!.reportProgress('late');
    }
  }

  expect(seen).toEqual([[1, a, 0.5], [1, a, { done: true }], 'result']);
});
