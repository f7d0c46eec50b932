import { connect, createServer as createTCPServer, type Socket } from 'node:net';
import { createServer } from 'node:http';
import { once } from 'node:events';

import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { fetch as undiciFetch, ProxyAgent } from 'undici';

import { MistralError, Mistral, type Fetch, type Middleware, type MistralOptions } from '../../src/index.js';
import { azure, googleVertex } from '../../src/hosts/index.js';
import { collect } from '../helpers/collect.js';
import { bodyOf, eventStream, sse } from '../helpers/event-stream.js';
import { failureOf } from '../helpers/failure-of.js';
import { serve } from '../helpers/loopback.js';

const apiKey = 'test-key-0123456789';
const chat = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
const recorder = (options: MistralOptions = {}, answer = () => Response.json({ data: [] })) => {
  const fetch = vi.fn<Fetch>(async () => answer());
  return { fetch, mistral: new Mistral({ apiKey, fetch, logLevel: 'off', maxRetries: 0, ...options }) };
};
const urlsOf = (fetch: ReturnType<typeof vi.fn<Fetch>>) => fetch.mock.calls.map(([url]) => url);

describe('middleware', () => {
  test('runs around each attempt, the first outermost, and knows what it is about', async () => {
    const seen: string[] = [];
    const named =
      (name: string): Middleware =>
      async (request, next, { operation, attempt, signal }) => {
        seen.push(`${name} ${operation} ${attempt} ${signal.aborted}`);
        const response = await next(request);
        seen.push(`${name} ${response.status}`);
        return response;
      };
    let answers = 0;
    const { mistral } = recorder(
      { middleware: [named('outer'), named('inner')], maxRetries: 1, retry: { initialDelayMs: 0 } },
      () => new Response('{"data":[]}', { status: (answers += 1) === 1 ? 503 : 200 }),
    );

    await mistral.models.list();

    expect(seen).toEqual([
      'outer models.list 1 false',
      'inner models.list 1 false',
      'inner 503',
      'outer 503',
      'outer models.list 2 false',
      'inner models.list 2 false',
      'inner 200',
      'outer 200',
    ]);
  });

  test('may change what is sent', async () => {
    const { mistral, fetch } = recorder({
      middleware: [
        (request, next) => {
          const headers = new Headers(request.headers);
          headers.set('x-team', 'a');
          return next({ ...request, url: `${request.url}?extra=1`, headers });
        },
      ],
    });

    await mistral.models.list();

    expect(urlsOf(fetch)).toEqual(['https://api.mistral.ai/v1/models?extra=1']);
    expect(new Headers(fetch.mock.calls[0]![1].headers).get('x-team')).toBe('a');
  });

  test('may answer by itself, and may ask again', async () => {
    const alone = recorder({ middleware: [async () => Response.json({ cached: true })] });
    const again = recorder({ middleware: [async (request, next) => (await next(request), next(request))] });

    expect(await alone.mistral.models.list()).toEqual({ cached: true });
    expect(alone.fetch).not.toHaveBeenCalled();
    expect(await again.mistral.models.list()).toEqual({ data: [] });
    expect(again.fetch).toHaveBeenCalledTimes(2);
  });

  test('may read the body of an answer, and the client reads it all the same', async () => {
    const texts: string[] = [];
    const reading: Middleware = async (request, next) => {
      const response = await next(request);
      texts.push(await response.text());
      expect(response.bodyUsed).toBe(true);
      return response;
    };
    const json = recorder({ middleware: [reading, reading] });
    const streaming = recorder({ middleware: [reading] }, () =>
      eventStream(bodyOf(sse({ choices: [] }, '[DONE]'))),
    );

    expect(await json.mistral.models.list()).toEqual({ data: [] });
    expect(await collect(streaming.mistral.chat.stream(chat))).toEqual([{ choices: [] }]);
    expect(texts).toEqual(['{"data":[]}', '{"data":[]}', sse({ choices: [] }, '[DONE]')]);
  });

  test('that puts another response in the place of one lets go of that', async () => {
    const cancelled = vi.fn();
    const endless = () => new Response(new ReadableStream({ cancel: cancelled }));
    const { mistral } = recorder(
      { middleware: [async (request, next) => (await next(request), Response.json({ other: true }))] },
      endless,
    );

    expect(await mistral.models.list()).toEqual({ other: true });
    expect(cancelled).toHaveBeenCalledOnce();
  });

  test('may rewrite the answer', async () => {
    const { mistral } = recorder({
      middleware: [
        async (request, next) => {
          const response = await next(request);
          return new Response((await response.text()).replace('[]', '[1]'), response);
        },
      ],
    });

    expect(await mistral.models.list()).toEqual({ data: [1] });
  });

  test('that throws ends the call with its own error, and nothing is tried again', async () => {
    const fault = new RangeError('quota of our own');
    const throwing = vi.fn<Middleware>(() => {
      throw fault;
    });
    const { mistral } = recorder({ middleware: [throwing], maxRetries: 2 });

    expect(await failureOf(mistral.models.list())).toBe(fault);
    expect(throwing).toHaveBeenCalledOnce();
  });

  test('that gives nothing is told so', async () => {
    const forgetful = (async (...[request, next]: Parameters<Middleware>) =>
      void (await next(request))) as unknown as Middleware;

    expect(await failureOf(recorder({ middleware: [forgetful] }).mistral.models.list())).toMatchObject({
      name: 'MistralError',
      message: 'A middleware did not return a Response; it must return that of `next`, or its own',
    });
  });

  test('that never answers is ended by the time limit', async () => {
    const { mistral } = recorder({ middleware: [() => new Promise(() => undefined)], timeoutMs: 10 });

    expect(await failureOf(mistral.models.list())).toHaveProperty('name', 'TimeoutError');
  });
});

describe('logging', () => {
  const lines = async (options: MistralOptions) => {
    const seen: string[] = [];
    const at = (level: string) => (line: string) => void seen.push(`${level} ${line}`);
    const logger = { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
    let answers = 0;
    const answer = () =>
      new Response('{}', {
        status: (answers += 1) === 1 ? 503 : 200,
        headers: { 'x-request-id': `r${answers}` },
      });
    const { mistral } = recorder({ logger, maxRetries: 1, retry: { initialDelayMs: 0 }, ...options }, answer);
    await mistral.models.list({}, { query: { private: 'search' } });
    return seen;
  };

  test('has one line a request, and one a retry, without the query', async () => {
    expect(await lines({ logLevel: 'info' })).toEqual([
      expect.stringMatching(
        /^info \[mistral-sdk\] GET \/v1\/models → 503 in \d+ ms \(attempt 1\), request id r1$/,
      ),
      'info [mistral-sdk] GET /v1/models: retrying in 100 ms after InternalServerError (attempt 1 of 2)',
      expect.stringMatching(
        /^info \[mistral-sdk\] GET \/v1\/models → 200 in \d+ ms \(attempt 2\), request id r2$/,
      ),
    ]);
  });

  test('is silent but for warnings unless something is said, here or in MISTRAL_LOG', async () => {
    expect(await lines({ logLevel: undefined })).toEqual([]);
    vi.stubEnv('MISTRAL_LOG', 'info');
    expect(await lines({ logLevel: undefined })).toHaveLength(3);
    vi.stubEnv('MISTRAL_LOG', 'false');
    expect(await lines({ logLevel: undefined })).toEqual([
      'warn [mistral-sdk] MISTRAL_LOG must be one of off, error, warn, info, debug; it is ignored',
    ]);
    vi.unstubAllEnvs();
    expect(() => new Mistral({ apiKey, logLevel: 'loud' as 'info' })).toThrow(
      /`logLevel` must be one of off, error/,
    );
  });

  test.each([
    ['throws', () => JSON.parse('')],
    ['rejects', async () => JSON.parse('')],
  ])('that %s changes nothing for a call, whether it succeeds or fails', async (_, fails) => {
    const logger = { error: fails, warn: fails, info: fails, debug: fails };
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    onTestFinished(() => void process.off('unhandledRejection', unhandled));
    const options = { logger, logLevel: 'debug', maxRetries: 1, retry: { initialDelayMs: 0 } } as const;
    const succeeding = recorder(options, () => Response.json({ data: [] }));
    const failing = recorder(
      { ...options, retryBudget: { burst: 1 } },
      () => new Response('', { status: 503 }),
    );

    expect(await succeeding.mistral.models.list()).toEqual({ data: [] });
    expect(await failureOf(failing.mistral.models.list())).toHaveProperty('status', 503);
    expect(await failureOf(failing.mistral.models.list())).toHaveProperty('notRetried', 'retryBudget');
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('warns when the retry budget is spent', async () => {
    const warn = vi.fn();
    const logger = { error: warn, warn, info: warn, debug: warn };
    const { mistral } = recorder(
      { logger, logLevel: 'warn', maxRetries: 1, retryBudget: { burst: 0, perCall: 0 } },
      () => new Response('', { status: 503 }),
    );

    await failureOf(mistral.models.list());

    expect(warn).toHaveBeenCalledExactlyOnceWith(
      "[mistral-sdk] GET /v1/models: not retried after InternalServerError, because the client's retry budget is spent",
    );
  });
});

describe('a call', () => {
  test.each([
    ['signal', {}],
    ['signal', new AbortController()],
    ['query', 'page=1'],
    ['onProgress', () => undefined],
    ['timeout', 5],
  ])('whose `%s` cannot be meant is refused: %o', async (name, value) => {
    const { mistral, fetch } = recorder();

    expect(await failureOf(mistral.models.list({}, { [name]: value }))).toMatchObject({
      name: 'ArgumentError',
      message: expect.stringContaining(`\`${name}`),
    });
    expect(fetch).not.toHaveBeenCalled();
  });

  test('may add to the query, and take a default header away', async () => {
    const { mistral, fetch } = recorder({ headers: { 'x-team': 'a' } });

    await mistral.files
      .list({ page: 1 }, { query: { beta: true }, headers: { 'x-team': null } })
      .asResponse();

    expect(urlsOf(fetch)).toEqual(['https://api.mistral.ai/v1/files?page=1&beta=true']);
    expect(new Headers(fetch.mock.calls[0]![1].headers).has('x-team')).toBe(false);
  });

  test('gives what the headers tell of the limits', async () => {
    const headers = {
      'x-ratelimit-limit-req-minute': '60',
      'x-ratelimit-remaining-req-minute': '59',
      'x-ratelimit-limit-tokens-minute': '500000',
      'x-ratelimit-remaining-tokens-minute': '499900',
      'x-ratelimit-limit-tokens-month': '1000000000',
      'x-ratelimit-remaining-tokens-month': '999999900',
      'x-ratelimit-tokens-query-cost': '100',
    };
    const { mistral } = recorder({}, () => Response.json({}, { headers }));

    expect((await mistral.models.list().withResponse()).rateLimit).toEqual({
      requests: { limit: 60, remaining: 59, resetMs: undefined },
      tokens: { limit: 500_000, remaining: 499_900, resetMs: undefined },
      tokensPerMonth: { limit: 1_000_000_000, remaining: 999_999_900, resetMs: undefined },
      tokensUsed: 100,
    });
    expect((await recorder().mistral.models.list().withResponse()).rateLimit).toBeUndefined();
  });

  test('of a client that was made of another has the options of both', async () => {
    const { mistral, fetch } = recorder({ headers: { 'x-team': 'a' }, baseURL: 'https://one.test' });

    await mistral.withOptions({ baseURL: 'https://two.test/prefix/v1' }).models.list();
    await mistral.models.list();

    expect(urlsOf(fetch)).toEqual(['https://two.test/prefix/v1/models', 'https://one.test/v1/models']);
    for (const [, { headers }] of fetch.mock.calls) expect(new Headers(headers).get('x-team')).toBe('a');
    expect(() => mistral.withOptions({ timeoutMs: 0 })).toThrow(/`timeoutMs` must be/);
  });
});

describe('mistral.request', () => {
  test('calls a route that nobody described, with all that the others have', async () => {
    let answers = 0;
    const { mistral, fetch } = recorder({ maxRetries: 1, retry: { initialDelayMs: 0 } }, () =>
      Response.json({ value: 'rt_1' }, { status: (answers += 1) === 1 ? 503 : 201 }),
    );

    const { data, attempts } = await mistral
      .request<{ value: string }>({
        method: 'POST',
        path: '/v1/client/{kind}',
        params: { kind: 'a/b' },
        query: { beta: true },
        body: { purpose: 'realtime' },
      })
      .withResponse();

    expect([data.value, attempts]).toEqual(['rt_1', 2]);
    const [url, init] = fetch.mock.calls[1]!;
    expect(url).toBe('https://api.mistral.ai/v1/client/a%2Fb?beta=true');
    expect(init.body).toBe('{"purpose":"realtime"}');
    expect(new Headers(init.headers).get('content-type')).toBe('application/json');
    expect(new Headers(init.headers).get('authorization')).toBe(`Bearer ${apiKey}`);
  });

  test('gives a stream or bytes where that is asked', async () => {
    const streaming = recorder({}, () => eventStream(bodyOf(sse({ n: 1 }, '[DONE]'))));
    const bytes = recorder({}, () => new Response('bytes'));

    const stream = streaming.mistral.request<{ n: number }>({
      method: 'POST',
      path: '/v1/new',
      responseType: 'stream',
    });
    expect(await collect(stream)).toEqual([{ n: 1 }]);
    const response = await bytes.mistral.request({ method: 'GET', path: '/v1/new', responseType: 'binary' });
    expect(await response.text()).toBe('bytes');
  });

  test.each([
    [{ method: 'GET', path: 'v1/models' }],
    [{ method: 'GET', path: '//evil.test/v1' }],
    [{ method: 'GET', path: '/\\evil.test' }],
    [{ method: 'GET', path: '/v1/../admin' }],
    [{ method: 'GET', path: '/v1/%2e%2E/admin' }],
    [{ method: 'GET', path: '/v1/models?key=1' }],
    [{ method: 'GET', path: '/v1/mo dels' }],
    [{ method: 'get it', path: '/v1/models' }],
    [{ method: 'GET', path: '/v1/{id}', params: { id: '..' } }],
    [{ method: 'GET', path: '/v1/{id}' }],
    [{ method: 'GET', path: '/v1/models', url: '/v1/models' }],
    [{ method: 'GET', path: '/v1/models', answer: 'xml' }],
    ['GET /v1/models'],
    [undefined],
  ])('refuses %j', async (request) => {
    const { mistral, fetch } = recorder();

    expect(await failureOf(async () => mistral.request(request as never))).toHaveProperty(
      'name',
      'ArgumentError',
    );
    expect(fetch).not.toHaveBeenCalled();
  });
});

describe('other hosts', () => {
  test('Azure AI has chat and OCR elsewhere, and nothing else', async () => {
    const fetch = vi.fn<Fetch>(async () => Response.json({}));
    const endpoint = 'https://name.eastus.models.ai.azure.com';
    const mistral = new Mistral(azure({ endpoint, apiKey: async () => 'azure-token', fetch, maxRetries: 0 }));

    await mistral.chat.complete(chat);
    await mistral.ocr.process({
      model: 'm',
      document: { type: 'document_url', document_url: 'https://a.test' },
    });

    expect(urlsOf(fetch)).toEqual([
      `${endpoint}/v1/models/chat/completions`,
      `${endpoint}/v1/providers/mistral/azure/ocr`,
    ]);
    expect(new Headers(fetch.mock.calls[0]![1].headers).get('authorization')).toBe('Bearer azure-token');
    expect(await failureOf(mistral.models.list())).toMatchObject({
      name: 'ArgumentError',
      message: 'Azure AI serves chat and OCR, and not mistral.models.list()',
    });
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  test('Google Vertex AI has the model in the URL, and its versions there alone', async () => {
    const fetch = vi.fn<Fetch>(async () => eventStream(bodyOf(sse({ choices: [] }, '[DONE]'))));
    const options = { project: 'my-project', accessToken: async () => 'google-token', fetch, maxRetries: 0 };
    const models = 'projects/my-project/locations/europe-west4/publishers/mistralai/models';
    const mistral = new Mistral(googleVertex(options));

    await collect(mistral.chat.stream({ ...chat, model: 'mistral-medium-3' }));
    await failureOf(mistral.chat.complete({ ...chat, model: 'mistral-large-2407' }));
    await failureOf(
      new Mistral(googleVertex({ ...options, region: 'global' })).fim.complete({ model: 'c', prompt: 'a' }),
    );

    expect(urlsOf(fetch)).toEqual([
      `https://europe-west4-aiplatform.googleapis.com/v1/${models}/mistral-medium-3:streamRawPredict`,
      `https://europe-west4-aiplatform.googleapis.com/v1/${models}/mistral-large%402407:rawPredict`,
      `https://aiplatform.googleapis.com/v1/${models.replace('europe-west4', 'global')}/c:rawPredict`,
    ]);
    expect(JSON.parse(String(fetch.mock.calls[1]![1].body))).toMatchObject({
      model: 'mistral-large',
      stream: false,
    });
    expect(await failureOf(mistral.models.list())).toHaveProperty('name', 'ArgumentError');
  });
});

describe('the wire', () => {
  /** A server that writes whatever it is told, for each connection in turn. */
  const rawServer = async (onRequest: (socket: Socket, connection: number) => void): Promise<string> => {
    let connections = 0;
    const server = createTCPServer((socket) => {
      const connection = (connections += 1);
      socket.on('error', () => undefined);
      socket.on('data', () => onRequest(socket, connection));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  };
  const good = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\n\r\n{"data":[]}';
  const client = (baseURL: string, options: MistralOptions = {}) =>
    new Mistral({ apiKey, baseURL, logLevel: 'off', retry: { initialDelayMs: 0 }, ...options });

  test.each<[string, (socket: Socket) => void]>([
    ['resets the connection', (socket) => void socket.resetAndDestroy()],
    ['closes without a word', (socket) => void socket.end()],
    ['closes in the head', (socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-')],
    ['speaks no HTTP', (socket) => void socket.end('SSH-2.0-OpenSSH\r\n')],
    ['cuts a body short', (socket) => void socket.end(good.slice(0, -5))],
    [
      'cuts a chunked body',
      (socket) =>
        void socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nb\r\n{"data":[]}\r\n'),
    ],
  ])('a server that %s is tried again', async (_, fault) => {
    const baseURL = await rawServer((socket, connection) => {
      if (connection === 1) fault(socket);
      else socket.end(good);
    });

    expect((await client(baseURL).models.list().withResponse()).attempts).toBe(2);
  });

  test('a head that dribbles in is bounded by the time limit', async () => {
    const baseURL = await rawServer((socket) => {
      const head = 'HTTP/1.1 200 OK\r\n';
      let sent = 0;
      const timer = setInterval(() => socket.write(head[sent++] ?? 'x'), 5);
      socket.on('close', () => clearInterval(timer));
    });

    expect(await failureOf(client(baseURL, { timeoutMs: 60, maxRetries: 0 }).models.list())).toHaveProperty(
      'name',
      'TimeoutError',
    );
  });

  test('a connection that went stale between two calls costs nothing but a try', async () => {
    const baseURL = await rawServer((socket, connection) => {
      if (connection > 1) return void socket.end(good);
      // Says that it stays open, and is gone by the next request.
      if (socket.bytesWritten === 0) socket.write(good);
      else socket.resetAndDestroy();
    });
    const mistral = client(baseURL);

    await mistral.models.list();

    expect(await mistral.chat.complete(chat)).toEqual({ data: [] });
  });
});

describe('a custom fetch', () => {
  test('that throws at once is a failed connection', async () => {
    const fetch = () => {
      throw new RangeError('no sockets');
    };

    expect(await failureOf(new Mistral({ apiKey, fetch, maxRetries: 0 }).models.list())).toMatchObject({
      name: 'ConnectionError',
      cause: new RangeError('no sockets'),
    });
  });

  test('may go through a proxy', async () => {
    const seen = vi.fn();
    const baseURL = await serve((request, reply) => {
      seen(request.headers.authorization);
      reply.setHeader('content-type', 'application/json').end('{"data":[]}');
    });
    const tunnelled = vi.fn();
    const proxy = createServer();
    proxy.on('connect', (request, socket: Socket) => {
      tunnelled(request.url);
      const [host, port] = request.url!.split(':');
      const target = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        target.pipe(socket).pipe(target);
      });
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const dispatcher = new ProxyAgent(`http://127.0.0.1:${(proxy.address() as { port: number }).port}`);
    onTestFinished(async () => {
      await dispatcher.close();
      proxy.close();
    });
    // undici's types of `fetch` are its own, and those of Node's are made of an older copy.
    const fetch = ((url: string, init: object) =>
      undiciFetch(url, { ...init, dispatcher })) as unknown as Fetch;

    const mistral = new Mistral({ apiKey, baseURL, fetch, maxRetries: 0 });

    expect(await mistral.models.list()).toEqual({ data: [] });
    expect(tunnelled).toHaveBeenCalledExactlyOnceWith(new URL(baseURL).host);
    expect(seen).toHaveBeenCalledWith(`Bearer ${apiKey}`);
  });

  test('that gives no response is at fault itself, and is not called again', async () => {
    const fetch = vi.fn(async () => undefined) as unknown as Fetch;

    expect(await failureOf(new Mistral({ apiKey, fetch }).models.list())).toMatchObject({
      name: 'MistralError',
      message: '`fetch` did not return a Response; it must return a promise of one',
      retryable: false,
    });
    expect(fetch).toHaveBeenCalledOnce();
  });

  test('that is none is refused', () => {
    expect(() => new Mistral({ apiKey, fetch: 'fetch' as never })).toThrow(MistralError);
  });

  test('of Node that gives up by itself is told with the way out', async () => {
    const cause = Object.assign(new Error('Headers Timeout Error'), { code: 'UND_ERR_HEADERS_TIMEOUT' });
    const fetch = async () => {
      throw new TypeError('fetch failed', { cause });
    };

    expect(await failureOf(new Mistral({ apiKey, fetch, maxRetries: 0 }).models.list())).toMatchObject({
      name: 'TimeoutError',
      message: expect.stringContaining('`headersTimeout`'),
    });
  });
});
