import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { describe, expect, test, vi } from 'vitest';

import { APIError } from '../../../src/errors/api-error.js';
import { ResponseError } from '../../../src/errors/response-error.js';
import { StreamInterruptedError } from '../../../src/errors/stream-interrupted-error.js';
import { TimeoutError } from '../../../src/errors/timeout-error.js';
import { linkSignals } from '../../../src/internal/linked-cancellation.js';
import type { StreamEnd } from '../../../src/streaming/event-reader.js';
import type { Listener } from '../../../src/streaming/event-iterator.js';
import { ResponseEvents } from '../../../src/streaming/response-events.js';
import { answerOf, patient } from '../../helpers/answer-of.js';
import { eventStream, sse } from '../../helpers/event-stream.js';
import { failureOf } from '../../helpers/failure-of.js';
import { handClock } from '../../helpers/hand-clock.js';

interface Event {
  readonly n?: number;
  readonly choices?: readonly unknown[];
}

const end: StreamEnd = { done: '[DONE]' };
const silent = { choices: [] };

/** The events of a body that is written by hand, under a clock that is moved by hand. */
function events() {
  const cancel = vi.fn();
  let body!: ReadableStreamDefaultController<Uint8Array>;
  const readable = new ReadableStream<Uint8Array>({
    start: (controller) => void (body = controller),
    cancel,
  });
  const clock = handClock();
  const cancellation = linkSignals();
  const answer = { ...answerOf(new Response(null), cancellation), clock };
  const listeners = new Set<() => void>();
  const listen = cancellation.onAbort.bind(cancellation);
  vi.spyOn(cancellation, 'onAbort').mockImplementation((run) => {
    const stop = listen(run);
    listeners.add(run);
    return () => {
      listeners.delete(run);
      stop();
    };
  });
  const limits = { firstEventTimeoutMs: 100, idleTimeoutMs: 100 };
  return {
    clock,
    cancel,
    /** How many listeners the reading itself has. */
    listeners: () => listeners.size,
    events: new ResponseEvents<Event>(readable, answer, { ...patient, ...limits, end }),
    write: (...written: Parameters<typeof sse>) => body.enqueue(new TextEncoder().encode(sse(...written))),
    close: () => body.close(),
  };
}

function raise(): never {
  throw new Error('This body cannot be read');
}

/** Everything that is ready to run has run. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the events of an answer', () => {
  test('come in order to readers that do not wait for each other', async () => {
    const { events: it, write } = events();

    const both = Promise.all([it.next(), it.next(), it.next()]);
    write({ n: 1 });
    write({ n: 2 }, '[DONE]');

    expect(await both).toEqual([
      { done: false, value: { n: 1 } },
      { done: false, value: { n: 2 } },
      { done: true, value: undefined },
    ]);
  });

  test('may each take as long as the limit, however many come', async () => {
    const { events: it, write, clock } = events();

    for (let n = 0; n < 5; n += 1) {
      const next = it.next();
      clock.pass(99);
      write({ n });
      expect(await next).toEqual({ done: false, value: { n } });
    }
    const next = failureOf(it.next());
    clock.pass(100);

    expect(await next).toBeInstanceOf(TimeoutError);
  });

  test('that cannot be read at all have ended with the first failure', async () => {
    const body = { getReader: () => ({ read: () => raise(), cancel: async () => undefined }) };
    const it = new ResponseEvents(body as never, answerOf(new Response(null)), { ...patient, end });

    expect(await failureOf(it.next())).toBeInstanceOf(StreamInterruptedError);
    expect(await it.next()).toEqual({ done: true, value: undefined });
  });

  test('tell their end once, however often they are asked', async () => {
    const { events: it, write } = events();
    const listener: Listener<Event> = { event: vi.fn(), end: vi.fn(), leave: vi.fn() };
    it.listen(listener);

    write({ n: 1 }, '[DONE]');
    for (let n = 0; n < 4; n += 1) await it.next();

    expect(listener.event).toHaveBeenCalledExactlyOnceWith({ n: 1 });
    expect(listener.end).toHaveBeenCalledExactlyOnceWith(undefined);
  });
});

describe('of many events that come in one piece', () => {
  const twenty = Array.from({ length: 20 }, (_, n) => ({ n }));

  /** What a reader gets of them, and what of whatever ends the stream. */
  async function read(...written: Parameters<typeof sse>) {
    const { events: it, write } = events();
    const got: unknown[] = [];
    write(...written);
    const failure = await failureOf(async () => {
      for (let next = await it.next(); !next.done; next = await it.next()) got.push(next.value);
      throw new Error('It has ended');
    });
    return { got, failure };
  }

  test('each is handed out, up to the one that ends them', async () => {
    const { got, failure } = await read(...twenty, '[DONE]');

    expect(got).toEqual(twenty);
    expect(failure).toHaveProperty('message', 'It has ended');
  });

  test('none is handed out that follows the end, whatever it is', async () => {
    const { got, failure } = await read(...twenty, '[DONE]', { n: 20 }, 'no JSON');

    expect(got).toEqual(twenty);
    expect(failure).toHaveProperty('message', 'It has ended');
  });

  test.each([
    ['no JSON', '{"n":'],
    ['two values', '{"n":20},{"n":21}'],
    ['half of a value', '{"n":[20'],
  ])('those before one whose data is %s are handed out', async (_, data) => {
    const { got, failure } = await read(...twenty, data, ...twenty, '[DONE]');

    expect(got).toEqual(twenty);
    expect(failure).toBeInstanceOf(ResponseError);
    expect(failure).toHaveProperty('excerpt', data);
  });

  test.each(['', ' ', '   '])('one whose data is %j is skipped', async (data) => {
    const { got, failure } = await read(data, ...twenty, data, ...twenty, data, '[DONE]');

    expect(got).toEqual([...twenty, ...twenty]);
    expect(failure).toHaveProperty('message', 'It has ended');
  });

  test('those before an error of the API are handed out', async () => {
    const { got, failure } = await read(...twenty, { error: { message: 'Overloaded' } }, ...twenty);

    expect(got).toEqual(twenty);
    expect(failure).toBeInstanceOf(APIError);
  });
});

describe('nothing is left', () => {
  test('of the events of streams that have ended, while the task goes on that has read them', async () => {
    setFlagsFromString('--expose_gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const heapBytes = () => {
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const megabyte = 'a'.repeat(1024 * 1024);
    const read = async () => {
      const { body } = eventStream(sse({ text: megabyte }, '[DONE]'));
      await new ResponseEvents(body!, answerOf(new Response(null)), { ...patient, end }).next();
    };
    await read();
    const before = heapBytes();

    // All of it in microtasks.
    for (let count = 0; count < 20; count += 1) await read();

    expect(heapBytes() - before).toBeLessThan(5 * megabyte.length);
  });

  test('of a stream whose last event was read', async () => {
    const { events: it, write, close, clock, listeners } = events();

    write({ n: 1 }, '[DONE]');
    close();
    await it.next();
    await settled();

    expect(it.ended).toBe(true);
    expect(clock.pending()).toBe(0);
    expect(listeners()).toBe(0);
  });

  test('of a stream that is left at an event that says nothing', async () => {
    const { events: it, write, clock, listeners } = events();

    write(silent);
    expect(await it.next()).toEqual({ done: false, value: silent });
    expect([clock.pending(), listeners()]).toEqual([1, 1]);
    await it.return();

    expect(clock.pending()).toBe(0);
    expect(listeners()).toBe(0);
  });

  test('of a connection that does not end after the last event, a quarter of a second later', async () => {
    const { events: it, write, clock, cancel } = events();

    write({ n: 1 }, '[DONE]');
    await it.next();
    await settled();
    clock.pass(249);
    expect(cancel).not.toHaveBeenCalled();
    clock.pass(1);

    expect(cancel).toHaveBeenCalledOnce();
    expect(clock.pending()).toBe(0);
  });
});
