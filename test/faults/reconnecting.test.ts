import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { describe, expect, test, vi } from 'vitest';

import { StreamInterruptedError } from '../../src/index.js';
import { handClock } from '../helpers/hand-clock.js';
import { instantClock } from '../helpers/instant-clock.js';
import { serve } from '../helpers/loopback.js';
import { lines, tailing, tellingWaits, type Line } from '../helpers/resumable-operation.js';
import { watchOwnTimers } from '../helpers/own-timers.js';

// Real connections that break: what was given is given once, and nothing is left of the ones before.

// None of the operations of this package's description can be resumed, so its bundles have no code for that.
vi.mock('../../generated/api.gen.js', async (original) => ({
  ...(await original<object>()),
  hasResumableStreams: true,
}));

const reconnect = { maxAttempts: 3 };

/** A server that replies to each request by the next of these functions. */
async function server(...replies: readonly ((reply: ServerResponse) => void)[]) {
  const after: (string | null)[] = [];
  const open = new Set<ServerResponse>();
  const baseURL = await serve((request, reply) => {
    const next = replies[after.length];
    after.push(new URL(request.url!, 'http://host').searchParams.get('last_event_id'));
    open.add(reply);
    reply.on('close', () => open.delete(reply));
    if (next) next(reply);
    else reply.destroy();
  });
  const allClosed = () => vi.waitFor(() => expect(open.size).toBe(0), { interval: 5 });
  return { baseURL, after, open, allClosed };
}

const streaming = (text: string, end: (reply: ServerResponse) => void) => (reply: ServerResponse) => {
  reply.writeHead(200, { 'content-type': 'text/event-stream' });
  reply.write(text, () => setImmediate(() => end(reply)));
};
const reset = (reply: ServerResponse) => void reply.socket!.resetAndDestroy();
const end = (reply: ServerResponse) => void reply.end();
const stall = () => {};
const refuse = (status: number) => (reply: ServerResponse) => void reply.writeHead(status).end('{}');

async function drain(stream: AsyncIterable<Line>): Promise<{ read: number[]; error: unknown }> {
  const read: number[] = [];
  try {
    for await (const { line } of stream) read.push(line);
  } catch (error) {
    return { read, error };
  }
  return { read, error: undefined };
}

test('a connection that is reset in the middle of an event is replaced, and the event comes whole', async () => {
  const { baseURL, after, allClosed } = await server(
    streaming(`${lines(1, 2)}id: 3\ndata: {"li`, reset),
    streaming(lines(3), end),
  );
  const clock = instantClock();
  const controller = new AbortController();
  const timers = watchOwnTimers();

  const result = await drain(tailing({ baseURL }, { clock })({ reconnect, signal: controller.signal }));

  expect(result).toEqual({ read: [1, 2, 3], error: undefined });
  expect(after).toEqual([null, '2']);
  await allClosed();
  expect(clock.pending()).toBe(0);
  expect(timers.size).toBe(0);
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  timers.restore();
});

test('a connection that is reset twice, and a server that repeats events, give each event once', async () => {
  const { baseURL, after, allClosed } = await server(
    streaming(lines(1, 2), reset),
    streaming(lines(1, 2), reset),
    streaming(lines(2, 3), reset),
    streaming(lines(3, 4), end),
  );

  const { read, error } = await drain(tailing({ baseURL }, { clock: instantClock() })({ reconnect }));

  expect(error).toBeUndefined();
  expect(read).toEqual([1, 2, 3, 4]);
  expect(after).toEqual([null, '2', '2', '3']);
  await allClosed();
});

test('a server that is away for a while is asked again, and one that stays away fails the stream', async () => {
  const back = await server(streaming(lines(1), reset), reset, refuse(503), streaming(lines(2), end));
  const gone = await server(streaming(lines(1), reset));

  expect(
    (await drain(tailing({ baseURL: back.baseURL }, { clock: instantClock() })({ reconnect }))).read,
  ).toEqual([1, 2]);
  const { read, error } = await drain(
    tailing({ baseURL: gone.baseURL }, { clock: instantClock() })({ reconnect }),
  );
  expect(read).toEqual([1]);
  expect(error).toBeInstanceOf(StreamInterruptedError);
  expect(error).toMatchObject({ eventCount: 1, eventsLost: false, cause: { name: 'ConnectionError' } });
  expect(gone.after).toHaveLength(4);
  await gone.allClosed();
});

test('a server that does not know the id any more is a gap that is told', async () => {
  const { baseURL, after, allClosed } = await server(streaming(lines(1), reset), refuse(410));

  const { read, error } = await drain(tailing({ baseURL }, { clock: instantClock() })({ reconnect }));

  expect(read).toEqual([1]);
  expect(error).toMatchObject({ name: 'StreamInterruptedError', eventsLost: true });
  expect(after).toHaveLength(2);
  await allClosed();
});

test('an abort while it waits to reconnect ends it, and no request follows', async () => {
  const { baseURL, after, allClosed } = await server(streaming(lines(1), reset));
  const clock = handClock();
  const controller = new AbortController();
  const { options, waiting } = tellingWaits();
  const tail = tailing({ baseURL, ...options }, { clock });
  const reading = drain(tail({ reconnect, signal: controller.signal }));
  await waiting();
  await allClosed();

  controller.abort();
  const { read, error } = await reading;

  expect(read).toEqual([1]);
  expect(error).toHaveProperty('name', 'AbortError');
  expect(after).toHaveLength(1);
  expect(clock.pending()).toBe(0);
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
});

test('a dead connection is closed when another one replaces it, and a break closes that', async () => {
  const { baseURL, open, allClosed } = await server(streaming(lines(1), stall), streaming(lines(2), stall));
  const clock = handClock();
  const read: number[] = [];
  const reading = (async () => {
    for await (const { line } of tailing({ baseURL }, { clock })({ reconnect, idleTimeoutMs: 1000 })) {
      read.push(line);
      if (line === 2) break;
    }
  })();
  await vi.waitFor(() => expect(read).toEqual([1]), { interval: 5 });

  clock.pass(1000);
  await allClosed();
  clock.pass(500);
  await reading;

  expect(read).toEqual([1, 2]);
  await allClosed();
  expect(open.size).toBe(0);
  expect(clock.pending()).toBe(0);
});

test('a stream that was reset is resumed by hand, and after its end once more', async () => {
  const { baseURL, after, allClosed } = await server(
    streaming(lines(1), reset),
    streaming(lines(2), end),
    streaming(lines(3), end),
  );
  const first = tailing({ baseURL })();
  expect((await drain(first)).error).toBeInstanceOf(StreamInterruptedError);
  const second = first.resume();

  expect(await drain(second)).toEqual({ read: [2], error: undefined });
  expect(await drain(second.resume())).toEqual({ read: [3], error: undefined });
  expect(after).toEqual([null, '1', '2']);
  await allClosed();
});

describe('a stream that is dropped closes its connection:', () => {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  type Drop = (stream: ReturnType<ReturnType<typeof tailing>>) => Promise<unknown>;

  test.each<[title: string, drop: Drop]>([
    ['one that was awaited', async (stream) => void (await stream)],
    ['one that was read', (stream) => stream[Symbol.asyncIterator]().next()],
    [
      'one that has reconnected',
      async (stream) => {
        const iterator = stream[Symbol.asyncIterator]();
        await iterator.next();
        await iterator.next();
      },
    ],
    [
      'one that was resumed',
      async (stream) => {
        await stream[Symbol.asyncIterator]().next();
        await stream.resume();
      },
    ],
  ])('%s', async (title, drop) => {
    const breaks = title === 'one that has reconnected';
    const { baseURL, open } = await server(
      streaming(lines(1), breaks ? reset : stall),
      streaming(lines(2), stall),
    );
    const { signal } = new AbortController();
    const clock = instantClock();

    await drop(tailing({ baseURL }, { clock })({ reconnect, signal }));
    expect(open.size).toBeGreaterThan(0);
    for (let round = 0; open.size > 0 && round < 100; round += 1) {
      collect();
      await new Promise((resolve) => setImmediate(resolve));
    }

    expect(open.size).toBe(0);
    expect(clock.pending()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
