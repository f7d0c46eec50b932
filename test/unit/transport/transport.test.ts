import { describe, expect, test, vi } from 'vitest';

import { filesUpload, modelsList, modelsRetrieve } from '../../../generated/sdk.gen.js';
import { ArgumentError } from '../../../src/errors/argument-error.js';
import { NotFoundError } from '../../../src/errors/api-error.js';
import type { Fetch } from '../../../src/transport/send.js';
import { transportOptionNames, type TransportOptions } from '../../../src/transport/transport-options.js';
import { createTransport } from '../../../src/transport/transport.js';
import { api, origin } from '../../helpers/api.js';
import { serve } from '../../helpers/loopback.js';

const transport = createTransport({ apiKey: 'test-key' });

describe('the transport under a generated function', () => {
  test('gives decoded JSON', async () => {
    api().get('/v1/models/m').matchHeader('authorization', 'Bearer test-key').reply(200, { id: 'm' });

    expect(await modelsRetrieve({ client: transport, path: { model_id: 'm' } })).toEqual({ id: 'm' });
  });

  test('rejects with an error for an answer that is no success', async () => {
    api().get('/v1/models').reply(404, { message: 'Gone' });

    await expect(modelsList({ client: transport })).rejects.toThrow(NotFoundError);
  });

  test('rejects, and does not throw, for what cannot be sent', async () => {
    const call = modelsRetrieve({ client: transport, path: { model_id: '' } });

    await expect(call).rejects.toThrow(ArgumentError);
  });

  test('is ended by its signal while a blob arrives', async () => {
    const baseURL = await serve((_, reply) => {
      reply.writeHead(200, { 'content-type': 'application/pdf', 'content-length': 100 });
      reply.write('half', () => controller.abort('enough'));
    });
    const controller = new AbortController();
    const client = createTransport({ apiKey: 'test-key', baseURL });

    await expect(client.get({ url: '/v1/new', signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
      cause: 'enough',
    });
  });

  test('sends no content type without a body', async () => {
    api({ badheaders: ['content-type'] })
      .get('/v1/models')
      .reply(200, {});

    await modelsList({ client: transport, headers: { 'content-type': 'application/json' } });
  });

  test('leaves the content type of a form to fetch, which knows the boundary', async () => {
    api()
      .post('/v1/files', /name="purpose"\r\n\r\nbatch\r\n/)
      .matchHeader('content-type', /^multipart\/form-data; ?boundary=/)
      .reply(200, {});

    const file = new File(['{}'], 'a.jsonl');
    await filesUpload({ client: transport, body: { file, purpose: 'batch' } });
  });
});

describe('a raw request', () => {
  test('fills path and query', async () => {
    api().get('/v1/beta/a%2Fb?page=2').reply(200, { beta: true });

    const request = { url: '/v1/beta/{id}', path: { id: 'a/b' }, query: { page: 2 } };

    expect(await transport.get(request)).toEqual({ beta: true });
    expect(transport.buildUrl(request)).toBe(`${origin}/v1/beta/a%2Fb?page=2`);
  });

  test.each(['delete', 'get', 'head', 'options', 'patch', 'post', 'put'] as const)(
    'goes out as %s',
    async (method) => {
      const fetch = vi.fn<Fetch>(async () => new Response(null, { status: 204 }));

      await createTransport({ apiKey: 'k', fetch })[method]({ url: '/v1/new' });

      expect(fetch.mock.calls[0]![1].method).toBe(method.toUpperCase());
    },
  );

  test('gives a Blob for an answer that is no JSON', async () => {
    api().get('/v1/new').reply(200, 'bytes', { 'content-type': 'application/pdf' });

    const blob = (await transport.get({ url: '/v1/new' })) as unknown as Blob;

    expect(await blob.text()).toBe('bytes');
  });

  test('gives JSON of any media type that ends in +json', async () => {
    api().get('/v1/new').reply(200, '{"a":1}', { 'content-type': 'application/problem+json' });

    expect(await transport.get({ url: '/v1/new' })).toEqual({ a: 1 });
  });
});

test('a fetch that is replaced globally later is heard', async () => {
  const fetch = vi.fn(async () => Response.json({ replaced: true }));
  vi.stubGlobal('fetch', fetch);

  try {
    expect(await modelsList({ client: transport })).toEqual({ replaced: true });
  } finally {
    vi.unstubAllGlobals();
  }
});

test('the names of the options are all known', () => {
  const options: Required<TransportOptions> = {
    apiKey: 'k',
    adminApiKey: 'a',
    baseURL: origin,
    fetch,
    fetchOptions: {},
    headers: {},
    middleware: [],
    observer: () => undefined,
    retryBudget: false,
    maxResponseBytes: 1,
    maxEventBytes: 1,
    redirect: 'error',
    logger: console,
    logLevel: 'off',
    dangerouslyAllowHTTP: false,
    dangerouslyAllowBrowser: false,
    timeoutMs: 1,
    firstEventTimeoutMs: 1,
    idleTimeoutMs: 1,
    maxRetries: 0,
    retry: {},
  };

  expect(() => createTransport(options)).not.toThrow();
  expect(Object.keys(options)).toEqual([...transportOptionNames]);
});
