/**
 * An Express server that passes a stream through to a page whose visitor has its token, and keeps the key to itself.
 *
 * Talks to the mock API in this process, or to the real one when MISTRAL_API_KEY is set. In a terminal it serves until Ctrl-C; elsewhere
 * it asks itself once, and ends.
 *
 * Run: npm run example express
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

import express from 'express';
import { APIError, Mistral } from 'mistral-sdk';
import { createMockMistral } from 'mistral-sdk/testing';

import { createGate, limits } from './servers/chat-proxy.js';

const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>A chat</title>
  <form>
    <input name="question" value="Tell me about cheese." size="40" />
    <input name="token" type="password" placeholder="Token" required /> <button>Ask</button>
  </form>
  <p id="answer"></p>
  <script type="module">
    const answer = document.querySelector('#answer');
    document.querySelector('form').addEventListener('submit', async (event) => {
      event.preventDefault();
      answer.textContent = '';
      const { question, token } = Object.fromEntries(new FormData(event.target));
      const response = await fetch('/chat', {
        method: 'POST',
        headers: { 'authorization': 'Bearer ' + token, 'content-type': 'application/json' },
        body: JSON.stringify({ question }),
      });
      if (!response.ok) return void (answer.textContent = 'That did not work. Send it once more in a moment.');
      // What arrives is plain text, a chunk at a time.
      const texts = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let next = await texts.read(); !next.done; next = await texts.read()) answer.textContent += next.value;
    });
  </script>
</html>
`;

function createApp(mistral: Mistral, token: string): express.Express {
  const app = express();
  const admit = createGate(token);
  app.get('/', (_, response) => void response.type('html').send(page));

  // Before the body is read.
  app.post('/chat', async (request, response, next) => {
    const refusal = await admit(request.headers.authorization);
    if (!refusal) return next();
    response
      .status(refusal.status)
      .setHeaders(refusal.headers)
      .send(await refusal.text());
  });

  app.post('/chat', express.json({ limit: limits.bodyBytes }), async (request, response) => {
    // Nothing, where it is not JSON.
    const { question } = (request.body ?? {}) as { question?: unknown };
    if (typeof question !== 'string') return void response.status(400).send('Ask something.');

    // A reader who closes the page stops the model, too.
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      // Awaited, so that what the API refuses has a status, and is not a text that breaks off.
      const stream = await mistral.chat.stream(
        {
          model: 'mistral-small-latest',
          messages: [{ role: 'user', content: question }],
          max_tokens: limits.replyTokens,
        },
        { signal: gone.signal },
      );
      response.type('text/plain; charset=utf-8');
      await pipeline(stream.text(), response);
    } catch (error) {
      // By the reader, or because the text broke off, which the page sees.
      if (response.destroyed) return;
      const { status, body } = error instanceof APIError ? error : { status: 502, body: null };
      response.status(status).json(body ?? null);
    }
  });
  return app;
}

async function main(): Promise<void> {
  const { PROXY_TOKEN: token = randomUUID(), PORT } = process.env;
  const server = createApp(connect(), token).listen(Number(PORT ?? 0), '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has an address of this form.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  console.log(`Serving ${url} for the token ${token}`);
  if (process.stdout.isTTY || PORT !== undefined) return;

  const response = await fetch(`${url}/chat`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ question: 'Tell me about cheese.' }),
  });
  let chunks = 0;
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    chunks += 1;
    process.stdout.write(text);
  }
  console.log(`\n${response.status}, in ${chunks} chunks`);
  server.close();
}

function connect(): Mistral {
  if (process.env.MISTRAL_API_KEY) return new Mistral();
  return new Mistral({ apiKey: 'mock', fetch: createMockMistral({}, { eventDelayMs: 60 }).fetch });
}

await main();
