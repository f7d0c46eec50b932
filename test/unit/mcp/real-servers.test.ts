import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Mistral } from '../../../src/index.js';
import { mcpTools, McpToolError } from '../../../src/mcp/index.js';
import { createMockMistral, inTurn, toolCall } from '../../../src/testing/index.js';
import { runTools, streamTools, ToolError, type RunnableTool } from '../../../src/tools/index.js';
import { failureOf } from '../../helpers/failure-of.js';
import { connections, type Connection } from '../../helpers/mcp/connections.js';
import { testKeys } from '../../helpers/test-keys.js';

const params = {
  model: 'mistral-small-latest',
  messages: [{ role: 'user' as const, content: 'Hi' }],
};

/** A model that says this, in turn. */
function model(...replies: (string | ReturnType<typeof toolCall>[])[]) {
  const response = inTurn<never>(...(replies as never[]));
  const mock = createMockMistral({ 'chat.complete': response, 'chat.stream': response });
  return { mock, chat: new Mistral({ ...testKeys, fetch: mock.fetch }).chat };
}

const namesOf = (tools: readonly RunnableTool[]) => tools.map((tool) => tool.function.name);
const singing = expect.arrayContaining([
  expect.objectContaining({ function: expect.objectContaining({ name: 'sing' }) }),
]);
const context = () => ({
  signal: new AbortController().signal,
  callId: 'aaaaaaaaa',
  round: 1,
  reportProgress() {},
});

describe.each(Object.entries(connections))('%s', (_, connect) => {
  let connection: Connection;
  let tools: RunnableTool[];
  let filesRead: string;
  let tellChange = () => {};
  const changed = new Promise<void>((resolve) => (tellChange = resolve));

  beforeAll(async () => {
    connection = await connect(() => tellChange());
    tools = await mcpTools(connection.client);
    filesRead = namesOf(tools).find((name) => name.startsWith('files_read_'))!;
  });

  afterAll(() => connection.close());

  test('the tools of the server are listed as the API takes them', () => {
    expect(namesOf(tools)).toEqual([
      'greet',
      filesRead,
      'picture',
      'weather',
      'wait',
      'was_cancelled',
      'learn',
    ]);
    expect(JSON.parse(JSON.stringify(tools[0]))).toEqual({
      type: 'function',
      function: {
        name: 'greet',
        description: 'Greets somebody',
        parameters: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      },
    });
  });

  test('a run calls them, and sends back text, images and structured content', async () => {
    const { mock, chat } = model(
      [
        toolCall('greet', { name: 'Ada' }),
        toolCall(filesRead, { path: 'a.md' }),
        toolCall('picture'),
        toolCall('weather'),
      ],
      'Done',
    );

    const run = await runTools(chat, params, { tools });

    expect(run.steps[0]!.results).toMatchObject([
      { status: 'done', content: 'Hello Ada' },
      { status: 'done', content: '# A' },
      { status: 'done', content: 'A dot\n[image_url]' },
      { status: 'done', content: '{"celsius":21}' },
    ]);
    const [first, second] = mock.callsTo('chat.complete');
    expect(second!.params.messages.filter(({ role }) => role === 'tool')).toMatchObject([
      { content: 'Hello Ada' },
      { content: '# A' },
      {
        content: [
          { type: 'text', text: 'A dot' },
          { type: 'image_url', image_url: 'data:image/png;base64,iVBORw0KGgo=' },
        ],
      },
      { content: '{"celsius":21}' },
    ]);
    expect(JSON.stringify(first)).not.toContain('strict');
  });

  test('a result that is an error is one that the model can read, or ends the run', async () => {
    const replies = [[toolCall(filesRead, { path: 'b.md' })], 'Oh'];

    const run = await runTools(model(...replies).chat, params, { tools });
    const failure = await failureOf(runTools(model(...replies).chat, params, { tools, onError: 'throw' }));

    expect(run.steps[0]!.results).toMatchObject([
      { status: 'failed', content: 'Error: The MCP tool `files.read` failed: No such file: b.md' },
    ]);
    expect(failure).toBeInstanceOf(ToolError);
    expect((failure as ToolError).cause).toBeInstanceOf(McpToolError);
    expect((failure as ToolError).cause).toMatchObject({ toolName: 'files.read', result: { isError: true } });
  });

  test('arguments that the server refuses are a failed result', async () => {
    const { chat } = model([toolCall('greet', { name: 7 })], 'Oh');

    const run = await runTools(chat, params, { tools });

    expect(run.steps[0]!.results).toMatchObject([
      { status: 'failed', content: expect.stringMatching(/name/) },
    ]);
  });

  test('progress is reported, and an abort cancels the call at the server', async () => {
    const { chat } = model([toolCall('wait')]);
    const controller = new AbortController();
    const run = streamTools(chat, params, { tools, signal: controller.signal });

    const told: unknown[] = [];
    const failure = await failureOf(
      (async () => {
        for await (const event of run) {
          if (event.type !== 'tool-progress') continue;
          told.push(event.progress);
          controller.abort();
        }
      })(),
    );

    expect(told).toMatchObject([{ progress: 1, total: 2, message: 'Half of it' }]);
    expect(failure).toMatchObject({ name: 'AbortError' });
    const wasCancelled = tools.find(({ function: { name } }) => name === 'was_cancelled')!;
    expect(await wasCancelled.execute({}, context())).toBe('Yes');
  });

  test('after the server says that its list has changed, the next round can have the new tools', async () => {
    const { mock, chat } = model([toolCall('learn')], [toolCall('sing')], 'Done');

    const run = await runTools(chat, params, {
      tools,
      async prepareRound({ round }) {
        if (round === 1) return undefined;
        await changed;
        return { tools: await mcpTools(connection.client) };
      },
    });

    const described = mock.callsTo('chat.complete').map((request) => request.params.tools);
    expect(described[0]).not.toEqual(singing);
    expect(described[1]).toEqual(singing);
    expect(run.steps.map(({ results }) => results.map(({ content }) => content))).toEqual([
      ['Learned'],
      ['La'],
      [],
    ]);
  });
});
