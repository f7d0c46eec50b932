/**
 * A Hono server that passes a chat on as server-sent events to those who have its token. It runs on Node as here, and on Bun, Deno and workers.
 *
 * Talks to the mock API in this process, or to the real one when MISTRAL_API_KEY is set. In a terminal, or on the PORT of the environment,
 * it serves until Ctrl-C; elsewhere it asks itself once, and ends.
 *
 * Run: npm run example hono
 */
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';

import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { CompletionStream, Mistral, type ChatMessage } from 'mistral-sdk';
import { createMockMistral } from 'mistral-sdk/testing';

import { createChatProxy } from './servers/chat-proxy.js';

const { PROXY_TOKEN: token = randomUUID(), PORT } = process.env;
const proxy = createChatProxy({ mistral: connect(), token });
const app = new Hono();

app.post('/api/chat', ({ req }) => proxy.fetch(req.raw));

const server = serve(
  { fetch: app.fetch, hostname: '127.0.0.1', port: Number(PORT ?? 0) },
  ({ port }: AddressInfo) => {
    console.log(`Serving http://127.0.0.1:${port} for the token ${token}`);
    if (!process.stdout.isTTY && PORT === undefined) void ask(`http://127.0.0.1:${port}/api/chat`);
  },
);

/** What a page does; its errors are those that a call of the API has. */
async function ask(url: string): Promise<void> {
  const messages: ChatMessage[] = [{ role: 'user', content: 'Tell me about cheese.' }];
  const headers = { authorization: `Bearer ${token}` };
  const response = fetch(url, { method: 'POST', headers, body: JSON.stringify({ messages }) });
  const stream = CompletionStream.fromResponse(response);
  for await (const text of stream.text()) process.stdout.write(text);
  const { usage } = await stream.finalCompletion();
  console.log(`\n${usage.total_tokens} tokens`);
  server.close();
}

function connect(): Mistral {
  if (process.env.MISTRAL_API_KEY) return new Mistral();
  return new Mistral({ apiKey: 'mock', fetch: createMockMistral({}, { eventDelayMs: 60 }).fetch });
}
