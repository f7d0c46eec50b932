import { execFileSync } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { getEventListeners } from 'node:events';

import { describe, expect, test, vi } from 'vitest';

import type { Operation } from '../../generated/api.gen.js';
import {
  CompletionStream,
  ConversationStream,
  Mistral,
  TranscriptionStream,
  type MistralOptions,
  type RawEvent,
  Stream,
} from '../../src/index.js';
import { client } from '../helpers/api.js';
import { collect } from '../helpers/collect.js';
import { describedOperations } from '../helpers/description.js';
import { bodyOf, eventStream, sse } from '../helpers/event-stream.js';
import { failureOf } from '../helpers/failure-of.js';
import { serve } from '../helpers/loopback.js';
import { methodOf } from '../helpers/method-of.js';
import { sampleCall } from '../helpers/sample-call.js';
import { operationTable } from '../helpers/operation-table.js';

const params = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
const chunk = (content: string) => ({ id: '1', model: 'm', choices: [{ index: 0, delta: { content } }] });

/** A chat answered with these pieces, and the end of the body. */
const chat = (pieces: readonly (string | Uint8Array)[], options: MistralOptions = {}) =>
  client({ fetch: async () => eventStream(bodyOf(...pieces)), ...options }).chat.stream(params);

/** A server that streams by hand. */
async function streaming(begin: (reply: ServerResponse) => void) {
  let closed!: () => void;
  const whenClosed = new Promise<void>((resolve) => (closed = resolve));
  const requests = vi.fn();
  const baseURL = await serve((request, reply) => {
    requests(request.socket.remotePort);
    request.socket.on('close', closed);
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    begin(reply);
  });
  return { baseURL, requests, whenClosed, mistral: client({ baseURL }) };
}

/** Takes events until there are no more; gives them with the error that ended the stream. */
async function drain<Event>(stream: AsyncIterable<Event>): Promise<{ events: Event[]; error: unknown }> {
  const events: Event[] = [];
  try {
    for await (const event of stream) events.push(event);
  } catch (error) {
    return { events, error };
  }
  return { events, error: undefined };
}

const streams = operationTable.filter(({ kind }) => kind === 'stream');

/** Call a streamed operation of any name, with parameters that fit its description. */
function call(mistral: Mistral, id: string): Stream<unknown> {
  const described = describedOperations.find((operation) => operation.id === id)!;
  return methodOf(mistral, id)!(sampleCall(described).params) as unknown as Stream<unknown>;
}

/** What ends a stream of this operation well; nothing where that is the end of the body. */
function endOf({ stream }: Operation): readonly unknown[] {
  const { done, tag, terminal } = stream!;
  if (done !== undefined) return [done];
  return terminal ? [{ [tag!]: terminal[0], usage: {}, text: '' }] : [];
}

/** A body whose connection breaks after these events. */
function brokenAfter(...events: readonly unknown[]): ReadableStream<Uint8Array> {
  const pieces = [sse(...events)];
  return new ReadableStream({
    pull(body) {
      const piece = pieces.shift();
      if (piece === undefined) body.error(new TypeError('terminated'));
      else body.enqueue(new TextEncoder().encode(piece));
    },
  });
}

describe('each of the streamed operations', () => {
  test('is one that the description has', () => {
    const described = describedOperations.filter(({ kind }) => kind === 'stream').map(({ id }) => id);

    expect(streams.map(({ id }) => id).toSorted()).toEqual(described.toSorted());
  });

  test.each(streams)('$id ends with its own end, and is cut off without', async (operation) => {
    const answering = (body: BodyInit) =>
      call(client({ fetch: async () => eventStream(body) }), operation.id);
    const delta = { type: 'some.delta', choices: [] };
    const end = endOf(operation);

    const late = end.length > 0 ? [delta] : [];
    const whole = await drain(answering(sse(delta, ...end, ...late)));
    expect(whole).toEqual({ events: operation.stream!.done ? [delta] : [delta, ...end], error: undefined });
    const cut = await drain(answering(end.length > 0 ? sse(delta, delta) : brokenAfter(delta, delta)));
    expect(cut.events).toEqual([delta, delta]);
    expect(cut.error).toMatchObject({ name: 'StreamInterruptedError', eventCount: 2 });
  });

  test.each(streams)('$id is put together by the class of its events', async (operation) => {
    const { eventName, id } = operation;
    const classes: Record<string, unknown> = {
      CompletionChunk: CompletionStream,
      ConversationEvent: ConversationStream,
      TranscriptionStreamEvent: TranscriptionStream,
    };
    const stream = call(client({ fetch: async () => eventStream(bodyOf(sse(...endOf(operation)))) }), id);

    const StreamClass = classes[eventName ?? ''] ?? Stream;
    expect(stream.constructor).toBe(StreamClass);
    expect((await (stream as unknown as Promise<object>)).constructor).toBe(StreamClass);
  });

  test.each(streams)(
    '$id can be used before it is awaited, and awaited for its response',
    async (operation) => {
      const headers = { 'content-type': 'text/event-stream', 'mistral-correlation-id': 'correlation-1' };
      const mistral = client({ fetch: async () => new Response(sse(...endOf(operation)), { headers }) });
      const stream = methodOf(mistral, operation.id)!(
        sampleCall(describedOperations.find(({ id }) => id === operation.id)!).params,
      ) as unknown as ReturnType<typeof mistral.chat.stream>;

      const { data, requestId, attempts } = await stream.withResponse();

      expect({ requestId, attempts }).toEqual({ requestId: 'correlation-1', attempts: 1 });
      expect(data.controller).toBe(stream.controller);
      expect((await drain(data)).error).toBeUndefined();
      expect((await drain(stream)).error).toMatchObject({
        message: expect.stringContaining('was already read'),
      });
    },
  );
});

describe('G1 what is read does not depend on how it is cut,', () => {
  const text = sse(chunk('Être'), chunk('👍\u2028'), '[DONE]');

  test.each([
    ['LF', text],
    ['CRLF', text.replaceAll('\n', '\r\n')],
    ['CR', text.replaceAll('\n', '\r')],
    ['a byte order mark', `\ufeff${text}`],
    [
      'comments and fields that nobody needs',
      text.replaceAll('data', ': ping\nretry: 1\nid: 7\nodd: 1\ndata'),
    ],
  ])('with %s', async (_, stream) => {
    const bytes = new TextEncoder().encode(stream);
    for (const size of [1, 2, 3, 7, bytes.length]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (__, index) =>
        bytes.slice(index * size, (index + 1) * size),
      );
      expect(await collect(chat(pieces)), `pieces of ${size}`).toEqual([chunk('Être'), chunk('👍\u2028')]);
    }
  });
});

test('G2 100,000 events in one piece are read one by one', async () => {
  const events = await collect(chat([sse(chunk('a')).repeat(100_000), sse('[DONE]')]));

  expect(events).toHaveLength(100_000);
});

describe('G3 a line or an event', () => {
  const megabyte = 'x'.repeat(1024 * 1024);

  test('of 31 MB is read', async () => {
    const large = chunk(megabyte.repeat(31));

    expect(await collect(chat([sse(large, '[DONE]')]))).toEqual([large]);
  });

  test.each([
    ['in many pieces', ['data: "', ...Array<string>(33).fill(megabyte)]],
    ['in one piece', [sse(megabyte.repeat(33))]],
    ['in many lines', Array<string>(33).fill(`data: ${megabyte}\n`)],
  ])('of 33 MB is refused %s, after the events before it', async (_, pieces) => {
    const { events, error } = await drain(chat([sse(chunk('a')), ...pieces]));

    expect(events).toEqual([chunk('a')]);
    expect(error).toMatchObject({
      name: 'ResponseError',
      retryable: false,
      message: expect.stringContaining('is larger than `maxEventBytes`, which is 33554432'),
    });
  });

  test('can have a smaller limit, or none', async () => {
    const pieces = [sse(chunk('x'.repeat(1000)), '[DONE]')];

    expect((await drain(chat(pieces, { maxEventBytes: 500 }))).error).toMatchObject({
      name: 'ResponseError',
    });
    expect(
      await collect(chat([sse(chunk(megabyte.repeat(40)), '[DONE]')], { maxEventBytes: Infinity })),
    ).toHaveLength(1);
    for (const maxEventBytes of [0, -1, NaN, '5'])
      expect(() => new Mistral({ apiKey: 'k', maxEventBytes: maxEventBytes as number })).toThrow(
        '`maxEventBytes` must be a number of bytes above 0',
      );
  });

  test('that is too large closes the connection', async () => {
    const { baseURL, whenClosed } = await streaming((reply) => reply.write(`data: ${'x'.repeat(2000)}`));

    const error = await failureOf(collect(client({ baseURL, maxEventBytes: 1000 }).chat.stream(params)));

    await whenClosed;
    expect(error).toMatchObject({ name: 'ResponseError' });
  });
});

test('G4 the body is read as the events are taken, one piece ahead at the most', async () => {
  let pulls = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulls += 1;
        controller.enqueue(new TextEncoder().encode(sse(chunk(`${pulls}`))));
      },
    },
    { highWaterMark: 0 },
  );
  const stream = client({ fetch: async () => eventStream(body) }).chat.stream(params);
  const seen: number[] = [];

  for await (const { choices } of stream) {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(pulls - Number(choices[0]!.delta.content));
    if (pulls >= 20) break;
  }

  expect(Math.max(...seen)).toBeLessThanOrEqual(1);
});

describe('G5 at its end a stream', () => {
  test('does not wait for the end of the body, and then closes the connection', async () => {
    const { mistral, whenClosed } = await streaming((reply) => reply.write(sse(chunk('a'), '[DONE]')));

    expect(await collect(mistral.chat.stream(params))).toEqual([chunk('a')]);

    await whenClosed;
  });

  test('gives the connection to the next call, where the body ends', async () => {
    const { mistral, requests } = await streaming((reply) => {
      reply.write(sse(chunk('a'), '[DONE]'));
      setTimeout(() => reply.end(), 10);
    });

    for (let turn = 0; turn < 3; turn += 1) {
      await collect(mistral.chat.stream(params));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }

    expect(new Set(requests.mock.calls.flat()).size).toBe(1);
  });

  test('hands out nothing that comes after it, not even an error', async () => {
    expect(await collect(chat([sse(chunk('a'), '[DONE]', chunk('b'))]))).toEqual([chunk('a')]);
    expect(await collect(chat([sse(chunk('a'), '[DONE]', { error: { message: 'Too late' } })]))).toHaveLength(
      1,
    );
    expect(await collect(chat([`${sse(chunk('a'), '[DONE]')}data: {"half`]))).toHaveLength(1);
  });

  test('may lack the blank line after its last event, where the body ends there', async () => {
    expect(await collect(chat([sse(chunk('a')), 'data: [DONE]']))).toEqual([chunk('a')]);
    expect(await collect(chat([sse(chunk('a')), 'data: [DONE]\n']))).toEqual([chunk('a')]);
    expect(
      (await drain(chat([sse(chunk('a')), 'data: {"error":{"message":"Overloaded"}}']))).error,
    ).toMatchObject({
      name: 'InternalServerError',
    });
  });

  test('is not aborted by a loop that stops with the last event', async () => {
    const stream = chat([sse(chunk('a'), '[DONE]')]);

    for await (const _ of stream) break;

    expect(stream.controller.signal.aborted).toBe(false);
  });
});

describe('G6 a body that ends too early', () => {
  test.each([
    ['without an end', [sse(chunk('a'), chunk('b'))]],
    ['in the middle of an event', [`${sse(chunk('a'), chunk('b'))}data: {"cho`]],
    [
      'in a last event without its blank line',
      [sse(chunk('a'), chunk('b')), `data: ${JSON.stringify(chunk('c'))}\n`],
    ],
    ['in the middle of the sentinel', [sse(chunk('a'), chunk('b')), 'data: [DON']],
  ])('%s is an error, after the events that came', async (_, pieces) => {
    const { events, error } = await drain(chat(pieces));

    expect(events).toEqual([chunk('a'), chunk('b')]);
    expect(error).toMatchObject({
      name: 'StreamInterruptedError',
      eventCount: 2,
      retryable: false,
      partial: { choices: [{ message: { content: 'ab' } }] },
    });
  });

  test('because the connection broke says why', async () => {
    const { mistral } = await streaming((reply) => {
      reply.write(sse(chunk('a')), () => setImmediate(() => reply.destroy()));
    });

    const { events, error } = await drain(mistral.chat.stream(params));

    expect(events).toEqual([chunk('a')]);
    expect(error).toMatchObject({ name: 'StreamInterruptedError', cause: expect.any(Error) });
  });
});

describe('G7 an error inside a stream is an API error with the message of the server:', () => {
  test.each([
    ['an event named error', 'event: error\ndata: {"message":"Slow down","code":429}\n\n', 'RateLimitError'],
    ['an event named error that is no JSON', 'event: error\ndata: Slow down\n\n', 'InternalServerError'],
    ['an object with an error', sse({ error: { message: 'Slow down', code: 429 } }), 'RateLimitError'],
    [
      'an error object',
      sse({ object: 'error', message: 'Slow down', raw_status_code: 429 }),
      'RateLimitError',
    ],
  ])('%s', async (_, text, name) => {
    const { mistral, whenClosed } = await streaming((reply) => reply.write(sse(chunk('a')) + text));

    const { events, error } = await drain(mistral.chat.stream(params));

    await whenClosed;
    expect(events).toEqual([chunk('a')]);
    expect(error).toMatchObject({
      name,
      message: expect.stringContaining('Slow down (mistral.chat.stream())'),
    });
  });

  test.each(streams.filter(({ stream }) => stream!.error))(
    'the error event of $id',
    async ({ id, stream }) => {
      const event = { [stream!.tag!]: stream!.error![0], message: 'Slow down', code: 429 };
      const failing = call(client({ fetch: async () => eventStream(bodyOf(sse({ type: 'a' }, event))) }), id);

      const { events, error } = await drain(failing);

      expect(events).toHaveLength(1);
      expect(error).toMatchObject({
        name: 'RateLimitError',
        status: 429,
        message: expect.stringContaining('Slow down'),
      });
    },
  );
});

describe('G8 a success that is no event stream is an error with its beginning, and never no events:', () => {
  test.each([
    ['JSON', () => Response.json({ id: 'cmpl-1' }), '{"id":"cmpl-1"}'],
    [
      'a page',
      () => new Response('<html>Sign in</html>', { headers: { 'content-type': 'text/html' } }),
      '<html>Sign in</html>',
    ],
    ['nothing', () => new Response(null, { status: 200 }), ''],
    ['text of no type', () => new Response(bodyOf(sse(chunk('a')))), sse(chunk('a'))],
  ])('%s', async (_, response, excerpt) => {
    const { events, error } = await drain(client({ fetch: async () => response() }).chat.stream(params));

    expect(events).toEqual([]);
    expect(error).toMatchObject({ name: 'ResponseError', status: 200, excerpt });
  });

  test('a body that gives no bytes', async () => {
    const body = new ReadableStream({ start: (controller) => controller.enqueue('data: a\n\n') });
    const response = {
      ok: true,
      status: 200,
      headers: new Headers({ 'content-type': 'text/event-stream' }),
      body,
    };

    const error = await failureOf(
      collect(client({ fetch: async () => response as Response }).chat.stream(params)),
    );

    expect(error).toMatchObject({ message: expect.stringContaining('does not give bytes') });
  });
});

describe('G9 the connection closes at once', () => {
  const endless = () => streaming((reply) => reply.write(sse(chunk('a'), chunk('b'))));
  type Leave = (stream: ReturnType<Mistral['chat']['stream']>, signal: AbortController) => Promise<void>;
  const ways: [string, Leave][] = [
    [
      '`break`',
      async (stream) => {
        for await (const _ of stream) break;
      },
    ],
    [
      '`throw`',
      async (stream) => {
        for await (const _ of stream) throw new Error('the disk is full');
      },
    ],
    [
      '`return()` in mid-wait',
      async (stream) => {
        const events = stream[Symbol.asyncIterator]();
        await events.next();
        await events.next();
        const waiting = events.next();
        await events.return();
        await waiting;
      },
    ],
    [
      '`return()` of an iterator that has read nothing, on an open stream',
      async (stream) => void (await (await stream)[Symbol.asyncIterator]().return()),
    ],
    [
      '`abort()` in the loop',
      async (stream) => {
        for await (const _ of stream) stream.abort('enough');
      },
    ],
    [
      '`abort()` of the awaited stream',
      async (pending) => {
        const stream = await pending;
        for await (const _ of stream) stream.abort('enough');
      },
    ],
    [
      '`controller.abort()` in mid-wait',
      async (stream) => {
        const events = stream[Symbol.asyncIterator]();
        await events.next();
        await events.next();
        const waiting = events.next();
        stream.controller.abort('enough');
        await waiting;
      },
    ],
    [
      'the signal of the caller',
      async (stream, controller) => {
        for await (const _ of stream) controller.abort('enough');
      },
    ],
    [
      'cancelling it as bytes',
      async (stream) => {
        const reader = stream.toReadableStream().getReader();
        await reader.read();
        await reader.cancel();
      },
    ],
    [
      'leaving both of two',
      async (stream) => {
        for (const branch of stream.tee()) for await (const _ of branch) break;
      },
    ],
    [
      'a handler that throws',
      async (stream) => {
        stream.on('text', () => {
          throw new Error('the disk is full');
        });
        await stream.finalMessage();
      },
    ],
  ];

  test.each(ways)('with %s', async (_, leave) => {
    const { mistral, whenClosed } = await endless();
    const controller = new AbortController();

    await leave(mistral.chat.stream(params, { signal: controller.signal }), controller).catch(
      () => undefined,
    );

    await whenClosed;
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('and an abort rejects with its reason, wherever it falls', async () => {
    const { mistral } = await streaming(() => undefined);
    const before = mistral.chat.stream(params);
    before.abort('enough');
    expect(await failureOf(collect(before))).toMatchObject({ name: 'AbortError', cause: 'enough' });
    expect(await failureOf(before.withResponse())).toMatchObject({ name: 'AbortError', cause: 'enough' });

    const during = mistral.chat.stream(params);
    const reading = failureOf(during.finalMessage());
    setImmediate(() => during.abort('enough'));
    expect(await reading).toMatchObject({ name: 'AbortError', cause: 'enough' });

    const after = chat([sse(chunk('a'), '[DONE]')]);
    await after;
    after.abort('enough');
    expect(await failureOf(collect(after))).toMatchObject({ name: 'AbortError', cause: 'enough' });
  });

  test('and an abort ends the wait between two attempts', async () => {
    const stream = client({
      fetch: async () => new Response(null, { status: 500 }),
      maxRetries: 5,
    }).chat.stream(params);
    const reading = failureOf(collect(stream));

    setTimeout(() => stream.abort('enough'), 20);

    expect(await reading).toMatchObject({ name: 'AbortError', cause: 'enough' });
  });
});

describe('G10 a stream that nobody reads leaves nothing behind:', () => {
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
    let opened = 0;
    let closed = 0;
    const serving = (handler) => new Promise((done) => {
      const server = createServer((request, reply) => {
        opened += 1;
        request.socket.on('close', () => (closed += 1));
        reply.writeHead(200, { 'content-type': 'text/event-stream' });
        handler(reply);
      }).listen(0, '127.0.0.1', () => {
        server.unref();
        done('http://127.0.0.1:' + server.address().port);
      });
    });
    const messages = [{ role: 'user', content: 'Bonjour' }];
    let ends = 0;
    let observer;
    const start = (baseURL, options) =>
      new Mistral({ apiKey: 'test-key-0123456789', baseURL, maxRetries: 0, observer }).chat.stream({ model: 'm', messages }, options);
    const chunk = 'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\\n\\n';
    const until = async (condition) => { for (let i = 0; i < 300 && !condition(); i += 1) { gc(); await sleep(10); } };
    const { signal } = new AbortController();
  `;

  test.each([
    ['one that was made', 'start(baseURL, { signal });', '0 0 0'],
    ['one that was made, with handlers', `start(baseURL, { signal }).on('text', () => {});`, '0 0 0'],
    ['two that were made of one', 'start(baseURL, { signal }).tee();', '0 0 0'],
    ['one that was awaited', 'await start(baseURL, { signal });', '1 1 0'],
    [
      'one that was read for a while, by hand',
      'await (await start(baseURL, { signal }))[Symbol.asyncIterator]().next();',
      '1 1 0',
    ],
    [
      'two of one, of which one was read for a while',
      'await start(baseURL, { signal }).tee()[0][Symbol.asyncIterator]().next();',
      '1 1 0',
    ],
    [
      'one that was made bytes of which some were read',
      'await start(baseURL, { signal }).toReadableStream().getReader().read();',
      '1 1 0',
    ],
  ])('%s', (_, program, expected) => {
    const leftBehind = (before: string) =>
      run(`
      ${before}
      const baseURL = await serving((reply) => reply.write(chunk));
      await (async () => { ${program} })();
      await until(() => opened > 0 && closed === opened);
      console.log(opened, closed, getEventListeners(signal, 'abort').length, ends);
      process.exit();
    `);

    expect(leftBehind('')).toBe(`${expected} 0`);
    // Whoever observes a call is told of its end, and does not hold it.
    if (expected !== '0 0 0')
      expect(leftBehind('observer = () => ({ ended: () => (ends += 1) });')).toBe(`${expected} 1`);
  });

  test('and one that was read to its end is let go at once: nothing is done when it is collected', () => {
    const printed = run(`
      const baseURL = await serving((reply) => reply.end(chunk + chunk + 'data: [DONE]\\n\\n'));
      const controller = await (async () => {
        const stream = start(baseURL);
        for await (const _ of stream);
        return stream.controller;
      })();
      for (let i = 0; i < 20; i += 1) { gc(); await sleep(5); }
      console.log(controller.signal.aborted);
      process.exit();
    `);

    expect(printed).toBe('false');
  });

  test.each([
    ['one that was awaited, and then breaks', 'const stream = await start(baseURL);'],
    ['one whose reader has left', 'for await (const _ of start(baseURL)) break;'],
    [
      'two of one, of which one is read to its failure',
      'await start(baseURL).tee()[0].finalMessage().catch(() => {});',
    ],
    [
      'one that is read to its failure by handlers',
      `await start(baseURL).on('error', () => {}).text().then(() => {}, () => {});`,
    ],
  ])('no unhandled rejection, by %s', (_, program) => {
    const printed = run(`
      const baseURL = await serving((reply) => { reply.write(chunk); setTimeout(() => reply.destroy(), 50); });
      ${program}
      await sleep(150);
      console.log('fine');
      process.exit();
    `);

    expect(printed).toBe('fine');
  });

  test('a response that was taken raw is not closed with the stream that it came from', () => {
    const printed = run(`
      const baseURL = await serving((reply) => { reply.write(chunk); setTimeout(() => reply.end('data: [DONE]\\n\\n'), 200); });
      const response = await start(baseURL).asResponse();
      const collecting = setInterval(() => gc(), 10);
      console.log((await response.text()).length > 50);
      process.exit();
    `);

    expect(printed).toBe('true');
  });

  test('once a stream was read, nothing keeps the process alive', () => {
    const printed = run(`
      const fetch = async () => new Response(chunk + 'data: [DONE]\\n\\n', { headers: { 'content-type': 'text/event-stream' } });
      const mistral = new Mistral({ apiKey: 'test-key-0123456789', fetch });
      for await (const _ of mistral.chat.stream({ model: 'm', messages }));
      await new Promise((resolve) => setImmediate(resolve));
      console.log(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length);
    `);

    expect(printed).toBe('0');
  });
});

describe('G11 a stream is read once,', () => {
  const again: [string, (stream: CompletionStream) => unknown][] = [
    ['a loop', (stream) => collect(stream)],
    ['the text', (stream) => collect(stream.text())],
    ['tee()', (stream) => stream.tee()],
    ['toReadableStream()', (stream) => stream.toReadableStream()],
  ];

  test.each(again)('and %s after that says so, and what to do', async (_, read) => {
    for (const stream of [chat([sse(chunk('a'), '[DONE]')]), await chat([sse(chunk('a'), '[DONE]')])]) {
      await collect(stream);

      expect(await failureOf(() => read(stream))).toMatchObject({
        name: 'MistralError',
        message: expect.stringMatching(/^This stream was already read; .*`tee\(\)`/),
      });
    }
  });
});

test('G12 a stream that breaks is not asked for again, whatever `retry` says', async () => {
  const { baseURL, requests } = await streaming((reply) => {
    reply.write(`retry: 1\nid: 7\n${sse(chunk('a'))}`, () => setImmediate(() => reply.destroy()));
  });

  const { error } = await drain(client({ baseURL, maxRetries: 5 }).chat.stream(params));
  await new Promise((resolve) => setTimeout(resolve, 30));

  expect(error).toMatchObject({ name: 'StreamInterruptedError', retryable: false });
  expect(requests).toHaveBeenCalledOnce();
});

describe('for those who debug,', () => {
  test('`onEvent` is shown all that arrives, in its order, and `lastEventId` is known', async () => {
    const shown: RawEvent[] = [];
    const mistral = client({
      fetch: async () =>
        eventStream(bodyOf(': ping\n\nid: 7\nevent: message\n', sse(chunk('a')), ': pong\n', sse('[DONE]'))),
    });
    const stream = mistral.chat.stream(params, { onEvent: (event) => shown.push(event) });

    expect(stream.lastEventId).toBeUndefined();
    await collect(stream);

    expect(shown).toEqual([
      { kind: 'comment', comment: 'ping' },
      { kind: 'event', event: 'message', data: JSON.stringify(chunk('a')), id: '7' },
      { kind: 'comment', comment: 'pong' },
      { kind: 'event', event: undefined, data: '[DONE]', id: '7' },
    ]);
    expect(stream.lastEventId).toBe('7');
  });

  test('what `onEvent` throws ends the stream and comes out', async () => {
    const fault = new Error('the disk is full');
    const onEvent = () => {
      throw fault;
    };
    const mistral = client({ fetch: async () => eventStream(bodyOf(sse(chunk('a'), '[DONE]'))) });

    expect(await failureOf(collect(mistral.chat.stream(params, { onEvent })))).toBe(fault);
  });

  test('the options of streams and lists are refused elsewhere, and where they cannot be meant', async () => {
    const mistral = client();
    const refused = (answer: PromiseLike<unknown>) => failureOf(answer);

    expect(await refused(mistral.models.list({}, { onEvent: () => undefined }))).toHaveProperty(
      'message',
      'mistral.models.list() is not a stream; `onEvent` is for streams',
    );
    expect(await refused(mistral.models.list({}, { prefetch: 1 }))).toHaveProperty(
      'message',
      'mistral.models.list() is not paginated; `prefetch` is for lists with pages',
    );
    expect(await refused(mistral.chat.stream(params, { onEvent: 'log' as never }))).toHaveProperty(
      'message',
      'mistral.chat.stream(): `onEvent` must be a function',
    );
    expect(await refused(mistral.files.list({}, { prefetch: 5 as 1 }))).toHaveProperty(
      'message',
      'mistral.files.list(): `prefetch` must be 0 or 1',
    );
  });
});
