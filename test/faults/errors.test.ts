import { inspect } from 'node:util';

import { afterEach, describe, expect, test, vi } from 'vitest';

import * as sdk from '../../src/index.js';
import { Mistral, MistralError, type Fetch } from '../../src/index.js';
import { collect } from '../helpers/collect.js';
import { bodyOf, eventStream, sse } from '../helpers/event-stream.js';
import { failureOf } from '../helpers/failure-of.js';
import { closedOrigin, serve } from '../helpers/loopback.js';

const apiKey = 'test-key-0123456789';
const chat = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
const client = (fetch: Fetch, options: sdk.MistralOptions = {}) =>
  new Mistral({ apiKey, fetch, maxRetries: 0, logLevel: 'off', ...options });
const answering = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  client(async () => Response.json(body, { status, headers }));

afterEach(() => {
  vi.resetModules();
});

/** Every way to fail that there is, by the name of the class that it gives. */
const failures: Readonly<Record<string, () => Promise<unknown>>> = {
  ArgumentError: () => failureOf(() => new Mistral({ apiKey: '' })),
  ConnectionError: async () =>
    failureOf(new Mistral({ apiKey, baseURL: await closedOrigin(), maxRetries: 0 }).models.list()),
  TimeoutError: () => failureOf(client(() => new Promise(() => undefined), { timeoutMs: 5 }).models.list()),
  AbortError: () => failureOf(answering(200, {}).models.list({}, { signal: AbortSignal.abort('no') })),
  ResponseError: () => failureOf(client(async () => new Response('<html>')).models.list()),
  RedirectError: () => failureOf(client(async () => new Response(null, { status: 307 })).models.list()),
  StreamInterruptedError: () =>
    failureOf(collect(client(async () => eventStream(bodyOf(sse({ choices: [] })))).chat.stream(chat))),
  BadRequestError: () => failureOf(answering(400, {}).models.list()),
  AuthenticationError: () => failureOf(answering(401, {}).models.list()),
  PermissionDeniedError: () => failureOf(answering(403, {}).models.list()),
  NotFoundError: () => failureOf(answering(404, {}).models.list()),
  ConflictError: () => failureOf(answering(409, {}).models.list()),
  UnprocessableEntityError: () => failureOf(answering(422, {}).models.list()),
  RateLimitError: () => failureOf(answering(429, {}).models.list()),
  InternalServerError: () => failureOf(answering(529, {}).models.list()),
  APIError: () => failureOf(answering(418, {}).models.list()),
  MistralError: async () => {
    const stream = await client(async () => eventStream(bodyOf(sse('[DONE]')))).chat.stream(chat);
    await collect(stream);
    return failureOf(() => collect(stream));
  },
};

test('E1 the ways to fail are all the classes that are exported', () => {
  expect(Object.keys(failures).toSorted()).toEqual(
    Object.keys(sdk)
      .filter((name) => name.endsWith('Error'))
      .toSorted(),
  );
});

describe.each(Object.entries(failures))('E1 %s', (name, fail) => {
  test('is of one tree, told by instanceof, isInstance and name, and by another copy of the package', async () => {
    const error = await fail();
    vi.resetModules();
    const copy = await import('../../src/index.js');

    expect(error).toHaveProperty('name', name);
    expect(error).toBeInstanceOf(Error);
    for (const [theirs, { isInstance }] of Object.entries({ sdk, copy }).map(
      ([, module]) => [module, module.MistralError] as const,
    )) {
      const own = theirs[name as keyof typeof theirs] as unknown as typeof MistralError;
      expect(error).toBeInstanceOf(own);
      expect(own.isInstance(error)).toBe(true);
      expect(error).toBeInstanceOf(theirs.MistralError);
      expect(isInstance.call(theirs.MistralError, error)).toBe(true);
    }
  });

  test('is of no class beside its own line', async () => {
    const error = await fail();
    const isA = Object.entries(sdk)
      .filter(([other]) => other.endsWith('Error'))
      .filter(([, type]) => (type as unknown as typeof MistralError).isInstance(error))
      .map(([other]) => other);

    const between = /^(BadR|Auth|Perm|NotF|Confl|Unpro|Rate|Inter|Redir)/.test(name) ? ['APIError'] : [];
    const timeout = name === 'TimeoutError' ? ['ConnectionError'] : [];
    expect(isA.toSorted()).toEqual([...new Set([name, 'MistralError', ...between, ...timeout])].toSorted());
  });
});

test('E1 an error class that extends ours elsewhere holds its own errors alone', () => {
  class TheirError extends MistralError {}

  expect(new TheirError('x')).toBeInstanceOf(TheirError);
  expect(new TheirError('x')).toBeInstanceOf(MistralError);
  expect(new MistralError('x')).not.toBeInstanceOf(TheirError);
});

test('E2 an error of the API has all that the answer told', async () => {
  const body = { object: 'error', message: 'Slow down', type: 'rate_limited', code: '1300', param: 'model' };
  const headers = {
    'mistral-correlation-id': 'correlation-1',
    'retry-after': '7',
    'x-ratelimit-limit-req-minute': '60',
    'x-ratelimit-remaining-req-minute': '0',
    'x-ratelimit-remaining-tokens-minute': '12',
  };

  const error = (await failureOf(answering(429, body, headers).models.list())) as sdk.APIError;

  expect(error).toMatchObject({
    status: 429,
    type: 'rate_limited',
    code: '1300',
    param: 'model',
    body,
    requestId: 'correlation-1',
    retryAfterMs: 7000,
    attempts: 1,
    rateLimit: { requests: { limit: 60, remaining: 0 }, tokens: { remaining: 12 } },
  });
  expect(error.headers.get('retry-after')).toBe('7');
});

test('E2 the cause of an error of the connection is kept', async () => {
  const cause = new Error('down');

  expect(await failureOf(client(() => Promise.reject(cause)).models.list())).toHaveProperty('cause', cause);
});

describe('E3 the message', () => {
  test.each([
    ['of Mistral', { object: 'error', message: 'No such model' }, '422 No such model (GET /v1/models)'],
    [
      'of a validation, with the field',
      { detail: [{ loc: ['body', 'messages', 0, 'role'], msg: 'Field required', type: 'missing' }] },
      '422 body.messages.0.role: Field required (GET /v1/models)',
    ],
    ['of text', 'Model is busy', '422 Model is busy (GET /v1/models)'],
  ])('is that %s', async (_, body, message) => {
    expect(await failureOf(answering(422, body).models.list())).toHaveProperty('message', message);
  });

  test('of a gateway is the title of its page', async () => {
    const page = `<html><head><title>502 Bad Gateway</title></head><body>${'x'.repeat(10_000)}</body></html>`;
    const mistral = client(
      async () => new Response(page, { status: 502, headers: { 'content-type': 'text/html' } }),
    );

    expect(await failureOf(mistral.models.list())).toHaveProperty(
      'message',
      '502 502 Bad Gateway (GET /v1/models)',
    );
  });

  test.each(['x', 'é', '漢', '👍'])(
    'has 2 KB at the most, whatever the server says: %s',
    async (character) => {
      const long = character.repeat(50_000);
      const errors = [
        await failureOf(answering(401, { message: long }).models.list()),
        await failureOf(client(() => Promise.reject(new Error(long))).models.list()),
        await failureOf(client(async () => new Response(long)).models.list()),
      ];

      for (const error of errors as Error[]) {
        expect(Buffer.byteLength(error.message)).toBeLessThanOrEqual(2048);
        expect(error.message).not.toMatch(/\p{Cs}|\ufffd/u);
      }
      expect((errors[0] as Error).message).toMatch(/Check the API key: https:/);
    },
  );

  test('holds no line breaks and no escape sequences of a server', async () => {
    const error = await failureOf(answering(400, { message: 'a\n\u001b[31mb\r\nc' }).models.list());

    expect(error).toHaveProperty('message', '400 a [31mb c (GET /v1/models)');
  });

  test.each([
    [
      {
        object: 'error',
        message: 'Tool call id was call_123 but must be a-z, A-Z, 0-9, with a length of 9.',
      },
      'nine letters or digits',
    ],
    [
      { object: 'error', message: 'Invalid function call', type: 'invalid_function_call', code: '3280' },
      'nine letters or digits',
    ],
    [
      { object: 'error', message: "Unexpected role 'user' after role 'tool'" },
      'put its assistant message before the next user message',
    ],
  ])('gives the way out of what many run into: %j', async (body, advice) => {
    expect((await failureOf(answering(400, body).chat.complete(chat))) as Error).toHaveProperty(
      'message',
      expect.stringContaining(advice),
    );
  });
});

describe('E4 an abort of the caller is an AbortError with the reason as cause', () => {
  const reason = { why: 'the user left' };

  test('before, while waiting, while reading, and in a download', async () => {
    const waiting = await serve(() => undefined);
    const reading = await serve((_, reply) => {
      reply.writeHead(200, { 'content-length': 100 });
      reply.write('half');
    });
    const fail = async (
      baseURL: string,
      call: (mistral: Mistral, signal: AbortSignal) => PromiseLike<unknown>,
    ) => {
      const controller = new AbortController();
      const failing = failureOf(Promise.resolve(call(new Mistral({ apiKey, baseURL }), controller.signal)));
      setTimeout(() => controller.abort(reason), 20);
      return failing;
    };

    const errors = [
      await fail(waiting, (mistral, signal) => mistral.models.list({}, { signal })),
      await fail(reading, (mistral, signal) => mistral.models.list({}, { signal })),
      await fail(waiting, (mistral, signal) => mistral.chat.stream(chat, { signal })),
      await fail(reading, async (mistral, signal) =>
        (await mistral.files.download({ file_id: 'f' }, { signal })).text(),
      ),
    ];

    for (const error of errors) expect(error).toMatchObject({ name: 'AbortError', cause: reason });
  });

  test('also when the reason is an error of ours, and no retry follows', async () => {
    const fetch = vi.fn<Fetch>(() => new Promise(() => undefined));
    const controller = new AbortController();
    const own = new sdk.TimeoutError('of another call', 5);

    const failing = failureOf(
      client(fetch, { maxRetries: 2 }).models.list({}, { signal: controller.signal }),
    );
    await vi.waitFor(() => expect(fetch).toHaveBeenCalled());
    controller.abort(own);

    expect(await failing).toMatchObject({ name: 'AbortError', cause: own });
    expect(fetch).toHaveBeenCalledOnce();
  });

  test('and a stream that was aborted does not end quietly', async () => {
    const stream = await client(async () =>
      eventStream(bodyOf(sse({ choices: [] }, { choices: [] }, '[DONE]'))),
    ).chat.stream(chat);

    stream.abort(reason);

    expect(await failureOf(collect(stream))).toMatchObject({ name: 'AbortError', cause: reason });
  });
});

test('E5 what the runtime throws comes as a cause, never by itself', async () => {
  const cut = await serve((_, reply) => {
    reply.writeHead(200, { 'content-length': 100, 'content-type': 'application/json' });
    reply.write('{"half":', () => reply.destroy());
  });
  const mistral = new Mistral({ apiKey, baseURL: cut, maxRetries: 0 });
  const thrown = [
    await failureOf(mistral.models.list()),
    await failureOf((await mistral.files.download({ file_id: 'f' })).text()),
    await failureOf((await mistral.models.list().asResponse()).text()),
    await failureOf(mistral.files.retrieve({ file_id: '\ud800' })),
    await failureOf(mistral.models.list({}, { query: { a: '\ud800' } })),
    await failureOf(client(async () => new Response('{')).models.list()),
    await failureOf(
      client(() => {
        throw new DOMException('x', 'NetworkError');
      }).models.list(),
    ),
  ];

  for (const error of thrown) expect(MistralError.isInstance(error), inspect(error)).toBe(true);
});
