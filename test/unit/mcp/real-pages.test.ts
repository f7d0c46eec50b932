import * as client2 from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import * as server2 from '@modelcontextprotocol/server';
import { expect, test } from 'vitest';

import { mcpTools } from '../../../src/mcp/index.js';

const info = { name: 'test', version: '1.0.0' };
const capabilities = { capabilities: { tools: {} } };
const inputSchema = { type: 'object' as const };

/** Three pages of one tool. */
function pageOf(cursor = '0') {
  const next = Number(cursor) + 1;
  const tools = [{ name: `tool_${cursor}`, inputSchema }];
  return next < 3 ? { tools, nextCursor: String(next) } : { tools };
}

test.each([
  [
    'sdk 1.x',
    async () => {
      const server = new Server(info, capabilities);
      server.setRequestHandler(ListToolsRequestSchema, ({ params }) => pageOf(params?.cursor));
      const client = new Client(info);
      const [near, far] = InMemoryTransport.createLinkedPair();
      await Promise.all([server.connect(far), client.connect(near)]);
      return client;
    },
  ],
  [
    'client 2.x, which reads the pages itself',
    async () => {
      const server = new server2.Server(info, capabilities);
      server.setRequestHandler('tools/list', ({ params }) => pageOf(params?.cursor));
      const client = new client2.Client(info);
      const [near, far] = client2.InMemoryTransport.createLinkedPair();
      await Promise.all([server.connect(far), client.connect(near)]);
      return client;
    },
  ],
])('the pages of a real server are read to the end by %s', async (_, connect) => {
  const client = await connect();

  const tools = await mcpTools(client);

  expect(tools.map((tool) => tool.function.name)).toEqual(['tool_0', 'tool_1', 'tool_2']);
  await client.close();
});
