import { inspect } from 'node:util';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import {
  AbortError,
  ArgumentError,
  ConnectionError,
  Mistral,
  MistralError,
  type Fetch,
} from '../../src/index.js';
import { api, client, origin } from '../helpers/api.js';
import { failureOf } from '../helpers/failure-of.js';
import { closedOrigin, serve } from '../helpers/loopback.js';

beforeEach(() => {
  vi.stubEnv('MISTRAL_API_KEY', undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A client that answers itself, and what it would have sent. */
function recorder(options: ConstructorParameters<typeof Mistral>[0] = {}) {
  const fetch = vi.fn<Fetch>(async () => Response.json({ data: [] }));
  const sent = () => new Headers(fetch.mock.calls.at(-1)![1].headers);
  return { fetch, sent, mistral: client({ fetch, ...options }) };
}

describe('the API key', () => {
  const missing = 'No API key: set MISTRAL_API_KEY, or pass `new Mistral({ apiKey })`';

  test('that is missing fails the first call, before any request, and not the construction', async () => {
    const fetch = vi.fn<Fetch>();
    const mistral = new Mistral({ fetch });

    const errors = [
      await failureOf(mistral.models.list()),
      await failureOf(mistral.files.list().collect()),
      await failureOf(mistral.chat.stream({ model: 'm', messages: [] }).text()),
      await failureOf(mistral.request({ method: 'GET', path: '/v1/models' })),
    ];

    for (const error of errors) {
      expect(ArgumentError.isInstance(error)).toBe(true);
      expect(error).toHaveProperty('message', missing);
    }
    expect(fetch).not.toHaveBeenCalled();
  });

  test.each([[''], ['  ']])('that is set to %j counts as missing', async (value) => {
    vi.stubEnv('MISTRAL_API_KEY', value);

    expect(await failureOf(new Mistral().models.list())).toHaveProperty('message', missing);
  });

  test('that is set after the construction is found', async () => {
    const mistral = new Mistral({
      fetch: async (_, { headers }) => Response.json(Object.fromEntries(headers as Headers)),
    });
    vi.stubEnv('MISTRAL_API_KEY', 'set-later');

    expect(await mistral.models.list()).toHaveProperty('authorization', 'Bearer set-later');
  });

  test('is not wanted where the header says who calls', async () => {
    const fetch = async (_: string, { headers }: RequestInit) =>
      Response.json(Object.fromEntries(headers as Headers));
    const mistral = new Mistral({ fetch, headers: { authorization: 'Basic abc' } });

    expect(await mistral.models.list()).toHaveProperty('authorization', 'Basic abc');
  });

  test.each([
    ['Bearer abc-123', 'begins with `Bearer`'],
    ['"abc-123"', 'has quotation marks around it'],
    ["'abc-123'", 'has quotation marks around it'],
  ])('%j is refused with what is wrong, and is not quoted', (apiKey, message) => {
    expect(() => client({ apiKey })).toThrow(message);
    expect(() => client({ apiKey })).not.toThrow('abc-123');
  });

  test('comes from MISTRAL_API_KEY', async () => {
    vi.stubEnv('MISTRAL_API_KEY', ' from-environment\n');
    api().get('/v1/models').matchHeader('authorization', 'Bearer from-environment').reply(200, {});

    await new Mistral().models.list();
  });

  test('that is passed wins over the environment', async () => {
    vi.stubEnv('MISTRAL_API_KEY', 'from-environment');
    const { mistral, sent } = recorder({ apiKey: 'passed' });

    await mistral.models.list();

    expect(sent().get('authorization')).toBe('Bearer passed');
  });

  test('may be supplied anew for each request', async () => {
    let number = 0;
    const { mistral, sent } = recorder({ apiKey: async () => `key-${++number}` });

    await mistral.models.list();
    expect(sent().get('authorization')).toBe('Bearer key-1');
    await mistral.models.list();
    expect(sent().get('authorization')).toBe('Bearer key-2');
  });

  test('that is empty is refused at once, and one that a function gives without a request', async () => {
    expect(() => client({ apiKey: '' })).toThrow('The API key is empty');
    const { mistral, fetch } = recorder({ apiKey: () => '' });

    expect(await failureOf(mistral.models.list())).toHaveProperty(
      'message',
      expect.stringContaining('The API key is empty'),
    );
    expect(fetch).not.toHaveBeenCalled();
  });
});

describe('no secret leaves', () => {
  const apiKey = 'secret-key-0123456789';
  const everything = (value: unknown): string =>
    [
      inspect(value, { depth: Infinity, showHidden: true, getters: true }),
      JSON.stringify(value),
      String(value),
      value instanceof Error ? `${value.stack} ${inspect(value.cause, { depth: Infinity })}` : '',
    ].join('\n');

  test('through the client', () => {
    const mistral = new Mistral({ apiKey });

    expect(everything(mistral)).toContain('chat');
    expect(everything(mistral)).not.toContain('secret');
  });

  test('through a call', async () => {
    const call = recorder({ apiKey }).mistral.models.list();

    expect(everything(call)).not.toContain('secret');
    expect(everything(await call.withResponse())).not.toContain('secret');
  });

  test('through an error of the API', async () => {
    api().get('/v1/models').reply(401, { message: 'Unauthorized' });

    const error = await failureOf(new Mistral({ apiKey }).models.list());

    expect(everything(error)).toContain('Unauthorized');
    expect(everything(error)).not.toContain('secret');
  });

  test('through an error of the connection', async () => {
    const baseURL = await closedOrigin();

    const error = await failureOf(new Mistral({ apiKey, baseURL }).models.list());

    expect(error).toBeInstanceOf(ConnectionError);
    expect(everything(error)).not.toContain('secret');
  });

  test('through an error of the key itself', async () => {
    const error = await failureOf(() => new Mistral({ apiKey: `${apiKey}\n${apiKey}` }));

    expect(MistralError.isInstance(error)).toBe(true);
    expect(everything(error)).not.toContain('secret');
  });

  test('through an error about the options', async () => {
    const options = { apiKey, apikey: apiKey } as { apiKey: string };

    expect(everything(await failureOf(() => new Mistral(options)))).not.toContain('secret');
  });

  test('through a redirect to another origin', async () => {
    const seen = vi.fn();
    const elsewhere = await serve((request, reply) => {
      seen(request.headers);
      reply.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    const baseURL = await serve((_, reply) => {
      reply.writeHead(307, { location: `${elsewhere}/v1/models` }).end();
    });

    const error = await failureOf(new Mistral({ apiKey, baseURL }).models.list());

    expect(error).toMatchObject({ name: 'RedirectError', location: `${elsewhere}/v1/models` });
    expect(seen).not.toHaveBeenCalled();
  });
});

describe('`baseURL`', () => {
  test.each([
    [undefined, 'https://api.mistral.ai/v1/models'],
    ['https://proxy.test', 'https://proxy.test/v1/models'],
    ['https://proxy.test/', 'https://proxy.test/v1/models'],
    ['https://proxy.test/mistral', 'https://proxy.test/mistral/v1/models'],
    ['https://proxy.test/mistral///', 'https://proxy.test/mistral/v1/models'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/v1/models'],
    ['HTTPS://Proxy.Test:443', 'https://proxy.test/v1/models'],
  ])('%s leads to %s', async (baseURL, url) => {
    const { mistral, fetch } = recorder(baseURL === undefined ? {} : { baseURL });

    await mistral.models.list();

    expect(fetch.mock.calls[0]![0]).toBe(url);
  });

  test.each([['api.mistral.ai'], ['/v1'], [''], ['ftp://api.mistral.ai'], ['file:///v1'], ['https://']])(
    '%j is refused, since it is no http(s) URL',
    (baseURL) => {
      expect(() => client({ baseURL })).toThrow(
        new ArgumentError('`baseURL` is not a URL of http or https; pass one such as https://api.mistral.ai'),
      );
    },
  );

  test.each([
    ['https://user:secret@api.mistral.ai'],
    ['https://user@api.mistral.ai'],
    ['https://api.mistral.ai?key=secret'],
    ['https://api.mistral.ai/#secret'],
  ])('%j is refused without being quoted', (baseURL) => {
    expect(() => client({ baseURL })).toThrow(
      new ArgumentError(
        '`baseURL` must not hold credentials, a query or a fragment; pass the key as `apiKey`',
      ),
    );
  });
});

describe('options', () => {
  test.each([
    ['baseUrl', '`baseUrl`. Did you mean `baseURL`?'],
    ['serverURL', '`serverURL`. Did you mean `baseURL`?'],
    ['defaultHeaders', '`defaultHeaders`. Did you mean `headers`?'],
    ['api_key', '`api_key`. Did you mean `apiKey`?'],
    ['timeOutMs', '`timeOutMs`. Did you mean `timeoutMs`?'],
    ['httpClient', '`httpClient`. Did you mean `fetch`?'],
    ['maxRetry', '`maxRetry`. Did you mean `maxRetries`?'],
    ['organisation', '`organisation`. Known: apiKey, '],
  ])('that do not exist are refused: %s', (name, message) => {
    const options = { apiKey: 'k', [name]: 'x' };

    expect(() => new Mistral(options)).toThrow(TypeError);
    expect(() => new Mistral(options)).toThrow(`The client has no option ${message}`);
  });

  test('that are a key alone are refused with how to pass it', () => {
    expect(() => new Mistral('a-key' as never)).toThrow("such as `{ apiKey: 'your-key' }`");
  });

  test('need not be given at all', () => {
    vi.stubEnv('MISTRAL_API_KEY', 'from-environment');

    expect(() => new Mistral()).not.toThrow();
  });
});

describe('MISTRAL_BASE_URL', () => {
  test('is where the API is, unless `baseURL` says otherwise', async () => {
    vi.stubEnv('MISTRAL_BASE_URL', 'https://proxy.test/mistral/v1');
    const { mistral, fetch } = recorder();

    await mistral.models.list();
    await mistral.withOptions({ baseURL: 'https://other.test' }).models.list();

    expect(fetch.mock.calls.map(([url]) => url)).toEqual([
      'https://proxy.test/mistral/v1/models',
      'https://other.test/v1/models',
    ]);
  });

  test('that cannot be right is refused by its name', () => {
    vi.stubEnv('MISTRAL_BASE_URL', 'proxy');

    expect(() => client()).toThrow('MISTRAL_BASE_URL');
  });
});

describe('`fetchOptions`', () => {
  test('go to `fetch`, those of the call over those of the client', async () => {
    const { mistral, fetch } = recorder({ fetchOptions: { dispatcher: 'a', cache: 'no-store' } });

    await mistral.models.list({}, { fetchOptions: { dispatcher: 'b' } });

    expect(fetch.mock.calls[0]![1]).toMatchObject({ dispatcher: 'b', cache: 'no-store', method: 'GET' });
  });

  test.each(['headers', 'signal', 'redirect', 'method', 'body', 'duplex'])(
    'have no `%s`, which is said elsewhere',
    async (name) => {
      const { mistral, fetch } = recorder();
      const fetchOptions = { [name]: 'x' };

      expect(() => client({ fetchOptions })).toThrow(`\`fetchOptions\` has no \`${name}\``);
      expect(await failureOf(mistral.models.list({}, { fetchOptions }))).toHaveProperty(
        'message',
        expect.stringContaining(`\`fetchOptions\` has no \`${name}\``),
      );
      expect(fetch).not.toHaveBeenCalled();
    },
  );
});

describe('`idempotencyKey`', () => {
  test('goes with each attempt, in place of a random one', async () => {
    const { mistral, fetch } = recorder({ maxRetries: 1, retry: { initialDelayMs: 1, maxDelayMs: 1 } });
    fetch.mockResolvedValueOnce(new Response(null, { status: 503 }));

    await mistral.models.list({}, { idempotencyKey: 'order-7' });

    const keys = fetch.mock.calls.map(([, { headers }]) => (headers as Headers).get('idempotency-key'));
    expect(keys).toEqual(['order-7', 'order-7']);
  });

  test('of a list is refused, whose pages are requests of their own', async () => {
    const error = await failureOf(recorder().mistral.files.list({}, { idempotencyKey: 'a' }).collect());

    expect(error).toHaveProperty('message', expect.stringContaining('sends a request for each page'));
  });

  test.each(['', ' ', 5])('%j is refused', async (idempotencyKey) => {
    const call = recorder().mistral.models.list({}, { idempotencyKey: idempotencyKey as string });

    expect(await failureOf(call)).toHaveProperty(
      'message',
      expect.stringContaining('`idempotencyKey` must be'),
    );
  });
});

describe('a custom fetch', () => {
  test('is called with a URL and an init', async () => {
    const { mistral, fetch } = recorder();

    await mistral.embeddings.create({ model: 'mistral-embed', input: ['a'] });

    expect(fetch).toHaveBeenCalledOnce();
    const [url, init, ...rest] = fetch.mock.calls[0]!;
    expect(url).toBe(`${origin}/v1/embeddings`);
    expect(init.method).toBe('POST');
    expect(JSON.parse(String(init.body))).toEqual({ model: 'mistral-embed', input: ['a'] });
    expect(new Headers(init.headers).get('content-type')).toBe('application/json');
    expect(rest).toEqual([]);
  });

  test('answers for the API', async () => {
    const mistral = client({ fetch: async () => Response.json({ message: 'No' }, { status: 403 }) });

    expect(await failureOf(mistral.models.list())).toHaveProperty('name', 'PermissionDeniedError');
  });
});

describe('headers', () => {
  test('of the client go with every request, and those of a call win', async () => {
    const { mistral, sent } = recorder({ headers: { 'X-Team': 'client', 'x-app': 'a' } });

    await mistral.models.list();
    expect([sent().get('x-team'), sent().get('x-app')]).toEqual(['client', 'a']);

    await mistral.models.list({}, { headers: { 'x-team': 'call' } });
    expect([sent().get('x-team'), sent().get('x-app')]).toEqual(['call', 'a']);
  });

  test('are left out where they are null', async () => {
    const { mistral, sent } = recorder({ headers: { 'x-team': 'client' } });

    await mistral.models.list({}, { headers: { 'X-Team': null, Authorization: null, accept: null } });

    expect([...sent().keys()]).toEqual(['idempotency-key', 'x-retry-count']);
  });

  test('may be `Headers`', async () => {
    const { mistral, sent } = recorder({ headers: new Headers({ 'x-team': 'client' }) });

    await mistral.models.list({}, { headers: new Headers({ 'x-app': 'call' }) });

    expect([sent().get('x-team'), sent().get('x-app')]).toEqual(['client', 'call']);
  });

  test('of the client win over its own, as those of a call do', async () => {
    const { mistral, sent } = recorder({ headers: { Accept: 'application/x-ndjson' } });

    await mistral.models.list();

    expect(sent().get('accept')).toBe('application/x-ndjson');
  });

  test('may carry another authorization than the key', async () => {
    const { mistral, sent } = recorder({ headers: { authorization: 'Basic proxy' } });

    await mistral.models.list();

    expect(sent().get('authorization')).toBe('Basic proxy');
  });
});

describe('a signal', () => {
  test('that has aborted before the call lets nothing be sent', async () => {
    const { mistral, fetch } = recorder();
    const signal = AbortSignal.abort('too late');

    const error = await failureOf(mistral.models.list({}, { signal }));

    expect(error).toBeInstanceOf(AbortError);
    expect(error).toHaveProperty('cause', 'too late');
    expect(fetch).not.toHaveBeenCalled();
  });

  test('ends a call that waits for its answer, and closes the connection', async () => {
    const controller = new AbortController();
    let reportClosed!: () => void;
    const closed = new Promise<void>((resolve) => (reportClosed = resolve));
    const baseURL = await serve((_, reply) => {
      reply.on('close', reportClosed);
      controller.abort('the user left');
    });

    const error = await failureOf(client({ baseURL }).models.list({}, { signal: controller.signal }));

    await closed;
    expect(error).toBeInstanceOf(AbortError);
    expect(error).toHaveProperty('cause', 'the user left');
  });

  test('ends a call that reads its answer', async () => {
    const controller = new AbortController();
    const baseURL = await serve((_, reply) => {
      reply.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      reply.write('{"half":', () => controller.abort('enough'));
    });

    const error = await failureOf(client({ baseURL }).models.list({}, { signal: controller.signal }));

    expect(error).toBeInstanceOf(AbortError);
    expect(error).toHaveProperty('cause', 'enough');
  });

  test('that aborts after the answer changes nothing', async () => {
    const { mistral } = recorder();
    const controller = new AbortController();
    const call = mistral.models.list({}, { signal: controller.signal });
    const data = await call;

    controller.abort();

    expect(await call).toBe(data);
  });
});

test('two clients do not know of one another', async () => {
  const one = recorder({ apiKey: 'one', baseURL: 'https://one.test' });
  const two = recorder({ apiKey: 'two', baseURL: 'https://two.test' });

  await Promise.all([one.mistral.models.list(), two.mistral.models.list()]);

  expect(one.fetch.mock.calls[0]![0]).toBe('https://one.test/v1/models');
  expect(two.fetch.mock.calls[0]![0]).toBe('https://two.test/v1/models');
  expect(one.sent().get('authorization')).toBe('Bearer one');
  expect(two.sent().get('authorization')).toBe('Bearer two');
});
