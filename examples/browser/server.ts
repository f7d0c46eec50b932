import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';
import { APIError, MistralError, type Mistral } from 'mistral-sdk';

const folder = fileURLToPath(new URL('page/', import.meta.url));
const maxBytes = 100 * 1024 * 1024;

/** What is wrong with a request, in words for the page. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Serve the page, and pass its requests on to the API. The key is the client's, and stays here.
 *
 * Everybody who reaches this server spends the key's money: before it leaves this machine, put a login and limits in front.
 */
export async function startServer(
  mistral: Mistral,
  port: number,
): Promise<{ url: string; close(): Promise<void> }> {
  const script = await bundle();
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => fail(response, error));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://page');
    // A visitor who leaves ends the request to the API, also before its response begins.
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    switch (`${request.method} ${pathname}`) {
      case 'GET /':
        return show(response, 'text/html; charset=utf-8', readFileSync(`${folder}index.html`));
      case 'GET /style.css':
        return show(response, 'text/css; charset=utf-8', readFileSync(`${folder}style.css`));
      case 'GET /main.js':
        return show(response, 'text/javascript; charset=utf-8', script);
      case 'POST /api/chat':
        refuseStrangers(request);
        return stream(response, await chat(request, gone.signal));
      case 'POST /api/transcription':
        refuseStrangers(request);
        return stream(response, await transcribe(request, searchParams.get('name') ?? '', gone.signal));
      default:
        throw new Refusal(404, 'There is nothing here');
    }
  }

  async function chat(request: IncomingMessage, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const { messages } = (await json(request)) as { messages: { role: 'user'; content: string }[] };
    // Awaited, so that what the API refuses has a status, and is not a stream that breaks.
    const events = await mistral.chat.stream({ model: 'mistral-small-latest', messages }, { signal });
    return events.toReadableStream();
  }

  async function transcribe(
    request: IncomingMessage,
    name: string,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    // The file goes through chunk by chunk; it is never here as a whole.
    const file = { name, content: request };
    const events = await mistral.audio.transcriptions.stream(
      { model: 'voxtral-mini-latest', file },
      { signal },
    );
    return events.toReadableStream();
  }

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Other pages cannot use this server in the name of who visits them. */
function refuseStrangers({ headers }: IncomingMessage): void {
  if (headers['sec-fetch-site'] !== 'same-origin') throw new Refusal(403, 'Only the page may ask');
  if (Number(headers['content-length'] ?? 0) > maxBytes)
    throw new Refusal(413, `A file may have ${maxBytes / 1024 / 1024} MB`);
}

/** The page's script, with the package in it. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${folder}main.ts`],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    // esbuild warns of imports that it leaves out because the package has no side effects, which is what that is for.
    logLevel: 'error',
    write: false,
  });
  return outputFiles[0]!.text;
}

function show(response: ServerResponse, type: string, content: string | Buffer): void {
  response
    .writeHead(200, {
      'content-type': type,
      'content-security-policy': "default-src 'self'; img-src data:",
      'x-content-type-options': 'nosniff',
    })
    .end(content);
}

async function stream(response: ServerResponse, events: ReadableStream<Uint8Array>): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  await pipeline(events, response);
}

function fail(response: ServerResponse, error: unknown): void {
  // In the middle of a response, the page sees it break off; who has left sees nothing.
  if (response.headersSent || response.destroyed) return void response.destroy();
  const { status, body } = refusalOf(error);
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(body));
}

/** What the visitor may know; the rest is for who runs the server. */
function refusalOf(error: unknown): { status: number; body: unknown } {
  if (error instanceof Refusal) return { status: error.status, body: { message: error.message } };
  if (error instanceof SyntaxError) return { status: 400, body: { message: 'The body is not JSON' } };
  console.error(error);
  // The page makes the same error of it, so that these are the API's own words.
  if (error instanceof APIError) return { status: error.status, body: error.body ?? null };
  if (error instanceof MistralError) return { status: 502, body: { message: error.message } };
  return { status: 500, body: { message: 'Something went wrong' } };
}
