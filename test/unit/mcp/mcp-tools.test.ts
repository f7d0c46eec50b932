import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { AbortError } from '../../../src/errors/abort-error.js';
import { ArgumentError } from '../../../src/errors/argument-error.js';
import { MistralError } from '../../../src/errors/mistral-error.js';
import { TimeoutError } from '../../../src/errors/timeout-error.js';
import { mcpTools, type McpClient, type McpToolsOptions } from '../../../src/mcp/index.js';
import { resumeTools, runTools, type PendingRun, type RunnableTool } from '../../../src/tools/index.js';
import { failureOf } from '../../helpers/failure-of.js';
import { scripted } from '../../helpers/scripted.js';
import { call, calling, json, saying } from '../../helpers/tool-replies.js';

const inputSchema = { type: 'object', properties: {} };
const describeTool = (name: string, more: object = {}) => ({
  name,
  description: 'A tool',
  inputSchema,
  ...more,
});

type CallTool = (params: { name: string; arguments?: object }, ...more: never[]) => unknown;

/** A client whose server has these tools, on one page. */
const clientOf = (tools: readonly object[], callTool: CallTool = () => ({ content: [] })): McpClient => ({
  listTools: async () => ({ tools: tools as { name: string; inputSchema: object }[] }),
  // What it returns may be anything.
  callTool: callTool as McpClient['callTool'],
});

const named = (...names: string[]) => clientOf(names.map((name) => describeTool(name)));
const namesOf = (tools: readonly RunnableTool[]) => tools.map((tool) => tool.function.name);
const list = async (client: McpClient, options?: McpToolsOptions) => namesOf(await mcpTools(client, options));

const contextWith = (signal: AbortSignal, reportProgress: (value: unknown) => void = () => {}) => ({
  signal,
  callId: 'aaaaaaaaa',
  round: 1,
  reportProgress,
});
const context = () => contextWith(new AbortController().signal);

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));

afterEach(() => {
  expect(vi.getTimerCount(), 'timers left behind').toBe(0);
  vi.useRealTimers();
});

describe('the list', () => {
  test('is read page by page, until there is no cursor', async () => {
    const pages = [
      { tools: [describeTool('a')], nextCursor: '1' },
      { tools: [describeTool('b'), describeTool('a')], nextCursor: '2' },
      { tools: [describeTool('c')], nextCursor: '' },
    ];
    const left = [...pages];
    const listTools = vi.fn<McpClient['listTools']>(async () => left.shift()!);

    expect(await list({ ...named(), listTools })).toEqual(['a', 'b', 'c']);
    expect(listTools.mock.calls.map(([params]) => params)).toEqual([
      undefined,
      { cursor: '1' },
      { cursor: '2' },
    ]);
  });

  test('of a server that repeats a cursor is an error, not a loop', async () => {
    const listTools = async () => ({ tools: [describeTool('a')], nextCursor: 'again' });

    const failure = await failureOf(mcpTools({ ...named(), listTools }));

    expect(failure).toBeInstanceOf(MistralError);
    expect((failure as Error).message).toMatch(/cursor "again" twice/);
  });

  test.each([[[describeTool('a')]], [[]]])(
    'of a server that sends the page %j under ever new cursors is an error, not a loop',
    async (tools) => {
      let pages = 0;
      const listTools = async () => ({ tools, nextCursor: String((pages += 1)) });

      const failure = await failureOf(mcpTools({ ...named(), listTools }));

      expect(failure).toBeInstanceOf(MistralError);
      expect((failure as Error).message).toMatch(/without an end: 10 pages in a row had no new tool/);
    },
  );

  test.each<{ page: unknown }>([
    { page: undefined },
    { page: null },
    { page: [] },
    { page: {} },
    { page: { tools: 'a' } },
    { page: { tools: [{}] } },
    { page: { tools: [null] } },
  ])('that has the page $page is an error', async ({ page }) => {
    const failure = await failureOf(mcpTools({ ...named(), listTools: async () => page as never }));

    expect((failure as Error).message).toMatch(/^listTools\(\) of the MCP client must return/);
  });

  test('that fails does so with the error of the client', async () => {
    const mine = new Error('Not connected');

    expect(await failureOf(mcpTools({ ...named(), listTools: () => Promise.reject(mine) }))).toBe(mine);
  });

  test('ends with its signal, and after its time, though the client does not', async () => {
    const controller = new AbortController();
    const seen: (AbortSignal | undefined)[] = [];
    const client: McpClient = {
      ...named(),
      listTools: (_, options) => {
        seen.push(options?.signal);
        return new Promise(() => {});
      },
    };

    const aborted = failureOf(mcpTools(client, { signal: controller.signal }));
    const late = failureOf(mcpTools(client, { timeoutMs: 5000 }));
    controller.abort();
    vi.advanceTimersByTime(5000);

    expect(await aborted).toBeInstanceOf(AbortError);
    expect(await late).toBeInstanceOf(TimeoutError);
    expect(String(await late)).toMatch(/Listing the tools of the MCP server took longer than 5000 ms/);
    expect(seen.map((signal) => signal?.aborted)).toEqual([true, true]);
  });

  test('is not requested once the signal has aborted', async () => {
    const listTools = vi.fn<McpClient['listTools']>();

    const failure = await failureOf(mcpTools({ ...named(), listTools }, { signal: AbortSignal.abort() }));

    expect(failure).toBeInstanceOf(AbortError);
    expect(listTools).not.toHaveBeenCalled();
  });
});

describe('include and exclude', () => {
  const client = named('read', 'write', 'delete_file');

  test('choose tools by the names of the server', async () => {
    expect(await list(client, { include: ['write', 'read'], prefix: 'x_' })).toEqual(['x_read', 'x_write']);
    expect(await list(client, { exclude: ['write'] })).toEqual(['read', 'delete_file']);
    expect(await list(client, { include: ['read', 'write'], exclude: ['write'] })).toEqual(['read']);
    expect(await list(client, { include: [] })).toEqual([]);
  });

  test('refuse to include what does not exist', async () => {
    expect(String(await failureOf(mcpTools(client, { include: ['Read'] })))).toMatch(
      /no tool `Read`. Did you mean `read`\?/,
    );
    expect(String(await failureOf(mcpTools(client, { include: ['sing'] })))).toMatch(
      /no tool `sing`. Its tools: read, write, delete_file/,
    );
  });

  test('refuse a misspelt name to exclude, which would let the tool in, but not a missing one', async () => {
    const failure = await failureOf(mcpTools(client, { exclude: ['delete-file'] }));

    expect(failure).toBeInstanceOf(ArgumentError);
    expect((failure as Error).message).toMatch(/Did you mean `delete_file`\?/);
    expect(await list(client, { exclude: ['sing'] })).toEqual(['read', 'write', 'delete_file']);
  });
});

describe('names', () => {
  test('that the API takes stay as they are, behind the prefix', async () => {
    expect(await list(named('get_issue', 'Get-Issue'), { prefix: 'github_' })).toEqual([
      'github_get_issue',
      'github_Get-Issue',
    ]);
    expect(await list(named('a'.repeat(64)))).toEqual(['a'.repeat(64)]);
  });

  test('that the API does not take become ones that it does, each another', async () => {
    const origins = ['a.b', 'a/b', 'a b', 'a_b', 'é', `${'a'.repeat(127)}1`, `${'a'.repeat(127)}2`];

    const names = await list(named(...origins));

    expect(new Set(names).size).toBe(origins.length);
    for (const name of names) expect(name).toMatch(/^[\w-]{1,64}$/);
    expect(names[0]).toMatch(/^a_b_/);
    expect(names[3]).toBe('a_b');
  });

  test('do not depend on what else the server lists, nor on what is chosen', async () => {
    const [alone] = await list(named('a.b'));

    expect(await list(named('a_b', 'a/b', 'a.b'))).toContain(alone);
    expect(await list(named('a_b', 'a/b', 'a.b'), { include: ['a.b'] })).toEqual([alone]);
  });

  test('that are still the same are an error that says so', async () => {
    const [changed] = await list(named('a.b'));

    const failure = await failureOf(mcpTools(named('a.b', changed!)));

    expect(failure).toBeInstanceOf(ArgumentError);
    expect((failure as Error).message).toContain(
      `The MCP tools \`a.b\` and \`${changed}\` have the same name`,
    );
  });

  test('of the server are what it is called with', async () => {
    const callTool = vi.fn<CallTool>(() => ({ content: [] }));
    const [tool] = await mcpTools(clientOf([describeTool('a.b')], callTool), { prefix: 'x_' });

    await tool!.execute({ c: 1 }, context());

    expect(callTool.mock.calls[0]![0]).toEqual({ name: 'a.b', arguments: { c: 1 } });
  });
});

describe('a description', () => {
  test('has no `strict`, and is that of the tool, or its title or name', async () => {
    const tools = await mcpTools(
      clientOf([
        describeTool('a', { title: 'Title', _meta: { secret: 1 }, outputSchema: {}, annotations: {} }),
        describeTool('b', { description: ' ', title: 'Title' }),
        describeTool('c', { description: undefined }),
        describeTool('d', { description: 5, title: {} }),
      ]),
    );

    expect(JSON.parse(JSON.stringify(tools))).toEqual(
      [
        ['a', 'A tool'],
        ['b', 'Title'],
        ['c', 'c'],
        ['d', 'd'],
      ].map(([name, description]) => ({
        type: 'function',
        function: { name, description, parameters: inputSchema },
      })),
    );
  });

  test('has the schema of the server, without what the API refuses', async () => {
    const schemas = [
      { $schema: 'http://json-schema.org/draft-07/schema#', properties: { a: { type: 'string' } } },
      {
        type: 'object',
        definitions: { A: { type: 'string' } },
        properties: { a: { $ref: '#/definitions/A' } },
      },
      undefined,
    ];
    const tools = await mcpTools(
      clientOf(schemas.map((schema, index) => describeTool(`t${index}`, { inputSchema: schema }))),
    );

    expect(tools.map((tool) => tool.function.parameters)).toEqual([
      { type: 'object', properties: { a: { type: 'string' } } },
      { type: 'object', properties: { a: { $ref: '#/$defs/A' } }, $defs: { A: { type: 'string' } } },
      { type: 'object' },
    ]);
  });

  test('that the API cannot have is an error that names the tool, and how to go on without it', async () => {
    const broken = describeTool('a.b', {
      inputSchema: { type: 'object', properties: { c: { $ref: '#/no' } } },
    });
    const client = clientOf([broken, describeTool('d')]);

    const failure = await failureOf(mcpTools(client));

    expect(failure).toBeInstanceOf(ArgumentError);
    expect((failure as Error).message).toMatch(/The MCP tool `a\.b` cannot be used: .*`#\/no`.*`exclude` it/);
    expect(await list(client, { exclude: ['a.b'] })).toEqual(['d']);
  });
});

describe('needsApproval', () => {
  test('is asked for no tool, unless it is set', async () => {
    expect((await mcpTools(named('a')))[0]!.needsApproval).toBeUndefined();
    expect((await mcpTools(named('a'), { needsApproval: true }))[0]!.needsApproval).toBe(true);
  });

  test('is called with the tool as the server describes it, and the arguments', async () => {
    const described = describeTool('a.b', { annotations: { destructiveHint: true } });
    const needsApproval = vi.fn(() => true);
    const [tool] = await mcpTools(clientOf([described]), { needsApproval });
    const given = context();

    const ask = tool!.needsApproval as (args: unknown, context: object) => unknown;

    expect(ask({ c: 1 }, given)).toBe(true);
    expect(needsApproval).toHaveBeenCalledExactlyOnceWith(described, { c: 1 }, given);
  });
});

describe('a run whose tools need approval', () => {
  const params = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] };
  const callTool = vi.fn<CallTool>(() => ({ content: [{ type: 'text', text: 'Deleted' }] }));
  const served = [
    describeTool('files.read', { annotations: { readOnlyHint: true } }),
    describeTool('files.delete'),
  ];
  const listed = (tools: readonly object[]) =>
    mcpTools(clientOf(tools, callTool), { needsApproval: (tool) => !tool.annotations?.readOnlyHint });

  beforeEach(() => void callTool.mockClear());

  test('calls the server only for what is allowed', async () => {
    const tools = await listed(served);
    const [read, remove] = namesOf(tools) as [string, string];
    const reply = calling(call('aaaaaaaaa', read), call('bbbbbbbbb', remove, { path: 'a' }));
    const onApproval = vi.fn(() => ({ decision: 'deny', reason: 'Not that one' }) as const);

    const run = await runTools(scripted([json(reply), json(saying('Oh'))]).mistral.chat, params, {
      tools,
      onApproval,
    });

    expect(onApproval).toHaveBeenCalledOnce();
    expect(callTool.mock.calls.map(([{ name }]) => name)).toEqual(['files.read']);
    expect(run.steps[0]!.results[1]!.content).toMatch(/Not that one/);
  });

  test('can be resumed with the tools of another listing', async () => {
    const tools = await listed(served);
    const remove = namesOf(tools)[1]!;
    const replies = [json(calling(call('bbbbbbbbb', remove, { path: 'a' }))), json(saying('Done'))];
    const { chat } = scripted(replies).mistral;
    const { pending } = await runTools(chat, params, { tools });
    expect(callTool).not.toHaveBeenCalled();

    const run = await resumeTools(
      chat,
      JSON.parse(JSON.stringify(pending)) as PendingRun,
      { bbbbbbbbb: 'allow' },
      { tools: await listed([describeTool('files_delete'), ...served.toReversed()]) },
    );

    expect(callTool.mock.calls.map(([given]) => given)).toEqual([
      { name: 'files.delete', arguments: { path: 'a' } },
    ]);
    expect(run.endedBy).toBe('reply');
  });
});

describe('a call', () => {
  const hang = () => new Promise(() => {});

  // Each generation by its number of parameters, which is what tells them apart.
  const generations: [string, (options: (given: Record<string, unknown>) => void) => CallTool][] = [
    [
      'third, where the second is a schema',
      (see) =>
        async (_, schema = 'own' as never, options?) => {
          expect(schema).toBe('own');
          see(options as never);
          return { content: [] };
        },
    ],
    [
      'second',
      (see) => async (_: object, options: never) => {
        see(options);
        return { content: [] };
      },
    ],
  ];

  test.each(generations)('passes the options of the request as the %s argument', async (_, callTool) => {
    const seen: Record<string, unknown>[] = [];
    const client = clientOf(
      [describeTool('a')],
      callTool((options) => seen.push(options)),
    );
    const told: unknown[] = [];

    for (const timeoutMs of [undefined, 1000]) {
      const [tool] = await mcpTools(client, { timeoutMs });
      await tool!.execute(
        {},
        contextWith(new AbortController().signal, (value) => told.push(value)),
      );
    }

    expect(seen).toEqual([
      { signal: expect.any(AbortSignal), onprogress: expect.any(Function) },
      { signal: expect.any(AbortSignal), onprogress: expect.any(Function), timeout: 2 ** 31 - 1 },
    ]);
    (seen[0]!.onprogress as (value: unknown) => void)({ progress: 1 });
    expect(told).toEqual([{ progress: 1 }]);
  });

  test('ends with its signal, which the client gets, though the client does not end', async () => {
    const controller = new AbortController();
    let signal: AbortSignal | undefined;
    const callTool = (_: object, options: never) => {
      ({ signal } = options as { signal: AbortSignal });
      return hang();
    };
    const [tool] = await mcpTools(clientOf([describeTool('a')], callTool));

    const failure = failureOf(Promise.resolve(tool!.execute({}, contextWith(controller.signal))));
    controller.abort();

    expect(await failure).toBeInstanceOf(AbortError);
    expect(signal?.aborted).toBe(true);
  });

  test('that takes longer than its time limit is an error that names the tool', async () => {
    const [tool] = await mcpTools(clientOf([describeTool('a.b')], hang), { timeoutMs: 5000 });

    const failure = failureOf(Promise.resolve(tool!.execute({}, context())));
    vi.advanceTimersByTime(4999);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1);

    expect(await failure).toBeInstanceOf(TimeoutError);
    expect(await failure).toMatchObject({
      message: 'The MCP tool `a.b` took longer than 5000 ms',
      timeoutMs: 5000,
    });
  });

  test('that fails does so with the error of the client', async () => {
    const mine = new Error('Disconnected');
    const [tool] = await mcpTools(
      clientOf([describeTool('a')], () => {
        throw mine;
      }),
    );

    expect(await failureOf(Promise.resolve(tool!.execute({}, context())))).toBe(mine);
  });
});

test.each<[unknown, RegExp]>([
  [{ timeout: 1 }, /no option `timeout`. Did you mean `timeoutMs`/],
  [{ timeoutMs: 0 }, /`timeoutMs` of mcpTools\(\) must be a number/],
  [{ timeoutMs: 2 ** 31 }, /`timeoutMs`/],
  [{ include: 'read' }, /`include` of mcpTools\(\) must be an array of names/],
  [{ exclude: [1] }, /`exclude` of mcpTools\(\) must be an array of names/],
  [{ prefix: 'a.' }, /`prefix` of mcpTools\(\) must consist of/],
  [{ prefix: 1 }, /`prefix`/],
  [{ needsApproval: 'always' }, /`needsApproval` of mcpTools\(\)/],
  [{ signal: {} }, /`signal` of mcpTools\(\)/],
  [null, /options of mcpTools\(\) must be an object/],
])('the options %j are refused', async (options, message) => {
  const failure = await failureOf(mcpTools(named('read'), options as McpToolsOptions));

  expect(failure).toBeInstanceOf(ArgumentError);
  expect((failure as Error).message).toMatch(message);
});

test.each([undefined, null, {}, { listTools() {} }])('the client %j is refused', async (client) => {
  const failure = await failureOf(mcpTools(client as McpClient));

  expect(failure).toBeInstanceOf(ArgumentError);
  expect((failure as Error).message).toMatch(/takes a connected client of an MCP server/);
});
