import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

import { getRequestListener } from '@hono/node-server';
import * as second from '@modelcontextprotocol/client';
import { StdioClientTransport as SecondStdioTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';

import { createServer1 } from './server-1.js';
import { createServer2 } from './server-2.js';
import { ServerMemory } from './tools-to-serve.js';

/** A real client that is connected to a real server. */
export interface Connection {
  readonly client: Client | second.Client;
  close(): Promise<void>;
}

/** Called when the server says that its tools have changed. */
type OnChange = () => void;
type Close = () => unknown;

const info = { name: 'test', version: '1.0.0' };

const listChanged = (onChanged: OnChange) => ({ tools: { autoRefresh: false, debounceMs: 0, onChanged } });

/** Ways to connect, by what they are: each generation, each transport, and of the second each era of the protocol. */
export const connections: Readonly<Record<string, (onChange: OnChange) => Promise<Connection>>> = {
  'sdk 1.x over stdio': (onChange) => connect1(new StdioClientTransport(program('stdio-1.ts')), onChange),
  'sdk 1.x over HTTP': async (onChange) => {
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID });
    await createServer1(new ServerMemory()).connect(transport);
    const { url, close } = await listen(
      (request, response) => void transport.handleRequest(request, response),
    );
    return connect1(new StreamableHTTPClientTransport(url), onChange, close);
  },
  'client 2.x over stdio': (onChange) =>
    connect2(new SecondStdioTransport(program('stdio-2.ts')), 'legacy', onChange),
  'client 2.x over HTTP': async (onChange) => {
    const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: randomUUID });
    await createServer2(new ServerMemory()).connect(transport);
    const { url, close } = await listen(getRequestListener((request) => transport.handleRequest(request)));
    return connect2(new second.StreamableHTTPClientTransport(url), 'legacy', onChange, close);
  },
  'client 2.x over stdio, in the protocol of 2026': (onChange) =>
    connect2(new SecondStdioTransport(program('stdio-2.ts')), 'auto', onChange),
  'client 2.x over HTTP, in the protocol of 2026': async (onChange) => {
    // Each request has a server of its own.
    const memory = new ServerMemory();
    const handler = createMcpHandler(() => createServer2(memory));
    const { url, close } = await listen(getRequestListener((request) => handler.fetch(request)));
    return connect2(new second.StreamableHTTPClientTransport(url), 'auto', onChange, () =>
      Promise.all([handler.close(), close()]),
    );
  },
};

/** How to start a server of this folder as a program. */
const program = (file: string) => ({
  command: process.execPath,
  args: ['--import', 'tsx', fileURLToPath(new URL(file, import.meta.url))],
});

async function connect1(
  transport: Parameters<Client['connect']>[0],
  onChange: OnChange,
  close: Close = () => {},
): Promise<Connection> {
  const client = new Client(info, { listChanged: listChanged(onChange) });
  await client.connect(transport);
  return { client, close: () => closeAll(client, close) };
}

async function connect2(
  transport: second.Transport,
  mode: 'legacy' | 'auto',
  onChange: OnChange,
  close: Close = () => {},
): Promise<Connection> {
  const client = new second.Client(info, {
    listChanged: listChanged(onChange),
    versionNegotiation: { mode },
  });
  await client.connect(transport);
  return { client, close: () => closeAll(client, close) };
}

async function closeAll(client: Connection['client'], close: Close): Promise<void> {
  await client.close();
  await close();
}

async function listen(handler: RequestListener): Promise<{ url: URL; close: Close }> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: new URL(`http://127.0.0.1:${port}`), close };
}
