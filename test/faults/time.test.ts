import { execFileSync } from 'node:child_process';
import { getEventListeners } from 'node:events';

import { describe, expect, test, vi } from 'vitest';

import { Mistral, type Fetch, type TimeoutError } from '../../src/index.js';
import { bindResources } from '../../src/resources/bind.js';
import { createTransport } from '../../src/transport/transport.js';
import { collect } from '../helpers/collect.js';
import { bodyOf, eventStream, sse } from '../helpers/event-stream.js';
import { failureOf } from '../helpers/failure-of.js';
import { handClock } from '../helpers/hand-clock.js';
import { serve } from '../helpers/loopback.js';
import { answer, scripted } from '../helpers/scripted.js';

const chat = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
const apiKey = 'test-key-0123456789';

/** Begins an answer and never ends it. */
const stalling = (status: number, type = 'application/json') =>
  serve((_, reply) => {
    reply.writeHead(status, { 'content-type': type, 'content-length': 100 });
    reply.write('{"half":');
  });

describe('T1 `timeoutMs` ends an attempt', () => {
  const failureAt = async (baseURL: string) =>
    failureOf(new Mistral({ apiKey, baseURL, timeoutMs: 50, maxRetries: 0 }).models.list());

  test('that gets no answer', async () => {
    expect(await failureAt(await serve(() => undefined))).toMatchObject({
      name: 'TimeoutError',
      timeoutMs: 50,
      message: 'GET /v1/models took longer than 50 ms, its `timeoutMs`',
    });
  });

  test('whose answer stalls', async () => {
    expect(await failureAt(await stalling(200))).toHaveProperty('name', 'TimeoutError');
  });

  test('whose error stalls', async () => {
    expect(await failureAt(await stalling(400))).toHaveProperty('name', 'TimeoutError');
  });

  test('whose answer dribbles', async () => {
    const baseURL = await serve((_, reply) => {
      reply.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => reply.write(' '), 5);
      reply.on('close', () => clearInterval(timer));
    });

    expect(await failureAt(baseURL)).toHaveProperty('name', 'TimeoutError');
  });

  test('of a fetch that does not heed its signal', async () => {
    const fetch = () => new Promise<Response>(() => undefined);

    expect(
      await failureOf(new Mistral({ apiKey, fetch, timeoutMs: 20, maxRetries: 0 }).models.list()),
    ).toHaveProperty('name', 'TimeoutError');
  });

  test('and only it: the next has all of its time again', async () => {
    const answers = vi.fn<Fetch>(async (_, { signal }) => {
      if (answers.mock.calls.length > 2) return Response.json({ data: [] });
      return new Promise<Response>((_resolve, reject) => {
        signal!.addEventListener('abort', () => reject(signal!.reason));
      });
    });
    const retry = { initialDelayMs: 0 };

    const call = new Mistral({ apiKey, fetch: answers, timeoutMs: 30, retry }).models.list().withResponse();

    expect((await call).attempts).toBe(3);
  });

  test('but not a download that keeps coming', async () => {
    const baseURL = await serve((_, reply) => {
      reply.writeHead(200, { 'content-length': 6 });
      let sent = 0;
      const timer = setInterval(
        () => (++sent < 6 ? reply.write('x') : (clearInterval(timer), reply.end('x'))),
        100,
      );
    });

    const response = await new Mistral({ apiKey, baseURL, timeoutMs: 400 }).files.download({ file_id: 'f' });

    expect(await response.text()).toBe('xxxxxx');
  });

  test('and a download that stalls', async () => {
    const baseURL = await stalling(200, 'application/octet-stream');

    const response = await new Mistral({ apiKey, baseURL, timeoutMs: 50 }).files.download({ file_id: 'f' });

    expect(await failureOf(response.text())).toMatchObject({ name: 'TimeoutError', timeoutMs: 50 });
  });
});

describe('T2 a stream', () => {
  const said = { choices: [{ index: 0, delta: { content: 'Bonjour' } }] };
  const slow = (events: number, everyMs: number, text = sse(said)) =>
    serve((_, reply) => {
      reply.writeHead(200, { 'content-type': 'text/event-stream' });
      reply.write(sse(said));
      let sent = 0;
      const timer = setInterval(() => (sent++ < events ? reply.write(text) : undefined), everyMs);
      reply.on('close', () => clearInterval(timer));
    });
  const streamFrom = (baseURL: string, options: object) =>
    collect(new Mistral({ apiKey, baseURL, maxRetries: 0, ...options }).chat.stream(chat));

  test('may go on for longer than `timeoutMs`', async () => {
    const baseURL = await serve((_, reply) => {
      reply.writeHead(200, { 'content-type': 'text/event-stream' });
      let sent = 0;
      const timer = setInterval(() => {
        if (++sent < 6) return void reply.write(sse(said));
        clearInterval(timer);
        reply.end(sse('[DONE]'));
      }, 100);
    });

    expect(await streamFrom(baseURL, { timeoutMs: 400 })).toHaveLength(5);
  });

  test('that has no head in `timeoutMs` fails', async () => {
    expect(await failureOf(streamFrom(await serve(() => undefined), { timeoutMs: 30 }))).toMatchObject({
      name: 'TimeoutError',
      timeoutMs: 30,
    });
  });

  const emptyDelta = sse({ choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] });

  test.each([
    ['comments are', ': ping\n\n'],
    ['empty deltas are', emptyDelta],
  ])('that is idle for `idleTimeoutMs` fails, and %s idle time', async (_, text) => {
    const baseURL = await slow(1000, 5, text);

    const error = await failureOf(streamFrom(baseURL, { idleTimeoutMs: 300 }));

    expect(error).toMatchObject({
      name: 'TimeoutError',
      timeoutMs: 300,
      message: expect.stringMatching(
        /^mistral\.chat\.stream\(\) got no event with content for 300 ms: the connection is alive \(its last byte arrived \d+ ms ago\), but the model sends nothing$/,
      ),
    });
    expect((error as TimeoutError).lastByteAgoMs).toBeLessThan(300);
  });

  test('on a connection that is dead says so', async () => {
    const baseURL = await slow(0, 5);

    const error = await failureOf(streamFrom(baseURL, { idleTimeoutMs: 60 }));

    expect(error).toMatchObject({
      name: 'TimeoutError',
      message: expect.stringContaining('no bytes arrived either, so the connection may be dead'),
    });
    expect((error as TimeoutError).lastByteAgoMs).toBeGreaterThanOrEqual(60);
  });

  test('whose first event does not come in `firstEventTimeoutMs` fails', async () => {
    const baseURL = await serve((_, reply) => {
      reply.writeHead(200, { 'content-type': 'text/event-stream' });
      reply.write(': waiting\n\n');
    });

    expect(await failureOf(streamFrom(baseURL, { firstEventTimeoutMs: 40 }))).toMatchObject({
      name: 'TimeoutError',
      timeoutMs: 40,
    });
  });

  test('has its own time from its head to its first event', async () => {
    const baseURL = await serve((_, reply) => {
      reply.writeHead(200, { 'content-type': 'text/event-stream' });
      reply.write(': waiting\n\n');
      setTimeout(() => reply.end(sse(said, '[DONE]')), 600);
    });

    expect(await streamFrom(baseURL, { timeoutMs: 400 })).toHaveLength(1);
  });

  test('is ended by its signal at any event', async () => {
    const baseURL = await slow(1000, 5);
    const controller = new AbortController();
    const events: unknown[] = [];
    const reading = async () => {
      const stream = new Mistral({ apiKey, baseURL }).chat.stream(chat, { signal: controller.signal });
      for await (const event of stream) if (events.push(event) === 3) controller.abort('enough');
    };

    expect(await failureOf(reading())).toMatchObject({ name: 'AbortError', cause: 'enough' });
    expect(events).toHaveLength(3);
  });

  test('does not count the time that its reader takes', async () => {
    const clock = handClock();
    const body = () => bodyOf(sse(said), sse(said), sse(said, '[DONE]'));
    const transport = createTransport({ apiKey, fetch: async () => eventStream(body()) }, { clock });
    const { chat: chats } = bindResources(transport);
    let events = 0;

    for await (const _ of chats.stream(chat, { firstEventTimeoutMs: 1000, idleTimeoutMs: 1000 })) {
      events += 1;
      clock.pass(3_600_000);
    }

    expect(events).toBe(3);
    expect(clock.pending()).toBe(0);
  });
});

test('T3 a signal of the caller adds to the time limit, and does not replace it', async () => {
  const mistral = new Mistral({
    apiKey,
    baseURL: await serve(() => undefined),
    timeoutMs: 40,
    maxRetries: 0,
  });
  const { signal } = new AbortController();

  expect(await failureOf(mistral.models.list({}, { signal }))).toHaveProperty('name', 'TimeoutError');
  expect(await failureOf(mistral.models.list({}, { signal: AbortSignal.timeout(5) }))).toMatchObject({
    name: 'AbortError',
    cause: { name: 'TimeoutError' },
  });
});

describe('T4', () => {
  const names = ['timeoutMs', 'firstEventTimeoutMs', 'idleTimeoutMs'];
  const values = [0, -1, NaN, Infinity, 2 ** 31, '5'];

  test.each(names.flatMap((name) => values.map((value) => [name, value])))(
    '%s: %j is refused by the client and by a call',
    async (name, value) => {
      const { mistral, fetch } = scripted([answer(200)]);
      const options = { [name as string]: value };

      expect(() => new Mistral({ apiKey, ...options })).toThrow(
        `\`${name}\` must be a number of milliseconds`,
      );
      expect(await failureOf(mistral.models.list({}, options))).toMatchObject({ name: 'ArgumentError' });
      expect(fetch).not.toHaveBeenCalled();
    },
  );

  test('the longest time that a timer can wait is allowed', () => {
    expect(() => new Mistral({ apiKey, timeoutMs: 2 ** 31 - 1 })).not.toThrow();
  });
});

describe('T5, T6 after', () => {
  /** Run a program against the built package; gives what it prints. */
  const run = (program: string): string =>
    execFileSync(
      'node',
      ['--expose-gc', '--unhandled-rejections=strict', '--input-type=module', '-e', prelude + program],
      { encoding: 'utf8', timeout: 30_000 },
    ).trim();
  const prelude = `
    import { createServer } from 'node:http';
    import { getEventListeners } from 'node:events';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { Mistral } from './dist/esm/index.js';
    const listening = (handler) => new Promise((done) => {
      const server = createServer(handler).listen(0, '127.0.0.1', () => {
        server.unref();
        done('http://127.0.0.1:' + server.address().port);
      });
    });
    const client = (baseURL, options) => new Mistral({ apiKey: 'test-key-0123456789', baseURL, maxRetries: 0, ...options });
    const messages = [{ role: 'user', content: 'Bonjour' }];
    const until = async (condition) => { for (let i = 0; i < 200 && !condition(); i += 1) { gc(); await sleep(10); } };
  `;

  test('a garbage collection in mid-call, its signal still ends it', () => {
    const printed = run(`
      const baseURL = await listening(() => {});
      const call = client(baseURL, { timeoutMs: 150 }).models.list();
      const timer = setInterval(() => gc(), 10);
      await call.catch((error) => console.log(error.name));
      clearInterval(timer);
      const controller = new AbortController();
      const stalled = await listening((_, reply) => { reply.writeHead(200, { 'content-length': 100 }); reply.write('half'); });
      const other = client(stalled).models.list({}, { signal: controller.signal });
      await sleep(30); gc(); await sleep(30); gc();
      controller.abort('enough');
      await other.catch((error) => console.log(error.name, error.cause));
      process.exit();
    `);

    expect(printed).toBe('TimeoutError\nAbortError enough');
  });

  test('a call has ended, nothing keeps the process alive', () => {
    const printed = run(`
      const fetch = async () => Response.json({ data: [] });
      await new Mistral({ apiKey: 'test-key-0123456789', fetch }).models.list();
      const failing = async () => { throw new Error('down') };
      await new Mistral({ apiKey: 'test-key-0123456789', fetch: failing, maxRetries: 0 }).models.list().catch(() => {});
      console.log(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length);
    `);

    expect(printed).toBe('0');
  });

  test('a stream or a download was dropped unread, its connection is closed and its listener gone', () => {
    const printed = run(`
      let closed = 0;
      const baseURL = await listening((request, reply) => {
        reply.on('close', () => (closed += 1));
        if (request.method === 'POST') {
          reply.writeHead(200, { 'content-type': 'text/event-stream' });
          reply.write('data: {"choices":[]}\\n\\n');
        } else {
          reply.writeHead(200, { 'content-length': 1000000 });
          reply.write('x'.repeat(1000));
        }
      });
      const { signal } = new AbortController();
      const mistral = client(baseURL);
      await (async () => { await mistral.chat.stream({ model: 'm', messages }, { signal }); })();
      await (async () => { await mistral.files.download({ file_id: 'f' }, { signal }); })();
      const before = getEventListeners(signal, 'abort').length;
      await until(() => closed === 2);
      console.log(before, closed, getEventListeners(signal, 'abort').length);
      process.exit();
    `);

    expect(printed).toBe('1 2 0');
  });

  test('10,000 calls on one signal, in whatever way they end, there is no listener left', async () => {
    const { signal } = new AbortController();
    const good = scripted([answer(200, {}, { data: [] })]);
    const bad = scripted([answer(400)]);
    const broken = scripted([new Error('down')], { maxRetries: 1, retryBudget: false });
    const stream = scripted([() => eventStream(bodyOf(sse({ choices: [] }, '[DONE]')))]);

    for (let round = 0; round < 100; round += 1) {
      const calls = Array.from({ length: 100 }, (_, number) => {
        if (number % 4 === 0) return good.mistral.models.list({}, { signal });
        if (number % 4 === 1) return failureOf(bad.mistral.models.list({}, { signal }));
        if (number % 4 === 2) return failureOf(broken.mistral.models.list({}, { signal }));
        return collect(stream.mistral.chat.stream(chat, { signal }));
      });
      await Promise.all(calls);
    }

    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    for (const { clock } of [good, bad, broken, stream]) expect(clock.pending()).toBe(0);
  });

  test('a call whose promise was dropped, there is none either', async () => {
    const { signal } = new AbortController();
    const { mistral, clock, fetch } = scripted([answer(200, {}, { data: [] })]);

    void mistral.models.list({}, { signal });

    await vi.waitFor(() => expect(fetch).toHaveBeenCalled());
    await vi.waitFor(() => expect(getEventListeners(signal, 'abort')).toHaveLength(0));
    expect(clock.pending()).toBe(0);
  });
});

test('a call that is aborted before it is made asks for no key', async () => {
  const key = vi.fn(() => apiKey);
  const mistral = new Mistral({
    apiKey: key,
    fetch: () => Promise.reject(new Error('Nothing was to be sent')),
  });

  const error = await failureOf(mistral.chat.complete(chat, { signal: AbortSignal.abort('enough') }));

  expect(error).toMatchObject({ name: 'AbortError', cause: 'enough' });
  expect(key).not.toHaveBeenCalled();
});
