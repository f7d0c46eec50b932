import { inspect } from 'node:util';

import { describe, expect, test, vi } from 'vitest';

import { Mistral, type Fetch, type Logger, type MistralOptions } from '../../src/index.js';
import { collect } from '../helpers/collect.js';
import { bodyOf, eventStream, sse } from '../helpers/event-stream.js';
import { failureOf } from '../helpers/failure-of.js';
import { serve } from '../helpers/loopback.js';

const marker = 'MARKER-0123456789-abcdef';
const chat = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };

/** All that anybody could get to see of a value. */
function everything(value: unknown): string {
  const seen = [inspect(value, { depth: Infinity, showHidden: true, getters: true }), String(value)];
  try {
    seen.push(JSON.stringify(value) ?? '');
    seen.push(inspect(structuredClone(value), { depth: Infinity, showHidden: true }));
  } catch (error) {
    seen.push(String(error));
  }
  for (let error = value; error instanceof Error; error = error.cause) {
    seen.push(error.message, error.stack ?? '', inspect(error, { depth: Infinity }));
    const { headers } = error as { headers?: Headers };
    if (headers) seen.push(JSON.stringify([...headers]));
  }
  return seen.join('\n');
}

/** A logger that keeps every line. */
function recordingLogger() {
  const lines: string[] = [];
  const keep = (line: string) => void lines.push(line);
  const logger: Logger = { error: keep, warn: keep, info: keep, debug: keep };
  return { logger, lines };
}

const client = (fetch: Fetch, options: MistralOptions = {}) =>
  new Mistral({ apiKey: marker, fetch, maxRetries: 0, logLevel: 'off', ...options });

/** Says back whatever it was sent, as careless servers do. */
const echoing =
  (status: number): Fetch =>
  async (_, { headers }) => {
    const { authorization } = Object.fromEntries(new Headers(headers)) as { authorization: string };
    const body = {
      message: `bad ${authorization}`,
      detail: [{ loc: ['header', authorization], msg: marker }],
      [marker]: 1,
    };
    return Response.json(body, {
      status,
      headers: { 'x-echo': authorization, 'mistral-correlation-id': marker },
    });
  };

describe('S1 the key is not in', () => {
  test('a client, nor in what is derived of it', () => {
    const mistral = new Mistral({ apiKey: marker });

    for (const value of [mistral, mistral.withOptions({ maxRetries: 1 }), mistral.chat, [mistral]]) {
      expect(everything(value)).not.toContain(marker);
    }
  });

  test('a call, its answer, a stream or a page', async () => {
    const json = client(async () => Response.json({ data: [] }));
    const streaming = client(async () => eventStream(bodyOf(sse({ choices: [] }, '[DONE]'))));
    const listing = client(async () => Response.json([]));

    const values = [
      json.models.list(),
      await json.models.list().withResponse(),
      await streaming.chat.stream(chat),
      await listing.beta.agents.list(),
      await json.models.list().asResponse(),
    ];
    for (const value of values) expect(everything(value)).not.toContain(marker);
  });

  test('an error of the connection whose cause does not hold it', async () => {
    const error = await failureOf(
      client(async (_, { headers }) => {
        throw `cannot send ${new Headers(headers).get('authorization')}`;
      }).models.list(),
    );

    expect((error as Error).message).toBe('GET /v1/models got no response: cannot send Bearer [redacted]');
  });
});

describe.each(['apiKey', 'adminApiKey'] as const)('S1 the %s is not in', (key) => {
  const secret: MistralOptions = { apiKey: 'key-0123456789-abcdef', [key]: marker };
  const route = { method: 'GET', path: '/v1/roles', key } as const;

  test('a client, nor in what is derived of it', () => {
    const mistral = new Mistral(secret);

    for (const value of [mistral, mistral.withOptions({ maxRetries: 1 })])
      expect(everything(value)).not.toContain(marker);
  });

  test('an error that a careless server has written, nor in a log', async () => {
    const { logger, lines } = recordingLogger();
    const mistral = client(echoing(400), { ...secret, logger, logLevel: 'debug' });

    expect(everything(await failureOf(mistral.request(route)))).not.toContain(marker);
    expect(lines.join('\n')).not.toContain(marker);
    expect(lines.length).toBeGreaterThan(0);
  });
});

describe('S2 logs', () => {
  test.each(['error', 'warn', 'info', 'debug'] as const)('hold no key at the level %s', async (logLevel) => {
    const { logger, lines } = recordingLogger();
    const options: MistralOptions = {
      logger,
      logLevel,
      headers: { 'x-api-key': marker, 'x-custom': `custom ${marker}`, cookie: marker },
    };

    await client(
      async () => Response.json({ data: [] }, { headers: { 'set-cookie': marker } }),
      options,
    ).models.list();
    await client(async () => Response.json({}), options).chat.complete({
      ...chat,
      messages: [{ role: 'user', content: `my key is ${marker}` }],
    });
    await failureOf(client(echoing(400), options).models.list({}, { query: { token: marker } }));

    expect(lines.join('\n')).not.toContain(marker);
    expect(lines.length > 0).toBe(logLevel === 'info' || logLevel === 'debug');
  });

  test('hold no part of a key that stands where a body is cut', async () => {
    const { logger, lines } = recordingLogger();
    const mistral = client(async () => Response.json({}), { logger, logLevel: 'debug' });

    for (let length = 930; length < 1024; length += 1) {
      const content = 'x'.repeat(length) + marker;
      await mistral.chat.complete({ ...chat, messages: [{ role: 'user', content }] });
    }

    expect(lines.join('\n')).toContain('xxx');
    expect(lines.join('\n')).not.toContain(marker.slice(0, 6));
  });

  test('show the headers that are known to be harmless, and no others', async () => {
    const { logger, lines } = recordingLogger();

    await client(async () => Response.json({ data: [] }), { logger, logLevel: 'debug' }).models.list(
      {},
      { headers: { 'x-new': 'unknown' } },
    );

    expect(lines.join('\n')).toContain('"accept":"application/json"');
    expect(lines.join('\n')).toContain('"x-new":"[redacted]"');
    expect(lines.join('\n')).toContain('"authorization":"[redacted]"');
  });

  test('hold no body below debug', async () => {
    const { logger, lines } = recordingLogger();

    await client(async () => Response.json({}), { logger, logLevel: 'info' }).chat.complete(chat);

    expect(lines).toEqual([
      expect.stringMatching(/^\[mistral-sdk\] POST \/v1\/chat\/completions → 200 in \d+ ms \(attempt 1\)$/),
    ]);
  });
});

describe('S3', () => {
  const bad = ['\r', '\n', '\0', 'é', '\u2028', ' '].map((character) => `${marker}${character}${marker}`);

  test.each(bad)('a key that no header can carry is refused without being quoted: %j', async (apiKey) => {
    const given = await failureOf(() => new Mistral({ apiKey }));
    const supplied = await failureOf(
      new Mistral({
        apiKey: async () => apiKey,
        fetch: async () => new Response(),
        maxRetries: 0,
      }).models.list(),
    );

    for (const error of [given, supplied]) {
      expect(error).toMatchObject({ name: 'ArgumentError', message: expect.stringContaining('API key') });
      expect(everything(error)).not.toContain(marker);
    }
  });

  test('white space around a key, as copying brings it, is no part of it', async () => {
    const fetch = vi.fn<Fetch>(async () => Response.json({ data: [] }));

    await client(fetch, { apiKey: `  ${marker}\n` }).models.list();

    expect(new Headers(fetch.mock.calls[0]![1].headers).get('authorization')).toBe(`Bearer ${marker}`);
  });

  test.each(['\r\nx-injected: 1', '\0', 'é', '\x7f'])(
    'a header with %j is refused by its name alone',
    async (character) => {
      const headers = { 'x-secret': `${marker}${character}` };
      const fetch = vi.fn<Fetch>();

      const errors = [
        await failureOf(() => client(fetch, { headers })),
        await failureOf(client(fetch).models.list({}, { headers })),
      ];

      for (const error of errors) {
        expect(error).toMatchObject({
          name: 'ArgumentError',
          message: expect.stringContaining('`x-secret`'),
        });
        expect(everything(error)).not.toContain(marker);
      }
      expect(fetch).not.toHaveBeenCalled();
    },
  );

  test('a name that no header can have is refused', async () => {
    expect(() => client(vi.fn(), { headers: { 'x a': '1' } })).toThrow(/name in `headers`/);
    expect(() => client(vi.fn(), { headers: { 'x\r\ny': '1' } })).toThrow(/name in `headers`/);
  });
});

describe('S4 what a server says back of the key is taken out', () => {
  test.each([400, 401, 404, 422, 429, 500])('in an error of status %i', async (status) => {
    const error = await failureOf(client(echoing(status)).models.list());

    expect(error).toHaveProperty('status', status);
    expect(everything(error)).toContain('[redacted]');
    expect(everything(error)).not.toContain(marker);
  });

  test('in an error inside a stream, and in an event that is no JSON', async () => {
    const bodies = [sse({ error: { message: `bad ${marker}` } }), sse(`no JSON ${marker}`)];

    for (const body of bodies) {
      const error = await failureOf(collect(client(async () => eventStream(bodyOf(body))).chat.stream(chat)));
      expect(everything(error)).toContain('[redacted]');
      expect(everything(error)).not.toContain(marker);
    }
  });

  test('in an answer that cannot be read', async () => {
    const texts = client(async () => new Response(`<html>${marker}</html>`));

    for (const error of [
      await failureOf(texts.models.list()),
      await failureOf(collect(texts.chat.stream(chat))),
    ]) {
      expect(everything(error)).toContain('[redacted]');
      expect(everything(error)).not.toContain(marker);
    }
  });

  test('in the headers of an answer that cannot be read, of a page, and of an error inside a stream', async () => {
    const headers = { 'mistral-correlation-id': marker, 'x-echo': marker };
    const page = client(async () => Response.json({ data: marker }, { headers }));
    const inStream = client(async () => {
      const body = bodyOf(sse({ error: { message: 'No' } }));
      return new Response(body, { headers: { ...headers, 'content-type': 'text/event-stream' } });
    });
    const errors = [
      await failureOf(client(async () => new Response('<html>', { headers })).models.list()),
      await failureOf(page.batch.jobs.list()),
      await failureOf(collect(inStream.chat.stream(chat))),
    ];

    for (const error of errors) {
      expect(error).toHaveProperty('requestId', '[redacted]');
      expect(everything(error)).not.toContain(marker);
    }
  });

  test('also of keys that go in headers of their own', async () => {
    const fetch: Fetch = async () => Response.json({ message: 'bad azure-key-0123456789' }, { status: 401 });

    const error = await failureOf(
      client(fetch, { headers: { 'api-key': 'azure-key-0123456789' } }).models.list(),
    );

    expect(everything(error)).not.toContain('azure-key');
  });
});

describe('S5 a base URL', () => {
  test.each([
    'http://api.mistral.ai',
    'http://10.0.0.1',
    'http://localhost.evil.test',
    'http://127.0.0.1.evil.test',
  ])('%s would send the key unencrypted, and is refused unless allowed', (baseURL) => {
    expect(() => new Mistral({ apiKey: marker, baseURL })).toThrow(
      /unencrypted; .*`dangerouslyAllowHTTP: true`/,
    );
    expect(() => new Mistral({ apiKey: marker, baseURL, dangerouslyAllowHTTP: true })).not.toThrow();
  });

  test.each([
    'http://localhost:1',
    'http://127.0.0.1:1',
    'http://127.1.2.3',
    'http://[::1]:1',
    'http://api.localhost',
  ])('%s stays on this machine, and is allowed', (baseURL) => {
    expect(() => new Mistral({ apiKey: marker, baseURL })).not.toThrow();
  });

  test.each([
    `https://user:${marker}@api.test`,
    `https://${marker}@api.test`,
    `ftp://${marker}@api.test`,
    `${marker}`,
  ])('that holds credentials, or is none, is refused without being quoted: %s', async (baseURL) => {
    expect(everything(await failureOf(() => new Mistral({ apiKey: 'k', baseURL })))).not.toContain(marker);
  });
});

describe('S6 a redirect', () => {
  const statuses = [301, 302, 303, 307, 308];
  const redirecting = async (status: number, location: string, options: MistralOptions = {}) => {
    const baseURL = await serve((request, reply) => {
      if (request.url!.startsWith('/v1/there'))
        reply.setHeader('content-type', 'application/json').end('{"there":true}');
      else reply.writeHead(status, location ? { location } : {}).end();
    });
    return new Mistral({ apiKey: marker, baseURL, maxRetries: 0, ...options });
  };

  test.each(statuses)('of status %i is an error, wherever it leads', async (status) => {
    const mistral = await redirecting(status, '/v1/there?secret=1');

    expect(await failureOf(mistral.models.list())).toMatchObject({
      name: 'RedirectError',
      status,
      location: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1\/there$/),
    });
  });

  test.each(
    statuses.flatMap((status) =>
      (['error', 'same-origin'] as const).map((redirect) => [status, redirect] as const),
    ),
  )('of status %i to another origin is never followed (%s)', async (status, redirect) => {
    const seen = vi.fn();
    const elsewhere = await serve((request, reply) => {
      seen(request.headers);
      reply.end('{}');
    });
    const mistral = await redirecting(status, `${elsewhere}/v1/there`, { redirect });

    const error = await failureOf(mistral.chat.complete(chat));

    expect(error).toMatchObject({ name: 'RedirectError', status });
    expect(everything(error)).not.toContain(marker);
    expect(seen).not.toHaveBeenCalled();
  });

  test.each([307, 308])(
    'of status %i on the same origin is followed where that is allowed',
    async (status) => {
      const mistral = await redirecting(status, '/v1/there', { redirect: 'same-origin' });

      expect(await mistral.chat.complete(chat)).toEqual({ there: true });
    },
  );

  test.each([301, 302, 303])('of status %i, which may change the method, is not', async (status) => {
    const mistral = await redirecting(status, '/v1/there', { redirect: 'same-origin' });

    expect(await failureOf(mistral.chat.complete(chat))).toHaveProperty('name', 'RedirectError');
  });

  test('that leads nowhere, or in a circle, is an error as well', async () => {
    for (const location of ['', 'https://[', '/v1/models']) {
      const mistral = await redirecting(307, location, { redirect: 'same-origin' });

      expect(await failureOf(mistral.models.list())).toHaveProperty('name', 'RedirectError');
    }
  });

  test('of a large upload is an error as well', async () => {
    const mistral = await redirecting(307, '/v1/there');
    const file = new File([new Uint8Array(2_000_000)], 'a.jsonl');

    expect(await failureOf(mistral.files.upload({ file }))).toHaveProperty('name', 'RedirectError');
  });
});

test('a function that supplies the key is asked for each attempt, and its failure is told', async () => {
  let number = 0;
  const seen: (string | null)[] = [];
  const fetch: Fetch = async (_, { headers }) => {
    seen.push(new Headers(headers).get('authorization'));
    return new Response('', { status: seen.length === 1 ? 503 : 200, headers: { 'retry-after-ms': '1' } });
  };
  const options = { maxRetries: 1, retry: { initialDelayMs: 0 } };

  await client(fetch, { ...options, apiKey: async () => `${marker}-${++number}` })
    .models.list()
    .asResponse();
  expect(seen).toEqual([`Bearer ${marker}-1`, `Bearer ${marker}-2`]);

  const cause = new Error('no token');
  const failing = client(fetch, { apiKey: () => Promise.reject(cause) });
  expect(await failureOf(failing.models.list())).toMatchObject({ name: 'ArgumentError', cause });
});

test('in a page a client is refused, unless the key may be seen', () => {
  vi.stubGlobal('window', { document: {} });
  vi.stubGlobal('navigator', {});
  try {
    expect(() => new Mistral({ apiKey: marker })).toThrow('`dangerouslyAllowBrowser: true`');
    expect(() => new Mistral({ apiKey: marker, dangerouslyAllowBrowser: true })).not.toThrow();
  } finally {
    vi.unstubAllGlobals();
  }
});

describe('S1 the key is not in the cause of an error', () => {
  const request = () => new Request('https://a.test', { headers: { authorization: `Bearer ${marker}` } });
  const circular = () => {
    const config: Record<string, unknown> = { headers: { authorization: `Bearer ${marker}` } };
    config.self = config;
    return config;
  };

  test.each<[string, () => unknown]>([
    ['a message', () => new Error(`failed with ${marker}`)],
    ['a property', () => Object.assign(new Error('failed'), { config: circular() })],
    ['a hidden property', () => Object.defineProperty(new Error('failed'), 'config', { value: circular() })],
    ['a symbol', () => Object.assign(new Error('failed'), { [Symbol('config')]: circular() })],
    ['a request', () => Object.assign(new Error('failed'), { request: request() })],
    ['headers', () => Object.assign(new Error('failed'), { headers: request().headers })],
    ['a Map', () => Object.assign(new Error('failed'), { headers: new Map([['authorization', marker]]) })],
    ['a name', () => Object.assign(new Error('failed'), { name: marker })],
    ['a code', () => Object.assign(new Error('failed'), { code: marker })],
    ['its own cause', () => new Error('failed', { cause: new Error(`with ${marker}`) })],
    ['a list of errors', () => new AggregateError([new Error(marker)], 'failed')],
    ['a text', () => `failed with ${marker}`],
    ['an object that is no error', () => circular()],
  ])('of a custom `fetch` that puts it into %s', async (_, make) => {
    const throwing = client(() => Promise.reject(make() as Error));
    const breaking = client(async () =>
      eventStream(new ReadableStream({ pull: () => Promise.reject(make() as Error) })),
    );
    const downloading = client(
      async () => new Response(new ReadableStream({ pull: () => Promise.reject(make() as Error) })),
    );

    const failures = [
      await failureOf(throwing.models.list()),
      await failureOf(collect(breaking.chat.stream(chat))),
      await failureOf(downloading.models.list()),
      await failureOf((await downloading.files.download({ file_id: 'f' })).text()),
    ];

    for (const failure of failures) {
      expect((failure as Error).cause).toBeDefined();
      expect(everything(failure)).not.toContain(marker);
    }
  });

  test('and a cause without it stays the object that it is', async () => {
    const cause = Object.assign(new TypeError('fetch failed'), { socket: { port: 443 } });

    expect(await failureOf(client(() => Promise.reject(cause)).models.list())).toHaveProperty('cause', cause);
  });
});

test('an error body that is nested too deeply for the stack is an error like any other', async () => {
  const body = '['.repeat(8000) + ']'.repeat(8000);
  const mistral = client(async () => new Response(`{"message":"No","detail":${body}}`, { status: 400 }));

  expect(await failureOf(mistral.models.list())).toMatchObject({
    name: 'BadRequestError',
    message: expect.stringContaining('400 No'),
  });
});
