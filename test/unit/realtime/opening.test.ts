import { inspect } from 'node:util';

import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';

import {
  ArgumentError,
  AuthenticationError,
  ConnectionError,
  Mistral,
  MistralError,
  PermissionDeniedError,
  RedirectError,
  TimeoutError,
  type Logger,
} from '../../../src/index.js';
import * as plain from '../../../src/realtime/index.js';
import { SocketClosedError, transcribeLive } from '../../../src/realtime/node.js';
import { failureOf } from '../../helpers/failure-of.js';
import { handClock } from '../../helpers/hand-clock.js';
import { closedOrigin } from '../../helpers/loopback.js';
import { accessTo, realtimeClock, realtimeKey } from '../../helpers/realtime-access.js';
import { serveRealtime, sessionOf } from '../../helpers/realtime-server.js';

const model = 'voxtral-realtime';

afterEach(() => vi.unstubAllGlobals());

describe('an upgrade that is refused', () => {
  test.each([
    [401, AuthenticationError],
    [403, PermissionDeniedError],
    [302, RedirectError],
  ])('with %i is the error that HTTP would give, and is not tried again', async (status, Class) => {
    const headers = { location: 'http://127.0.0.1/elsewhere', 'mistral-correlation-id': 'req-9' };
    const server = await serveRealtime({ refusals: [{ status, headers }] });
    const clock = realtimeClock();
    const session = transcribeLive(accessTo(server.origin, clock), { model });
    void session.send(new Uint8Array(2));

    const error = (await failureOf(session.result())) as AuthenticationError;

    expect(error).toBeInstanceOf(Class);
    expect(error).toMatchObject({ status, attempts: 1, requestId: 'req-9' });
    expect(await failureOf(session.opened())).toBe(error);
    expect(await failureOf(session[Symbol.asyncIterator]().next())).toBe(error);
    expect(server.upgrades).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });

  test.each([[429], [503]])(
    'with %i is tried again, as the policy says, and then succeeds',
    async (status) => {
      const server = await serveRealtime({
        refusals: [{ status, headers: { 'retry-after': '3' } }, { status }],
      });
      const clock = realtimeClock();
      const session = transcribeLive(accessTo(server.origin, clock), { model });
      void session.send(new Uint8Array(2));
      void session.end();

      expect((await session.result()).text).toBe('w1 ');

      // The last is for a server that may still respond to the end.
      expect(clock.waits).toEqual([3_000, 1_000, 500]);
      expect(server.upgrades.map(({ headers }) => headers['x-retry-count'])).toEqual(['0', '1', '2']);
      expect(clock.pending()).toBe(0);
    },
  );

  test('is tried as often as the call says', async () => {
    const server = await serveRealtime({ refusals: [{ status: 503 }] });
    const session = transcribeLive(accessTo(server.origin), { model, maxRetries: 0 });

    expect(await failureOf(session.result())).toMatchObject({ status: 503, attempts: 1 });
  });

  test('shows the server’s words, without the key', async () => {
    const server = await serveRealtime({ refusals: [{ status: 401 }] });
    const session = transcribeLive(accessTo(server.origin), { model });

    const error = await failureOf(session.result());

    expect(String(error)).toContain('refused Bearer [redacted]');
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(realtimeKey);
  });
});

describe('the handshake', () => {
  test('that ends in an error which may pass is tried again', async () => {
    let opened = 0;
    const server = await serveRealtime({
      onOpen: ({ socket, say }) => {
        opened += 1;
        if (opened === 1) return say({ type: 'error', error: { message: 'busy', code: 503 } });
        if (opened === 2) return socket.close(1013, 'later');
        say({ type: 'session.created', session: sessionOf() });
      },
    });
    const session = transcribeLive(accessTo(server.origin), { model });
    void session.end();

    await session.result();

    expect(server.sessions).toHaveLength(3);
    const first = (await session[Symbol.asyncIterator]().next()).value;
    expect(first?.type).toBe('session.created');
  });

  test.each([
    ['a refusal of the policy', 1008, 'no such model'],
    ['a protocol that was broken', 1002, 'what?'],
  ])('that ends in %s is not', async (_, code, reason) => {
    const server = await serveRealtime({ onOpen: ({ socket }) => socket.close(code, reason) });
    const session = transcribeLive(accessTo(server.origin), { model });

    const error = await failureOf(session.result());

    expect(error).toBeInstanceOf(SocketClosedError);
    expect(error).toMatchObject({ code, reason, eventCount: 0, retryable: false });
    expect(server.sessions).toHaveLength(1);
  });

  test('that the server never ends runs into the time limit', async () => {
    const server = await serveRealtime({ onOpen: () => {} });
    const clock = handClock();
    const session = transcribeLive(accessTo(server.origin, clock), { model, timeoutMs: 500, maxRetries: 0 });
    while (server.sessions.length === 0) await new Promise(setImmediate);

    clock.pass(500);

    const error = await failureOf(session.result());
    expect(error).toBeInstanceOf(TimeoutError);
    expect(String(error)).toContain('500 ms');
    expect(clock.pending()).toBe(0);
  });
});

test('nobody there is a ConnectionError, after the usual attempts', async () => {
  const session = transcribeLive(accessTo(await closedOrigin()), { model });

  expect(await failureOf(session.result())).toMatchObject({ name: 'ConnectionError', attempts: 3 });
});

test('a client brings its key, headers, middleware and logs, and shows the key to nobody', async () => {
  const lines: string[] = [];
  const keep = (line: string) => void lines.push(line);
  const logger: Logger = { error: keep, warn: keep, info: keep, debug: keep };
  const operations: string[] = [];
  const server = await serveRealtime();
  const mistral = new Mistral({
    apiKey: realtimeKey,
    baseURL: server.origin,
    headers: { 'x-team': 'blue' },
    logger,
    logLevel: 'debug',
    middleware: [
      async (request, next, { operation }) => {
        operations.push(operation);
        return next({ ...request, headers: new Headers([...request.headers, ['x-more', '1']]) });
      },
    ],
  });

  const session = transcribeLive(mistral, { model, headers: { 'x-call': '2' } });
  void session.end();
  await session.result();

  expect(server.upgrades[0]!.headers).toMatchObject({
    authorization: `Bearer ${realtimeKey}`,
    'x-team': 'blue',
    'x-more': '1',
    'x-call': '2',
  });
  expect(operations).toEqual(['audio.transcriptions.realtime']);
  expect(lines.join('\n')).toContain('GET /v1/audio/transcriptions/realtime → 101');
  const shown = [
    inspect(session, { depth: Infinity, showHidden: true }),
    inspect(mistral, { depth: Infinity, showHidden: true, getters: true }),
    ...lines,
  ];
  expect(shown.join('\n')).not.toContain(realtimeKey);
  expect(server.upgrades[0]!.url).not.toContain(realtimeKey);
});

test('a middleware that answers by itself is told so', async () => {
  const access = accessTo('http://127.0.0.1:1', realtimeClock(), {
    middleware: [async () => new Response('{}')],
  });

  const error = await failureOf(transcribeLive(access, { model }).result());

  expect(error).toBeInstanceOf(MistralError);
  expect(String(error)).toContain('middleware');
});

describe('a client token', () => {
  test('travels as a subprotocol, asked for anew with each attempt', async () => {
    const server = await serveRealtime({ refusals: [{ status: 429 }] });
    let count = 0;
    const clientToken = async () => `rt_token_${++count}`;
    const session = transcribeLive(
      { clientToken, baseURL: server.origin },
      { model, retry: { initialDelayMs: 0 } },
    );
    void session.end();

    await session.result();

    expect(server.upgrades.map(({ headers }) => headers['sec-websocket-protocol'])).toEqual([
      'realtime,rt_token_1',
      'realtime,rt_token_2',
    ]);
    expect(server.upgrades[1]!.headers).not.toHaveProperty('authorization');
  });

  test('with a character that none has is refused, and not quoted', async () => {
    const session = transcribeLive({ clientToken: 'rt_a/b,c' }, { model });

    const error = await failureOf(session.result());

    expect(error).toBeInstanceOf(ArgumentError);
    expect(String(error)).not.toContain('a/b');
  });
});

describe('the runtime’s own WebSocket', () => {
  test('is said to be missing, with the way out', async () => {
    vi.stubGlobal('WebSocket', undefined);

    const error = await failureOf(plain.transcribeLive(accessTo('http://127.0.0.1:1'), { model }).result());

    expect(error).toBeInstanceOf(ArgumentError);
    expect(String(error)).toContain('mistral-sdk/realtime/node');
  });

  test('is used where it is there', async () => {
    const server = await serveRealtime();
    vi.stubGlobal('WebSocket', WebSocket);
    const session = plain.transcribeLive(accessTo(server.origin), { model });
    void session.end();

    expect((await session.result()).language).toBe('fr');
  });

  test('of a browser carries no API key', async () => {
    vi.stubGlobal('WebSocket', WebSocket);
    vi.stubGlobal('process', undefined);

    const error = await failureOf(plain.transcribeLive(accessTo('http://127.0.0.1:1'), { model }).result());

    expect(error).toBeInstanceOf(ArgumentError);
    expect(String(error)).toContain('clientToken');
  });

  test.each<[string, string | undefined, string, string]>([
    ['tells the status in words', 'Invalid status code: 401', 'AuthenticationError', '401'],
    ['tells nothing of use', 'network error', 'ConnectionError', 'check the key'],
    ['tells nothing', undefined, 'ConnectionError', 'check the key'],
  ])('that %s', async (_, message, name, text) => {
    class Refused extends EventTarget {
      constructor() {
        super();
        queueMicrotask(() => this.dispatchEvent(Object.assign(new Event('error'), { message })));
      }
      close() {}
    }
    vi.stubGlobal('WebSocket', Refused);

    const error = await failureOf(
      plain.transcribeLive(accessTo('http://127.0.0.1:1'), { model, maxRetries: 0 }).result(),
    );

    expect(error).toMatchObject({ name });
    expect(String(error)).toContain(text);
  });
});

describe('in a Worker', () => {
  class WorkerSocket extends EventTarget {
    readonly sent: { type: string }[] = [];
    accept() {
      this.#say({ type: 'session.created', session: sessionOf() });
    }
    send(text: string) {
      const message = JSON.parse(text) as { type: string };
      this.sent.push(message);
      if (message.type === 'session.update') this.#say({ type: 'session.updated', session: sessionOf() });
      if (message.type === 'input_audio.end') this.#say({ type: 'transcription.done', text: 'Bonjour' });
    }
    close() {}
    #say(message: object) {
      queueMicrotask(() =>
        this.dispatchEvent(Object.assign(new Event('message'), { data: JSON.stringify(message) })),
      );
    }
  }

  test('the session is opened with fetch', async () => {
    vi.stubGlobal('WebSocketPair', class {});
    const fetch = vi.fn<typeof globalThis.fetch>(async () =>
      Object.assign(new Response(null), { webSocket: new WorkerSocket() }),
    );
    vi.stubGlobal('fetch', fetch);
    const session = plain.transcribeLive(accessTo('https://api.test'), { model });
    void session.end();

    expect((await session.result()).text).toBe('Bonjour');

    const [url, init] = fetch.mock.calls[0]!;
    expect(url).toBe('https://api.test/v1/audio/transcriptions/realtime?model=voxtral-realtime');
    expect(new Headers(init?.headers).get('upgrade')).toBe('websocket');
    expect(new Headers(init?.headers).get('authorization')).toBe(`Bearer ${realtimeKey}`);
  });

  test('a refusal is the error of its status', async () => {
    vi.stubGlobal('WebSocketPair', class {});
    vi.stubGlobal('fetch', async () => Response.json({ message: 'no' }, { status: 403 }));

    const session = plain.transcribeLive(accessTo('https://api.test'), { model });

    expect(await failureOf(session.result())).toBeInstanceOf(PermissionDeniedError);
    expect(await failureOf(session.result())).not.toBeInstanceOf(ConnectionError);
  });
});
