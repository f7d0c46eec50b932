import { getEventListeners } from 'node:events';
import { setImmediate as tick } from 'node:timers/promises';

import { describe, expect, test, vi } from 'vitest';

import { bindResources } from '../../src/resources/bind.js';
import { createTransport } from '../../src/transport/transport.js';
import { createRetryBudget } from '../../src/transport/retry-budget.js';
import { Mistral, type APIError } from '../../src/index.js';
import { collect } from '../helpers/collect.js';
import { bodyOf, eventStream, sse } from '../helpers/event-stream.js';
import { failureOf } from '../helpers/failure-of.js';
import { instantClock } from '../helpers/instant-clock.js';
import { answer, scripted, type Line } from '../helpers/scripted.js';

const chat = { model: 'm', messages: [{ role: 'user' as const, content: 'Bonjour' }] };
const reset = new TypeError('fetch failed', { cause: new Error('ECONNRESET') });

test('R1 a call that fails is tried three times, with nothing to be set', async () => {
  const { mistral, fetch } = scripted([answer(503)]);

  const error = (await failureOf(mistral.models.list())) as APIError;

  expect(fetch).toHaveBeenCalledTimes(3);
  expect(error).toMatchObject({ status: 503, attempts: 3, retryable: true });
});

describe('R2', () => {
  test.each([408, 429, 500, 502, 503, 504])('status %i is tried again', async (status) => {
    const { mistral } = scripted([answer(status), answer(200, {}, { data: [] })]);

    expect((await mistral.models.list().withResponse()).attempts).toBe(2);
  });

  test.each([400, 401, 403, 404, 409, 413, 422, 501, 505])('status %i is not', async (status) => {
    const { mistral, fetch } = scripted([answer(status)]);

    expect(await failureOf(mistral.models.list())).toMatchObject({ status, attempts: 1, retryable: false });
    expect(fetch).toHaveBeenCalledOnce();
  });

  test('a connection that fails is tried again', async () => {
    const { mistral } = scripted([reset, answer(200, {}, { data: [] })]);

    expect(await mistral.models.list()).toEqual({ data: [] });
  });

  test('a JSON answer that dies in transit is tried again', async () => {
    const dying: Line = () =>
      new Response(new ReadableStream({ start: (controller) => controller.error(new Error('reset')) }));
    const { mistral } = scripted([dying, answer(200, {}, { data: [] })]);

    expect(await mistral.models.list()).toEqual({ data: [] });
  });

  test('JSON that is cut off without the connection showing it is tried again', async () => {
    const { mistral } = scripted([() => new Response('{"data": ['), answer(200, {}, { data: [] })]);

    expect(await mistral.models.list()).toEqual({ data: [] });
  });

  test('an answer that is no JSON is not', async () => {
    const { mistral, fetch } = scripted([() => new Response('<html>')]);

    expect(await failureOf(mistral.models.list())).toMatchObject({ name: 'ResponseError', attempts: 1 });
    expect(fetch).toHaveBeenCalledOnce();
  });

  test('the word of the server wins, whether it says yes or no', async () => {
    const yes = scripted([answer(400, { 'x-should-retry': 'true' }), answer(200, {}, { data: [] })]);
    const no = scripted([answer(503, { 'x-should-retry': 'false' })]);

    expect(await yes.mistral.models.list()).toEqual({ data: [] });
    expect(await failureOf(no.mistral.models.list())).toHaveProperty('attempts', 1);
  });
});

describe('R3', () => {
  test('the waits double from half a second up to eight', async () => {
    const { mistral, clock } = scripted([answer(503)], { maxRetries: 6 });

    await failureOf(mistral.models.list());

    expect(clock.waits).toEqual([500, 1000, 2000, 4000, 8000, 8000]);
  });

  test('half of a wait is left to chance', async () => {
    const clock = instantClock();
    const fetch = async () => new Response('', { status: 503 });
    const transport = createTransport(
      { apiKey: 'test-key-0123456789', fetch, logLevel: 'off' },
      { clock, random: () => 0 },
    );

    await failureOf(bindResources(transport).models.list());

    expect(clock.waits).toEqual([250, 500]);
  });

  test('no wait is shorter than 100 ms', async () => {
    const { mistral, clock } = scripted([answer(503)], { retry: { initialDelayMs: 0 } });

    await failureOf(mistral.models.list());

    expect(clock.waits).toEqual([100, 100]);
  });
});

describe('R4', () => {
  const waitsFor = async (headers: Record<string, string>): Promise<readonly number[]> => {
    const { mistral, clock } = scripted([answer(429, headers)], { maxRetries: 1 });
    vi.setSystemTime(clock.now());
    await failureOf(mistral.models.list());
    vi.useRealTimers();
    return clock.waits;
  };

  test.each([
    ['seconds', { 'retry-after': '7' }, 7000],
    ['milliseconds, which win', { 'retry-after-ms': '2500', 'retry-after': '7' }, 2500],
    ['a date', { 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' }, 9000],
    ['a date of RFC 850', { 'retry-after': 'Thursday, 01-Jan-26 00:00:09 GMT' }, 9000],
    ['a date of asctime, which is UTC', { 'retry-after': 'Thu Jan  1 00:00:09 2026' }, 9000],
    ['less than the backoff', { 'retry-after-ms': '20' }, 500],
    ['a date that has passed', { 'retry-after': 'Wed, 31 Dec 2025 23:59:59 GMT' }, 500],
    ['nonsense', { 'retry-after': 'soon' }, 500],
    ['a negative number', { 'retry-after': '-5' }, 500],
  ])('the server may ask for %s', async (_, headers, waitMs) => {
    expect(await waitsFor(headers)).toEqual([waitMs]);
  });
});

test('R5 a server that asks for more than the limit is not waited for, and the error says how long it asked', async () => {
  const over = scripted([answer(429, { 'retry-after': '61' })]);
  const allowed = scripted([answer(429, { 'retry-after': '61' })], { retry: { maxRetryAfterMs: 90_000 } });

  expect(await failureOf(over.mistral.models.list())).toMatchObject({ retryAfterMs: 61_000, attempts: 1 });
  expect(over.clock.waits).toEqual([]);
  await failureOf(allowed.mistral.models.list());
  expect(allowed.clock.waits).toEqual([61_000, 61_000]);
});

test('R6 no timer is set for longer than timers can wait, whatever is allowed and asked for', async () => {
  const retry = { maxRetryAfterMs: 2 ** 31 - 1 };
  const longest = scripted([answer(429, { 'retry-after-ms': String(2 ** 31 - 1) })], { retry });
  const longer = scripted([answer(429, { 'retry-after-ms': String(2 ** 31) })], { retry });
  const after = vi.spyOn(longest.clock, 'after').mockImplementation((_, run) => {
    setImmediate(run);
    return () => undefined;
  });

  expect(await failureOf(longer.mistral.models.list())).toMatchObject({ attempts: 1, retryAfterMs: 2 ** 31 });
  await failureOf(longest.mistral.models.list({}, { maxRetries: 1, timeoutMs: 2 ** 31 - 1 }));

  expect(after.mock.calls.map(([delayMs]) => delayMs)).toContain(2 ** 31 - 1);
  for (const [delayMs] of after.mock.calls) expect(delayMs).toBeLessThan(2 ** 31);
});

test('R7 all attempts carry the same bytes, whatever becomes of the parameters meanwhile', async () => {
  const { mistral, fetch } = scripted([answer(503), answer(503), answer(200)]);
  const params = { ...chat, messages: [...chat.messages] };

  const call = mistral.chat.complete(params);
  params.messages.push({ role: 'user', content: 'later' });
  params.model = 'other';
  await call;

  const bodies = fetch.mock.calls.map(([, init]) => init.body);
  expect(bodies).toHaveLength(3);
  expect(new Set(bodies)).toEqual(new Set([JSON.stringify({ ...chat, stream: false })]));
});

describe('R8 a stream that is uploaded', () => {
  const upload = async (size: number) => {
    async function* content() {
      for (let sent = 0; sent < size; sent += 65_536)
        yield new Uint8Array(Math.min(65_536, size - sent)).fill(97);
    }
    const bodies: string[] = [];
    const script = scripted([answer(503), answer(200, {}, { id: 'f' })]);
    script.fetch.mockImplementation(async (_, { body }) => {
      bodies.push(await new Response(body).text());
      return new Response('{}', { status: bodies.length === 1 ? 503 : 200 });
    });
    const outcome = await script.mistral.files
      .upload({ file: { name: 'a.jsonl', content: content() } })
      .catch((error: unknown) => error);
    return { bodies, outcome };
  };

  test('is sent again, whole, if it is small enough to be kept', async () => {
    const { bodies } = await upload(1_000_000);

    expect(bodies).toHaveLength(2);
    expect(bodies[1]).toBe(bodies[0]);
    expect(bodies[0]!.length).toBeGreaterThan(1_000_000);
  });

  test('is not sent again if it is larger: the error says that it cannot be', async () => {
    const { bodies, outcome } = await upload(5_000_000);

    expect(bodies).toHaveLength(1);
    expect(bodies[0]!.length).toBeGreaterThan(5_000_000);
    expect(outcome).toMatchObject({ status: 503, retryable: false, attempts: 1 });
  });
});

describe('R9 a stream', () => {
  const failing = (...chunks: string[]): Line => {
    return () => {
      const left = chunks.map((chunk) => new TextEncoder().encode(chunk));
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          const chunk = left.shift();
          if (chunk) controller.enqueue(chunk);
          else controller.error(new Error('ECONNRESET'));
        },
      });
      return eventStream(body);
    };
  };
  const whole: Line = () => eventStream(bodyOf(sse({ choices: [] }, '[DONE]')));

  test('that fails before its first event is tried again', async () => {
    const { mistral, fetch } = scripted([answer(503), failing(), failing(': ping\n\n'), whole], {
      maxRetries: 3,
    });

    expect(await collect(mistral.chat.stream(chat))).toEqual([{ choices: [] }]);
    expect(fetch).toHaveBeenCalledTimes(4);
  });

  test('that reports an error before its first event is tried again if that error may be', async () => {
    const limited: Line = () => eventStream(bodyOf(sse({ error: { message: 'Slow down', code: 429 } })));
    const { mistral, fetch } = scripted([limited, whole]);

    expect(await collect(mistral.chat.stream(chat))).toHaveLength(1);
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  test('is never sent again once it has yielded', async () => {
    const { mistral, fetch } = scripted([failing(sse({ choices: [] })), whole]);

    expect(await failureOf(collect(mistral.chat.stream(chat)))).toMatchObject({
      name: 'StreamInterruptedError',
      eventCount: 1,
      retryable: false,
    });
    expect(fetch).toHaveBeenCalledOnce();
  });
});

describe('R10 the calls of a client together', () => {
  test('may retry a hundred times at once, and a tenth of their number', async () => {
    const { mistral, fetch } = scripted([answer(503)]);

    for (let call = 0; call < 250; call += 1) await failureOf(mistral.models.list());

    // A hundred from the start, and twenty-five that 250 tenths pay for, less what the full bucket could not take.
    expect(fetch).toHaveBeenCalledTimes(250 + 124);
  });

  test('share their budget with the clients that are made of them, unless that is set', async () => {
    const fetch = vi.fn(async () => new Response('', { status: 503 }));
    const options = {
      apiKey: 'test-key-0123456789',
      fetch,
      logLevel: 'off',
      retry: { initialDelayMs: 0 },
    } as const;
    const mistral = new Mistral({ ...options, retryBudget: { burst: 1, perCall: 0 } });
    const other = mistral.withOptions({ headers: { 'x-team': 'a' } });

    await failureOf(mistral.models.list());
    await failureOf(other.models.list());
    expect(fetch).toHaveBeenCalledTimes(3);
    await failureOf(mistral.withOptions({ retryBudget: false, maxRetries: 1 }).models.list());
    expect(fetch).toHaveBeenCalledTimes(5);
  });

  test('pay for retries from what calls put in', () => {
    const budget = createRetryBudget({ burst: 1, perCall: 0.1 });

    expect(budget.withdraw()).toBe(true);
    expect(budget.withdraw()).toBe(false);
    for (let call = 0; call < 10; call += 1) budget.deposit();
    expect(budget.withdraw()).toBe(true);
  });
});

test('R11 an abort ends the wait for the next attempt, with its reason, and takes its timer back', async () => {
  const clock = instantClock(60_000);
  const controller = new AbortController();
  const fetch = vi.fn(async () => new Response('', { status: 429, headers: { 'retry-after': '60' } }));
  const options = { apiKey: 'test-key-0123456789', fetch, logLevel: 'off' } as const;
  const { models } = bindResources(createTransport(options, { clock }));
  const { signal } = controller;

  const failing = failureOf(models.list({}, { signal }));
  await vi.waitFor(() => expect(getEventListeners(signal, 'abort')).toHaveLength(1));
  await tick();
  expect(clock.pending()).toBe(1);
  controller.abort('enough');

  expect(await failing).toMatchObject({ name: 'AbortError', cause: 'enough', attempts: 1 });
  expect(fetch).toHaveBeenCalledOnce();
  expect(clock.pending()).toBe(0);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('R12 what is left of a response that is not used is cancelled', async () => {
  const cancelled = vi.fn();
  const endless: Line = () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
      cancel: cancelled,
    });
    return new Response(body, { status: 503 });
  };
  const { mistral } = scripted([endless, answer(200, {}, { data: [] })]);

  expect(await mistral.models.list()).toEqual({ data: [] });
  expect(cancelled).toHaveBeenCalledOnce();
});

test('R13 the attempts of a call share one key and are counted, and another call has another key', async () => {
  const { mistral, sent } = scripted([answer(503), answer(503), answer(200)]);

  await mistral.chat.complete(chat);
  await mistral.chat.complete(chat);

  const keys = sent().map((headers) => headers.get('idempotency-key'));
  expect(keys[0]).toMatch(/^[\da-f-]{36}$/);
  expect(keys.map((key) => key === keys[0])).toEqual([true, true, true, false]);
  expect(sent().map((headers) => headers.get('x-retry-count'))).toEqual(['0', '1', '2', '0']);
});

test('R14 answers and errors say how often the request was sent', async () => {
  const { mistral } = scripted([reset, answer(200, {}, { data: [] }), reset]);

  expect((await mistral.models.list().withResponse()).attempts).toBe(2);
  expect(await failureOf(mistral.models.list())).toMatchObject({ name: 'ConnectionError', attempts: 3 });
});

test('a call may say how often and how long, and the client keeps what it had', async () => {
  const { mistral, fetch, clock } = scripted([answer(503)], { maxRetries: 1 });

  await failureOf(mistral.models.list({}, { maxRetries: 2, retry: { initialDelayMs: 200 } }));
  expect(clock.waits).toEqual([200, 400]);
  await failureOf(mistral.models.list());
  expect(fetch).toHaveBeenCalledTimes(5);
  expect(clock.waits).toEqual([200, 400, 500]);
});

test.each([
  ['maxRetries', -1],
  ['maxRetries', 1.5],
  ['maxRetries', NaN],
  ['retry', { initialDelayMs: -1 }],
  ['retry', { maxDelayMs: Infinity }],
  ['retry', { maxRetries: 3 }],
])('%s: %j is refused by the client and by a call', async (name, value) => {
  const { mistral, fetch } = scripted([answer(200)]);

  expect(() => new Mistral({ apiKey: 'test-key-0123456789', [name]: value })).toThrow(name);
  expect(await failureOf(mistral.models.list({}, { [name]: value }))).toMatchObject({
    name: 'ArgumentError',
  });
  expect(fetch).not.toHaveBeenCalled();
});
