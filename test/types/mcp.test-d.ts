import type { Client as SecondClient } from '@modelcontextprotocol/client';
import type { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { expectTypeOf, test } from 'vitest';

import type { Mistral } from '../../src/index.js';
import { mcpTools, type McpClient, type McpToolDescription } from '../../src/mcp/index.js';
import { runTools } from '../../src/tools/index.js';

declare const mistral: Mistral;
declare const first: FirstClient;
declare const second: SecondClient;

test('clients of both generations are taken as they are', () => {
  expectTypeOf(first).toExtend<McpClient>();
  expectTypeOf(second).toExtend<McpClient>();
});

test('the tools of several servers go into a run', async () => {
  const tools = [...(await mcpTools(first)), ...(await mcpTools(second, { prefix: 'second_' }))];

  await runTools(mistral.chat, { model: 'm', messages: [] }, { tools });
});

test('approval is asked by what the server says of the tool', async () => {
  await mcpTools(first, {
    needsApproval: (tool, args, { signal }) => {
      expectTypeOf(tool).toEqualTypeOf<McpToolDescription>();
      expectTypeOf(args).toEqualTypeOf<unknown>();
      return !tool.annotations?.readOnlyHint && !signal.aborted;
    },
  });
});

test('what is no client is not taken', async () => {
  // @ts-expect-error -- the options of a connection are not a client
  await mcpTools({ url: 'https://mcp.example.com' });
});
