import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';

import { describe, expect, test, vi } from 'vitest';

import {
  APIError,
  ArgumentError,
  StreamInterruptedError,
  TimeoutError,
  type Fetch,
} from '../../../src/index.js';
import { client } from '../../helpers/api.js';
import { bodyOf, eventStream } from '../../helpers/event-stream.js';
import { failureOf } from '../../helpers/failure-of.js';
import { handClock } from '../../helpers/hand-clock.js';
import { instantClock } from '../../helpers/instant-clock.js';
import { lines, tailing, tellingWaits, type Line } from '../../helpers/resumable-operation.js';

// None of the operations of this package's description can be resumed, so its bundles have no code for that.
vi.mock('../../../generated/api.gen.js', async (original) => ({
  ...(await original<object>()),
  hasResumableStreams: true,
}));

/** One response: what it writes, and how it ends; or a status, or no connection. */
type Reply = readonly [text: string, end: 'end' | 'reset' | 'open'] | number | 'refused';

const reset = () => Object.assign(new TypeError('terminated'), { cause: { code: 'ECONNRESET' } });

/** A server of these replies. */
function replying(...replies: readonly Reply[]) {
  const requests: {
    readonly after: string | null;
    readonly header: string | null;
    readonly retry: string | null;
  }[] = [];
  const open = new Set<number>();
  const fetch = vi.fn<Fetch>(async (url, { headers, signal }) => {
    const sent = new Headers(headers);
    const reply = replies[requests.length];
    requests.push({
      after: new URL(url).searchParams.get('last_event_id'),
      header: sent.get('last-event-id'),
      retry: sent.get('x-retry-count'),
    });
    if (reply === undefined) throw new Error('Nobody expected one more request');
    if (reply === 'refused')
      throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } });
    if (typeof reply === 'number') return Response.json({ message: 'no' }, { status: reply });
    const [text, end] = reply;
    if (end === 'end') return eventStream(bodyOf(text));
    const number = requests.length;
    open.add(number);
    const encoded = new TextEncoder().encode(text);
    let isSent = text === '';
    return eventStream(
      new ReadableStream<Uint8Array>(
        {
          start: (body) =>
            signal?.addEventListener('abort', () => {
              open.delete(number);
              body.error(signal.reason);
            }),
          pull(body) {
            if (!isSent) body.enqueue(encoded);
            else if (end === 'reset') body.error(reset());
            else return new Promise(() => {});
            isSent = true;
            return undefined;
          },
          cancel: () => void open.delete(number),
        },
        { highWaterMark: 0 },
      ),
    );
  });
  return { fetch, requests, after: () => requests.map(({ after }) => after), open };
}

const numbers = (events: readonly Line[]) => events.map(({ line }) => line);

/** Takes events until there are no more; gives their numbers with the error that ended the stream. */
async function drain(stream: AsyncIterable<Line>): Promise<{ read: number[]; error: unknown }> {
  const events: Line[] = [];
  try {
    for await (const event of stream) events.push(event);
  } catch (error) {
    return { read: numbers(events), error };
  }
  return { read: numbers(events), error: undefined };
}

const reconnect = { maxAttempts: 3 };
const still = { random: () => 0 };

describe('resume()', () => {
  test('gives the events after the last one that was read, though more had arrived', async () => {
    const { fetch, after } = replying([lines(1, 2, 3), 'end'], [lines(2, 3), 'end']);
    const stream = tailing({ fetch })();

    for await (const { line } of stream) if (line === 1) break;

    expect(stream.lastEventId).toBe('1');
    expect(await drain(stream.resume())).toEqual({ read: [2, 3], error: undefined });
    expect(after()).toEqual([null, '1']);
  });

  test('starts before the first event, if that arrived and was not read', async () => {
    const { fetch, after } = replying([lines(6, 7), 'end'], [lines(6, 7), 'end']);
    const stream = tailing({ fetch })({}, { last_event_id: '5' });
    await stream;
    stream.abort();

    expect((await drain(stream.resume())).read).toEqual([6, 7]);
    expect(after()).toEqual(['5', '5']);
  });

  test('works after an end, an interruption, an error event and an abort', async () => {
    const { fetch, after } = replying(
      [lines(1), 'end'],
      [lines(2), 'reset'],
      [`${lines(3)}id: 4\nevent: error\ndata: {"message":"broken"}\n\n`, 'open'],
      [lines(4), 'open'],
      [lines(5), 'end'],
    );
    const first = tailing({ fetch })();
    expect((await drain(first)).read).toEqual([1]);
    const second = first.resume();
    expect((await drain(second)).error).toBeInstanceOf(StreamInterruptedError);
    const third = second.resume();
    expect((await drain(third)).error).toBeInstanceOf(APIError);
    const fourth = third.resume();
    await failureOf(async () => {
      for await (const _ of fourth) fourth.abort();
    });

    expect((await drain(fourth.resume())).read).toEqual([5]);
    expect(after()).toEqual([null, '1', '2', '3', '4']);
  });

  test('works where the resumed stream never came, from where that would have started', async () => {
    const { fetch, after } = replying([lines(1), 'end'], 'refused', [lines(2), 'end']);
    const stream = tailing({ fetch, maxRetries: 0 })();
    await drain(stream);
    const missed = stream.resume();
    await failureOf(missed);

    expect((await drain(missed.resume())).read).toEqual([2]);
    expect(after()).toEqual([null, '1', '1']);
  });

  test('skips events that were read before, and gives what only inherits an id', async () => {
    const { fetch } = replying(
      [lines(1, 2), 'end'],
      [`${lines(1, 2, 3)}data: {"line":3.5}\n\n${lines(4)}`, 'end'],
    );
    const stream = tailing({ fetch })();
    await drain(stream);

    expect((await drain(stream.resume())).read).toEqual([3, 3.5, 4]);
  });

  test('aborts a stream that is still open', async () => {
    const { fetch, open } = replying([lines(1), 'open'], [lines(2), 'end']);
    const stream = tailing({ fetch })();
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    const pending = failureOf(iterator.next());

    const resumed = stream.resume();

    expect(await pending).toHaveProperty('name', 'AbortError');
    expect(open).toEqual(new Set());
    expect((await drain(resumed)).read).toEqual([2]);
  });

  test('tells that events are lost if the server refuses the id', async () => {
    const { fetch } = replying([lines(1), 'end'], 410);
    const stream = tailing({ fetch })();
    await drain(stream);

    const error = await failureOf(stream.resume());

    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect(error).toMatchObject({ eventsLost: true, retryable: false, cause: { status: 410 } });
  });

  test.each([401, 403])(
    'fails with the error of the status %d, which says nothing of the id',
    async (status) => {
      const { fetch } = replying([lines(1), 'end'], status);
      const stream = tailing({ fetch })();
      await drain(stream);

      expect(await failureOf(stream.resume())).toMatchObject({
        name: expect.not.stringMatching('Stream'),
        status,
      });
    },
  );

  test('takes another signal in the place of one that has aborted', async () => {
    const { fetch } = replying([lines(1), 'open'], [lines(2), 'end']);
    const controller = new AbortController();
    const stream = tailing({ fetch })({ signal: controller.signal });
    await failureOf(async () => {
      for await (const _ of stream) controller.abort();
    });

    expect(await failureOf(stream.resume())).toHaveProperty('name', 'AbortError');
    expect((await drain(stream.resume({ signal: new AbortController().signal }))).read).toEqual([2]);
  });

  test('keeps the options of the call that are `undefined` in its own', async () => {
    const { fetch } = replying([lines(1), 'end'], [lines(2), 'reset'], [lines(3), 'end']);
    const controller = new AbortController();
    const tail = tailing({ fetch }, { clock: instantClock() });
    const stream = tail({ reconnect, signal: controller.signal });
    await drain(stream);
    const changes = { signal: undefined, reconnect: undefined };

    expect((await drain(stream.resume(changes))).read).toEqual([2, 3]);
    controller.abort();
    expect(await failureOf(stream.resume(changes))).toHaveProperty('name', 'AbortError');
  });

  test('sends the id in a header where the operation takes it there, over one of the caller', async () => {
    const { fetch, requests } = replying([lines(1), 'end'], [lines(2), 'end']);
    const stream = tailing({ fetch }, {}, { resume: 'last-event-id' })({ headers: { 'Last-Event-ID': '0' } });
    await drain(stream);
    await drain(stream.resume());

    expect(requests).toMatchObject([
      { after: null, header: '0' },
      { after: null, header: '1' },
    ]);
  });

  test('replaces an id that the caller has put into the query', async () => {
    const { fetch, after } = replying([lines(8), 'end'], [lines(9), 'end']);
    const stream = tailing({ fetch })({ query: { last_event_id: '7' } });
    await drain(stream);
    await drain(stream.resume());

    expect(after()).toEqual(['7', '8']);
  });

  test.each([
    ['no event had one', 'data: {"line":1}\n\n'],
    ['the server took it back', `${lines(1)}id:\ndata: {"line":2}\n\n`],
  ])('fails without an id: %s', async (_, text) => {
    const stream = tailing({ fetch: replying([text, 'end']).fetch })();
    await drain(stream);

    expect(() => stream.resume()).toThrow('the last event that was read had no `id`');
  });

  test('fails where the operation takes no id, for a branch, and for the stream of a response', async () => {
    const { fetch } = replying([lines(1), 'end']);
    const [branch] = tailing({ fetch })().tee();
    await drain(branch);

    expect(() => branch.resume()).toThrow('cannot be resumed');
    expect(() => tailing({ fetch }, {}, { resume: null })().resume()).toThrow('cannot be resumed');
  });
});

describe('reconnect', () => {
  test('goes on after a lost connection, as if there had been one', async () => {
    const { fetch, after, requests } = replying(
      [lines(1, 2), 'reset'],
      [lines(3), 'reset'],
      [lines(4), 'end'],
    );
    const clock = instantClock();
    const stream = tailing({ fetch }, { clock, ...still })({ reconnect });

    expect(await drain(stream)).toEqual({ read: [1, 2, 3, 4], error: undefined });
    expect(after()).toEqual([null, '2', '3']);
    expect(requests.map(({ retry }) => retry)).toEqual(['0', '1', '1']);
    expect(stream.lastEventId).toBe('4');
    expect(clock.pending()).toBe(0);
  });

  test('is for a lost connection: an end is one, and so is an error of the server', async () => {
    const ended = replying([lines(1), 'end']);
    const failed = replying([`${lines(1)}event: error\ndata: {"status":503}\n\n`, 'open']);

    expect(await drain(tailing({ fetch: ended.fetch })({ reconnect }))).toEqual({
      read: [1],
      error: undefined,
    });
    expect((await drain(tailing({ fetch: failed.fetch })({ reconnect }))).error).toMatchObject({
      status: 503,
    });
    expect(ended.requests).toHaveLength(1);
    expect(failed.requests).toHaveLength(1);
  });

  test('is also for a body that ends before an end that is declared', async () => {
    const { fetch } = replying([lines(1), 'end'], [`${lines(2)}data: [DONE]\n\n`, 'end']);
    const tail = tailing({ fetch }, { clock: instantClock() }, { done: '[DONE]' });

    expect(await drain(tail({ reconnect }))).toEqual({ read: [1, 2], error: undefined });
  });

  test('never gives an event twice, whatever the server repeats', async () => {
    const { fetch } = replying([lines(1, 2), 'reset'], [lines(1, 2, 3), 'reset'], [lines(3, 4), 'end']);

    const { read } = await drain(tailing({ fetch }, { clock: instantClock() })({ reconnect }));

    expect(read).toEqual([1, 2, 3, 4]);
  });

  test('gives events that share an id within a connection', async () => {
    const { fetch } = replying([lines(1, 1), 'reset'], [lines(2, 2), 'end']);

    const { read } = await drain(tailing({ fetch }, { clock: instantClock() })({ reconnect }));

    expect(read).toEqual([1, 1, 2, 2]);
  });

  test('gives events that share an id in chunks of their own', async () => {
    const fetch = async () => eventStream(bodyOf(lines(1), lines(1)));

    expect((await drain(tailing({ fetch })({ reconnect }))).read).toEqual([1, 1]);
  });

  test('is another request, with an idempotency key of its own', async () => {
    const { fetch } = replying([lines(1), 'reset'], [lines(2), 'end']);

    await drain(tailing({ fetch }, { clock: instantClock() })({ reconnect, idempotencyKey: 'mine' }));

    const keys = fetch.mock.calls.map(([, { headers }]) => new Headers(headers).get('idempotency-key'));
    expect(keys).toEqual(['mine', expect.not.stringMatching('mine')]);
  });

  test('gives up after so many connections without a new event, and tells the last failure', async () => {
    const { fetch, after } = replying([lines(1), 'reset'], [lines(1), 'reset'], 'refused', 503);
    const clock = instantClock();

    const { read, error } = await drain(
      tailing({ fetch }, { clock, ...still })({ reconnect, maxRetries: 0 }),
    );

    expect(read).toEqual([1]);
    expect(after()).toEqual([null, '1', '1', '1']);
    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect(error).toMatchObject({
      eventCount: 1,
      eventsLost: false,
      retryable: false,
      cause: { status: 503 },
    });
    // The backoff grows from one to the next.
    expect(clock.waits.filter((ms) => ms >= 100)).toEqual([250, 500, 1000]);
    expect(clock.pending()).toBe(0);
  });

  test('counts anew after each new event', async () => {
    const losses = Array.from({ length: 20 }, (_, index) => [lines(index + 1), 'reset'] as const);
    const { fetch } = replying(...losses, [lines(21), 'end']);
    const tail = tailing({ fetch, retryBudget: { burst: 1, perCall: 0 } }, { clock: instantClock() });

    const { read, error } = await drain(tail({ reconnect: { maxAttempts: 1 } }));

    expect(error).toBeUndefined();
    expect(read).toHaveLength(21);
  });

  test('waits at least as long as the server asks for in `retry:`, each time', async () => {
    const { fetch } = replying(
      [`retry: 3000\n${lines(1)}`, 'reset'],
      'refused',
      [lines(2), 'reset'],
      [lines(3), 'end'],
    );
    const clock = instantClock();

    const { read } = await drain(tailing({ fetch }, { clock, ...still })({ reconnect }));

    expect(read).toEqual([1, 2, 3]);
    const waits = clock.waits.filter((ms) => ms >= 1000);
    expect(waits).toHaveLength(3);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(3000);
  });

  test('is given up if the server asks for longer than the policy allows', async () => {
    const { fetch, requests } = replying([`retry: 70000\n${lines(1)}`, 'reset']);

    const { error } = await drain(tailing({ fetch }, { clock: instantClock() })({ reconnect }));

    expect(error).toMatchObject({
      name: 'StreamInterruptedError',
      notRetried: 'maxRetryAfterMs',
      retryable: false,
    });
    expect(requests).toHaveLength(1);
  });

  test('tells that events are lost if the server refuses the id, and asks no more', async () => {
    const { fetch, requests } = replying([lines(1, 2), 'reset'], 410);

    const { read, error } = await drain(tailing({ fetch }, { clock: instantClock() })({ reconnect }));

    expect(read).toEqual([1, 2]);
    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect(error).toMatchObject({ eventCount: 2, eventsLost: true, cause: { status: 410 } });
    expect((error as Error).message).toContain('the events after that are lost');
    expect(requests).toHaveLength(2);
  });

  test('does not happen without an id: what came would come again', async () => {
    const { fetch, requests } = replying(['data: {"line":1}\n\n', 'reset']);

    const { error } = await drain(tailing({ fetch }, { clock: instantClock() })({ reconnect }));

    expect(error).toBeInstanceOf(StreamInterruptedError);
    expect(requests).toHaveLength(1);
  });

  test('does not happen without the option', async () => {
    const { fetch, requests } = replying([lines(1), 'reset']);

    expect((await drain(tailing({ fetch })())).error).toBeInstanceOf(StreamInterruptedError);
    expect(requests).toHaveLength(1);
  });

  test.each([
    ['the signal', (controller: AbortController) => controller.abort('enough')],
    ['the stream', (_: AbortController, stream: { abort(reason: unknown): void }) => stream.abort('enough')],
  ])('ends at once when %s is aborted while it waits, and leaves nothing behind', async (_, abort) => {
    const { fetch, requests } = replying([lines(1), 'reset']);
    const clock = handClock();
    const controller = new AbortController();
    const { options, waiting } = tellingWaits();
    const stream = tailing({ fetch, ...options }, { clock })({ reconnect, signal: controller.signal });
    const reading = drain(stream);
    await waiting();

    abort(controller, stream);
    const { error } = await reading;

    expect(error).toMatchObject({ name: 'AbortError', cause: 'enough' });
    expect(requests).toHaveLength(1);
    expect(clock.pending()).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('ends when the reader stops while it waits', async () => {
    const { fetch, requests } = replying([lines(1), 'reset']);
    const clock = handClock();
    const { options, waiting } = tellingWaits();
    const iterator = tailing({ fetch, ...options }, { clock })({ reconnect })[Symbol.asyncIterator]();
    await iterator.next();
    const pending = iterator.next().then(
      () => 'an event',
      (error: Error) => error.name,
    );
    await waiting();

    expect(await iterator.return()).toEqual({ done: true, value: undefined });
    expect(await pending).toBe('AbortError');
    expect(clock.pending()).toBe(0);
    expect(requests).toHaveLength(1);
  });

  test('replaces a connection that is dead for the idle timeout', async () => {
    const { fetch, open } = replying([lines(1), 'open'], [lines(2), 'end']);
    const clock = handClock();
    const reading = drain(tailing({ fetch }, { clock })({ reconnect, idleTimeoutMs: 1000 }));
    await setImmediate();
    await setImmediate();
    clock.pass(1000);
    await setImmediate();
    clock.pass(1000);

    expect(await reading).toEqual({ read: [1, 2], error: undefined });
    expect(open).toEqual(new Set());
  });

  test('is no way around the idle timeout of a server that is well', async () => {
    const clock = handClock();
    let body!: ReadableStreamDefaultController<Uint8Array>;
    const fetch = vi.fn<Fetch>(async () =>
      eventStream(new ReadableStream<Uint8Array>({ start: (controller) => void (body = controller) })),
    );
    const reading = drain(tailing({ fetch }, { clock })({ reconnect, idleTimeoutMs: 1000 }));
    await setImmediate();
    body.enqueue(new TextEncoder().encode(lines(1)));
    await setImmediate();
    clock.pass(900);
    body.enqueue(new TextEncoder().encode(': ping\n\n'));
    await setImmediate();
    clock.pass(100);

    expect((await reading).error).toBeInstanceOf(TimeoutError);
    expect(fetch).toHaveBeenCalledOnce();
  });

  test('gives each reader its own event, though they do not wait for each other', async () => {
    const { fetch } = replying([lines(1), 'reset'], [lines(2, 3), 'end']);
    const iterator = tailing({ fetch }, { clock: instantClock() })({ reconnect })[Symbol.asyncIterator]();

    const results = await Promise.all([1, 2, 3, 4].map(() => iterator.next()));

    expect(results.map(({ done, value }) => (done ? 'end' : (value as Line).line))).toEqual([1, 2, 3, 'end']);
  });

  test('serves the branches of tee()', async () => {
    const { fetch } = replying([lines(1), 'reset'], [lines(2), 'end']);
    const branches = tailing({ fetch }, { clock: instantClock() })({ reconnect }).tee();

    expect(await Promise.all(branches.map(async (branch) => (await drain(branch)).read))).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test('lets an error of `onEvent` out as it is', async () => {
    const fault = new Error('the disk is full');
    const { fetch } = replying([lines(1), 'reset'], [lines(2), 'end']);
    const onEvent = ({ data }: { data?: string }) => {
      if (data?.includes('2')) throw fault;
    };

    const { error } = await drain(
      tailing({ fetch }, { clock: instantClock() })({ reconnect, onEvent: onEvent as never }),
    );

    expect(error).toBe(fault);
  });

  test('tells an observer of each connection as a call of its own', async () => {
    const ends: unknown[] = [];
    const { fetch } = replying([lines(1), 'reset'], [lines(2), 'end']);
    const observer = () => ({
      ended: ({ error }: { error?: unknown }) => void ends.push((error as Error)?.name),
    });

    await drain(tailing({ fetch, observer }, { clock: instantClock() })({ reconnect }));

    expect(ends).toEqual(['StreamInterruptedError', undefined]);
  });

  test.each([true, 3, {}, { maxAttempts: 0 }, { maxAttempts: 1.5 }, { maxAttempts: 1, retries: 2 }])(
    'is refused as %j',
    async (value) => {
      const { fetch } = replying();

      const error = await failureOf(tailing({ fetch })({ reconnect: value as never }));

      expect(error).toBeInstanceOf(ArgumentError);
      expect((error as Error).message).toBe(
        'mistral.logs.tail(): `reconnect` must be `{ maxAttempts }`, with a positive integer',
      );
    },
  );

  test('is refused where the operation cannot be resumed', async () => {
    const params = { model: 'm', messages: [] };

    const error = await failureOf(client().chat.stream(params, { reconnect }));

    expect(error).toBeInstanceOf(ArgumentError);
    expect((error as Error).message).toBe(
      'mistral.chat.stream() cannot be resumed; `reconnect` is for streams that can',
    );
  });
});
