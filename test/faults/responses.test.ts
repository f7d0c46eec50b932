import { gzipSync } from 'node:zlib';

import { describe, expect, test, vi } from 'vitest';

import { Mistral, type Fetch, type MistralOptions } from '../../src/index.js';
import { failureOf } from '../helpers/failure-of.js';
import { serve } from '../helpers/loopback.js';

const apiKey = 'test-key-0123456789';
const client = (fetch: Fetch, options: MistralOptions = {}) =>
  new Mistral({ apiKey, fetch, maxRetries: 0, logLevel: 'off', ...options });
const answering = (text: string | null, init?: ResponseInit) => client(async () => new Response(text, init));

describe('B1 an answer is not checked against the description', () => {
  test.each([
    ['fields that nobody knew', { id: 'm', future: { deep: [1, null] } }],
    [
      'values that nobody knew',
      { object: 'chat.completion', choices: [{ finish_reason: 'quantum', index: 0 }] },
    ],
    ['null where something is due', { id: null, usage: null, choices: null }],
    ['nothing at all', {}],
  ])('%s come as they are', async (_, body) => {
    const chat = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };

    expect(await answering(JSON.stringify(body)).chat.complete(chat)).toEqual(body);
  });

  test('JSON of another content type is JSON', async () => {
    expect(
      await answering('{"data":[]}', { headers: { 'content-type': 'text/plain' } }).models.list(),
    ).toEqual({
      data: [],
    });
  });
});

test('a body that does not give bytes, as of a careless double, is a broken connection, or the error that it is of', async () => {
  const texts = (status: number) =>
    client(async () => new Response(new ReadableStream({ pull: (body) => body.enqueue('{}') }), { status }));

  expect(await failureOf(texts(200).models.list())).toMatchObject({
    name: 'ConnectionError',
    retryable: true,
  });
  expect(await failureOf(texts(400).models.list())).toMatchObject({ name: 'BadRequestError', status: 400 });
});

describe('B2', () => {
  test.each([
    ['HTML', '<!doctype html><title>Sign in</title>', 'The response is not JSON'],
    ['nothing', '', 'The response is empty; expected JSON'],
    ['null', 'null', 'The response is not a JSON object, as expected'],
    ['a list', '[1]', 'The response is not a JSON object, as expected'],
    ['a string', '"ok"', 'The response is not a JSON object, as expected'],
    ['a cut object', '{"data":[{"id"', 'The response was cut off in the middle of its JSON'],
  ])('%s where an object is due is an error with status, type and excerpt', async (_, text, problem) => {
    const error = await failureOf(
      answering(text, {
        status: 203,
        headers: { 'content-type': 'text/html', 'x-request-id': 'request-1' },
      }).models.list(),
    );

    expect(error).toMatchObject({
      name: 'ResponseError',
      message: expect.stringContaining(`${problem} (status 203, content type text/html)`),
      status: 203,
      contentType: 'text/html',
      excerpt: text,
      requestId: 'request-1',
      attempts: 1,
    });
  });

  test('an object where a list is due is one as well', async () => {
    const calls = [
      () => answering('{}').beta.agents.listVersionAliases({ agent_id: 'a' }),
      () => answering('{}').beta.agents.list(),
    ];

    for (const call of calls)
      expect(await failureOf(Promise.resolve(call()))).toHaveProperty('name', 'ResponseError');
  });

  test('an empty answer of status 204 is one as well, where the description promises content', async () => {
    expect(await failureOf(answering(null, { status: 204 }).models.list())).toHaveProperty(
      'name',
      'ResponseError',
    );
  });

  test('an excerpt has 1,024 characters at the most', async () => {
    expect(await failureOf(answering('x'.repeat(5000)).models.list())).toHaveProperty(
      'excerpt',
      'x'.repeat(1024),
    );
  });
});

describe('B3', () => {
  test('an answer that is larger than the limit is not read any further', async () => {
    let sent = 0;
    const cancelled = vi.fn();
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(((sent += 1), 1000)).fill(32)),
      cancel: cancelled,
    });
    const mistral = client(async () => new Response(body), { maxResponseBytes: 10_000 });

    expect(await failureOf(mistral.models.list())).toMatchObject({
      name: 'ResponseError',
      message: expect.stringContaining('larger than `maxResponseBytes`, which is 10000'),
      retryable: false,
    });
    expect(cancelled).toHaveBeenCalledOnce();
    expect(sent).toBeLessThan(15);
  });

  test('what counts is the size after decompression', async () => {
    const bomb = gzipSync(JSON.stringify({ data: 'x'.repeat(2_000_000) }));
    const baseURL = await serve((_, reply) => {
      reply.writeHead(200, { 'content-encoding': 'gzip', 'content-length': bomb.byteLength }).end(bomb);
    });

    expect(bomb.byteLength).toBeLessThan(10_000);
    expect(
      await failureOf(
        new Mistral({ apiKey, baseURL, maxRetries: 0, maxResponseBytes: 100_000 }).models.list(),
      ),
    ).toHaveProperty('name', 'ResponseError');
    expect(await new Mistral({ apiKey, baseURL }).models.list()).toHaveProperty('data');
  });

  test('an error is read up to 1 MiB, and told by its status', async () => {
    const body = () =>
      new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(120)),
      });

    expect(
      await failureOf(client(async () => new Response(body(), { status: 400 })).models.list()),
    ).toMatchObject({
      name: 'BadRequestError',
      status: 400,
    });
  });
});

test('B4 `__proto__` in an answer changes nothing but itself', async () => {
  const data = await answering('{"__proto__": {"polluted": true}, "data": []}').models.list();

  expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
  expect(Object.hasOwn(data, '__proto__')).toBe(true);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('a gzip body that was cut is an error, and tried again', async () => {
  const whole = gzipSync(
    JSON.stringify({ data: Array.from({ length: 2000 }, (_, id) => ({ id: `model-${id}` })) }),
  );
  let requests = 0;
  const baseURL = await serve((_, reply) => {
    const part = (requests += 1) === 1 ? whole.subarray(0, 3000) : whole;
    reply.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' }).end(part);
  });

  const { data, attempts } = await new Mistral({ apiKey, baseURL, retry: { initialDelayMs: 0 } }).models
    .list()
    .withResponse();

  expect(data).toHaveProperty('data.length', 2000);
  expect(attempts).toBe(2);
});

test('an error that was cut off is told by its status, with what had arrived', async () => {
  const baseURL = await serve((_, reply) => {
    reply.writeHead(400, { 'content-length': 100 });
    reply.write('{"message": "The mod', () => reply.destroy());
  });

  expect(await failureOf(new Mistral({ apiKey, baseURL }).models.list())).toMatchObject({
    name: 'BadRequestError',
    body: '{"message": "The mod',
    attempts: 1,
    cause: { name: 'ConnectionError' },
  });
});

test('a double of `fetch` that gives no streams is read all the same', async () => {
  const double = { ok: true, status: 200, headers: new Headers(), body: {}, text: async () => '{"data":[]}' };

  expect(await client(async () => double as unknown as Response).models.list()).toEqual({ data: [] });
});
