import { PassThrough, Readable } from 'node:stream';

import { CompletionStream, Mistral, type ChatMessage } from 'mistral-sdk';
import { createMockMistral, failWith, stall } from 'mistral-sdk/testing';
import { serveMock, type MockServer } from 'mistral-sdk/testing/node';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest';

import { createChatProxy, limits } from '../../examples/servers/chat-proxy.js';
import type { AwsLambda, StreamingHandler } from '../../examples/servers/lambda.js';

// Hono and Express are programs, which programs.test.ts starts; `npm run test:runtimes` builds Next.js and Nest, and runs these in a process of their own.

/** Sends a chat to a server, as a page does. */
type Send = (init: RequestInit) => Promise<Response>;

const token = 'token-of-the-proxy';
const mock = createMockMistral();
let api: MockServer;

beforeAll(async () => {
  api = await serveMock(mock);
});
afterAll(() => api.close());

beforeEach(() => {
  vi.stubEnv('PROXY_TOKEN', token);
  vi.stubEnv('MISTRAL_API_KEY', 'test-key');
  vi.stubEnv('MISTRAL_BASE_URL', api.url);
  vi.stubGlobal('awslambda', awslambda);
  // Each test has a server that nobody has asked yet.
  vi.resetModules();
  mock.reset();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const servers: Readonly<Record<string, () => Promise<Send>>> = {
  async cloudflare() {
    const { default: worker } = await import('../../examples/servers/cloudflare.js');
    const env = { MISTRAL_API_KEY: 'test-key', MISTRAL_BASE_URL: api.url, PROXY_TOKEN: token };
    return (init) => worker.fetch(new Request('https://worker/api/chat', init), env);
  },
  async fastify() {
    const { createServer } = await import('../../examples/servers/fastify.js');
    const server = createServer(new Mistral());
    onTestFinished(async () => {
      // Those of `fetch` that wait for another request.
      server.server.closeAllConnections();
      await server.close();
    });
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    return (init) => fetch(`${url}/api/chat`, init);
  },
  async lambda() {
    const { handler } = await import('../../examples/servers/lambda.js');
    return (init) => invoke(handler, init);
  },
};

/** What Lambda's runtime has, with heads instead of the bytes that it writes before a body. */
const heads = new WeakMap<object, { statusCode: number; headers: Record<string, string> }>();
const awslambda: AwsLambda = {
  streamifyResponse: (handler) => handler,
  HttpResponseStream: {
    from(response, head) {
      heads.set(response, head);
      return response;
    },
  },
};

/** A function URL: an event in, bytes out, and an end of them when the visitor disconnects. */
async function invoke(handler: StreamingHandler, init: RequestInit): Promise<Response> {
  const output = new PassThrough();
  init.signal?.addEventListener('abort', () => output.destroy());
  const event = {
    rawPath: '/api/chat',
    requestContext: { http: { method: init.method ?? 'GET' } },
    headers: Object.fromEntries(new Headers(init.headers)),
    body: btoa(String(init.body)),
    isBase64Encoded: true,
  };
  const handled = handler(event, output);
  onTestFinished(() => handled);
  await Promise.race([handled, new Promise((resolve) => output.once('readable', resolve))]);
  const { statusCode: status, headers } = heads.get(output)!;
  return new Response(Readable.toWeb(output) as ReadableStream<Uint8Array<ArrayBuffer>>, { status, headers });
}

const question: ChatMessage = { role: 'user', content: 'Bonjour' };

function chat(body: unknown = { messages: [question] }, headers?: Record<string, string>): RequestInit {
  return {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

describe.each(Object.keys(servers))('a chat proxy in %s', (name) => {
  let send: Send;
  beforeEach(async () => {
    send = await servers[name]!();
  });

  test('passes the reply on, of at most so many tokens', async () => {
    mock.on('chat.stream', ['Bon', 'jour', '.']);

    const response = await send(chat());

    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(await CompletionStream.fromResponse(response).text()).toBe('Bonjour.');
    expect(mock.callsTo('chat.stream')[0]?.params).toMatchObject({
      messages: [question],
      max_tokens: limits.replyTokens,
    });
  });

  test.each([
    { title: 'without a token', authorization: '' },
    { title: 'with another token', authorization: `Bearer ${token}s` },
    { title: 'with the token in another scheme', authorization: `Basic ${token}` },
  ])('refuses a request $title', async ({ authorization }) => {
    const response = await send(chat(undefined, { authorization }));

    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(mock.requests).toEqual([]);
  });

  test.each([
    {
      title: 'a body that is too large',
      status: 413,
      body: { messages: [], more: 'x'.repeat(limits.bodyBytes) },
    },
    {
      title: 'too many messages',
      status: 400,
      body: { messages: Array.from({ length: limits.messages + 1 }, () => question) },
    },
    { title: 'no message', status: 400, body: { messages: [] } },
    { title: 'null', status: 400, body: null },
    {
      title: 'instructions of the visitor',
      status: 400,
      body: { messages: [{ ...question, role: 'system' }] },
    },
    { title: 'what is not text', status: 400, body: { messages: [{ ...question, content: [] }] } },
  ])('refuses $title', async ({ status, body }) => {
    const response = await send(chat(body));

    expect(response.status).toBe(status);
    expect(await response.json()).toHaveProperty('message');
    expect(mock.requests).toEqual([]);
  });

  test('ends the request to the API when the visitor disconnects', async () => {
    mock.on('chat.stream', stall({ after: { parts: 1 } }));
    const page = new AbortController();
    const { body } = await send({ ...chat(), signal: page.signal });
    const reader = body!.getReader();
    await reader.read();

    page.abort();
    await reader.cancel().catch(() => undefined);

    await expect.poll(() => mock.requests.map(({ cancelled }) => cancelled)).toEqual([true]);
  });

  test('ends the request to the API also before the reply begins', async () => {
    mock.on('chat.stream', stall());
    const page = new AbortController();
    const response = send({ ...chat(), signal: page.signal }).catch(() => undefined);
    await expect.poll(() => mock.requests.length).toBe(1);

    page.abort();

    await expect.poll(() => mock.requests[0]?.cancelled).toBe(true);
    await response;
  });

  test('passes on what the API refuses', async () => {
    mock.on('chat.stream', failWith(404, { body: { message: 'No such model' } }));

    const response = await send(chat());

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ message: 'No such model' });
  });
});

describe('a chat proxy', () => {
  const mistral = () => new Mistral({ maxRetries: 0 });

  test('is not made without a token', () => {
    for (const missing of [undefined, ''])
      expect(() => createChatProxy({ mistral: mistral(), token: missing })).toThrow('PROXY_TOKEN');
  });

  test('takes so many requests a minute, not counting strangers, and says when it takes more', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 });
    const { admit } = createChatProxy({ mistral: mistral(), token });
    for (let index = 0; index < limits.requestsPerMinute; index++) {
      expect((await admit('Bearer stranger'))?.status).toBe(401);
      expect(await admit(`Bearer ${token}`)).toBeUndefined();
    }

    vi.setSystemTime(18_500);
    const refused = await admit(`Bearer ${token}`);
    vi.setSystemTime(60_000);

    expect(refused?.status).toBe(429);
    expect(refused?.headers.get('retry-after')).toBe('42');
    expect(await admit(`Bearer ${token}`)).toBeUndefined();
  });

  test('does not tell visitors that the key of the server is refused', async () => {
    mock.on('chat.stream', failWith(401));
    const logged = vi.spyOn(console, 'error').mockReturnValue(undefined);
    onTestFinished(() => logged.mockRestore());
    const { respond } = createChatProxy({ mistral: mistral(), token });

    const response = await respond(JSON.stringify({ messages: [question] }), new AbortController().signal);

    expect(response.status).toBe(502);
    expect(logged).toHaveBeenCalledOnce();
  });

  test('reads no more of a body than its limit, nor any of one without a token', async () => {
    const { fetch } = createChatProxy({ mistral: mistral(), token });
    let chunks = 0;
    const send = (authorization: string) => {
      const body = new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            chunks += 1;
            controller.enqueue(new Uint8Array(limits.bodyBytes / 2));
          },
        },
        { highWaterMark: 0 },
      );
      // Of Node; types of the browser's fetch do not have it yet.
      const init: RequestInit & { duplex: 'half' } = {
        method: 'POST',
        headers: { authorization },
        body,
        duplex: 'half',
      };
      return fetch(new Request('https://worker/api/chat', init));
    };

    expect((await send('')).status).toBe(401);
    expect(chunks).toBe(0);
    expect((await send(`Bearer ${token}`)).status).toBe(413);
    expect(chunks).toBe(3);
  });
});
