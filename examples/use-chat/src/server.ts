/** A server for `useChat` of the AI SDK: a model of this package with a tool, for those who have the token, within limits. */
import { readFile } from 'node:fs/promises';

import { serve } from '@hono/node-server';
import {
  convertToModelMessages,
  safeValidateUIMessages,
  stepCountIs,
  streamText,
  tool,
  type InferUITools,
  type UIMessage,
} from 'ai';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { mistral } from 'mistral-sdk/ai-sdk';
import { z } from 'zod';

import { createGate, limits } from '../../servers/chat-proxy.js';

const tools = {
  weather: tool({
    description: 'The weather in a city, now',
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => ({ city, celsius: 21 }),
  }),
};

/** What a page and this server say to each other. */
export type Message = UIMessage<unknown, never, InferUITools<typeof tools>>;

const admit = createGate(process.env.PROXY_TOKEN);
const app = new Hono();

app.get('/', (context) =>
  context.html('<!doctype html><title>useChat</title><div id="root"></div><script src="/page.js"></script>'),
);
const page = await readFile(new URL('page.js', import.meta.url), 'utf8');
app.get('/page.js', (context) => context.body(page, 200, { 'content-type': 'text/javascript' }));

app.post(
  '/api/chat',
  async ({ req }, next) => (await admit(req.header('authorization'))) ?? next(),
  bodyLimit({ maxSize: limits.bodyBytes }),
  async (context) => {
    const { messages } = await context.req
      .json<{ messages?: unknown }>()
      .catch(() => ({ messages: undefined }));
    const valid = await safeValidateUIMessages<UIMessage>({ messages });
    // Instructions for the model are the server's to give.
    if (
      !valid.success ||
      valid.data.length > limits.messages ||
      valid.data.some(({ role }) => role === 'system')
    )
      return context.json({ message: 'Send the messages of useChat.' }, 400);
    const result = streamText({
      model: mistral('mistral-small-latest'),
      messages: await convertToModelMessages(valid.data),
      tools,
      stopWhen: stepCountIs(5),
      maxOutputTokens: limits.replyTokens,
      // Aborts when the visitor stops or disconnects, which ends the request to the API.
      abortSignal: context.req.raw.signal,
      onError: ({ error }) => console.error(error),
    });
    return result.toUIMessageStreamResponse({ onError: () => 'The model cannot be reached.' });
  },
);

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env.PORT ?? 3000) });
