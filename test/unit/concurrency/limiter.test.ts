import { expect, test, vi } from 'vitest';

import { createLimiter, mapConcurrent, type LimiterOptions } from '../../../src/concurrency/index.js';
import { bindResources } from '../../../src/resources/bind.js';
import { createTransport } from '../../../src/transport/transport.js';
import { handClock } from '../../helpers/hand-clock.js';
import { instantClock } from '../../helpers/instant-clock.js';

/** A limiter, and an API whose answers a test gives by hand, in the order of the requests that were let through. */
function limited(options: LimiterOptions = {}) {
  const clock = handClock();
  const limiter = createLimiter(options, { clock });
  const sent: {
    answer(status?: number, headers?: Record<string, string>): void;
    fail(error: Error): void;
  }[] = [];
  const next = () =>
    new Promise<Response>((resolve, reject) =>
      sent.push({
        answer: (status = 200, headers = {}) => resolve(new Response(null, { status, headers })),
        fail: reject,
      }),
    );
  const request = {
    method: 'GET',
    url: 'https://api.mistral.ai/v1/models',
    headers: new Headers(),
    body: undefined,
  };
  const send = (signal = new AbortController().signal, body?: string) => {
    const answer = limiter.middleware({ ...request, body }, next, {
      operation: 'models.list',
      attempt: 1,
      signal,
    });
    return answer.then(
      ({ status }) => status,
      (error: unknown) => error,
    );
  };
  return { clock, limiter, sent, send };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('it lets through what may be under way, and the rest in their order', async () => {
  const { limiter, sent, send } = limited({ maxConcurrency: 2 });
  const answers = [send(), send(), send(), send()];
  await settled();
  expect(sent.length).toBe(2);
  expect(limiter).toMatchObject({ concurrency: 2, running: 2, waiting: 2, pausedMs: 0 });

  sent[0]!.answer(200);
  await settled();
  expect(sent.length).toBe(3);
  sent[2]!.answer(201);
  expect(await answers[2]).toBe(201);
  sent[1]!.fail(new Error('reset'));
  expect(await answers[1]).toMatchObject({ message: 'reset' });
  await settled();
  sent[3]!.answer(202);
  expect(await answers[3]).toBe(202);
  expect(limiter).toMatchObject({ running: 0, waiting: 0 });
});

test('a 429 makes everybody wait for as long as it says, and from then on half as many are under way', async () => {
  const { clock, limiter, sent, send } = limited({ maxConcurrency: 4 });
  void [send(), send(), send(), send(), send(), send(), send()];
  await settled();
  sent[0]!.answer(429, { 'retry-after': '5' });
  for (const one of sent.slice(1)) one.answer();
  await settled();
  expect(limiter).toMatchObject({ concurrency: 2, running: 0, waiting: 3, pausedMs: 5000 });

  clock.pass(4999);
  await settled();
  expect(sent.length).toBe(4);
  clock.pass(1);
  await settled();
  expect(sent.length).toBe(6);
  expect(limiter).toMatchObject({ running: 2, waiting: 1 });
});

test('requests that are refused together are one reason to slow down; the longest wait counts', async () => {
  const { limiter, sent, send } = limited({ maxConcurrency: 8 });
  void [send(), send(), send()];
  await settled();
  sent[0]!.answer(429, { 'retry-after': '5' });
  sent[1]!.answer(429, { 'retry-after': '9' });
  sent[2]!.answer(429, { 'retry-after': '2' });
  await settled();

  expect(limiter).toMatchObject({ concurrency: 4, pausedMs: 9000 });
});

test('without a Retry-After the pause begins at 1 s and doubles until something succeeds', async () => {
  const { clock, limiter, sent, send } = limited({ maxConcurrency: 1 });
  const pauses: number[] = [];
  for (const status of [429, 429, 429, 200, 429]) {
    void send();
    await settled();
    sent.at(-1)!.answer(status);
    await settled();
    pauses.push(limiter.pausedMs);
    clock.pass(limiter.pausedMs);
  }

  expect(pauses).toEqual([1000, 2000, 4000, 0, 1000]);
});

test('it never goes below one, and comes back by one for as many successes as may be under way', async () => {
  const { clock, limiter, sent, send } = limited({ maxConcurrency: 3 });
  const all = async (status: number) => {
    void send();
    await settled();
    sent.at(-1)!.answer(status);
    await settled();
    clock.pass(limiter.pausedMs);
    return limiter.concurrency;
  };

  expect([await all(429), await all(429), await all(429)]).toEqual([1, 1, 1]);
  expect([await all(200), await all(200), await all(200), await all(200), await all(200)]).toEqual([
    2, 2, 2, 3, 3,
  ]);
  // Neither a fault of the caller nor one of the API says anything about the pace.
  expect([await all(400), await all(500)]).toEqual([3, 3]);
});

test('an API that fails with a Retry-After is given that time, too', async () => {
  const { limiter, sent, send } = limited({ maxConcurrency: 4 });
  void send();
  await settled();
  sent[0]!.answer(503, { 'retry-after': '7' });
  await settled();

  expect(limiter).toMatchObject({ concurrency: 2, pausedMs: 7000 });
});

test('when the headers tell how many requests are left, no more are sent until the reset', async () => {
  const { clock, limiter, sent, send } = limited();
  void send();
  await settled();
  sent[0]!.answer(200, { 'x-ratelimit-remaining-req-minute': '2', 'x-ratelimit-reset-req-minute': '30' });
  await settled();
  void [send(), send(), send(), send()];
  await settled();
  expect(sent.length).toBe(3);
  expect(limiter).toMatchObject({ waiting: 2, pausedMs: 30_000 });

  clock.pass(30_000);
  await settled();
  expect(sent.length).toBe(5);
});

test('when no token is left, everybody waits until the reset', async () => {
  const { limiter, sent, send } = limited();
  void send();
  await settled();
  sent[0]!.answer(200, {
    'x-ratelimit-remaining-tokens-minute': '0',
    'x-ratelimit-reset-tokens-minute': '12',
  });
  await settled();

  expect(limiter.pausedMs).toBe(12_000);
});

test.each([
  ['a Retry-After', 429, { 'retry-after': '86400' }],
  [
    'a reset of requests',
    200,
    { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '86400' },
  ],
  ['a reset of tokens', 200, { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '86400' }],
])('%s of a day does not stop everything: after maxPauseMs one finds out', async (_, status, headers) => {
  const { clock, sent, send } = limited({ maxPauseMs: 20_000 });
  void send();
  await settled();
  sent[0]!.answer(status, headers);
  await settled();
  void send();
  clock.pass(19_999);
  await settled();
  expect(sent.length).toBe(1);

  clock.pass(1);
  await settled();
  expect(sent.length).toBe(2);
});

test('a pause of nothing at most makes nobody wait', async () => {
  const { sent, send } = limited({ maxPauseMs: 0 });
  void send();
  await settled();
  sent[0]!.answer(429, {
    'retry-after': '5',
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-reset-requests': '5',
  });
  await settled();
  void send();
  await settled();

  expect(sent.length).toBe(2);
});

test('whoever aborts leaves the line at once, and neither timer nor listener stays behind', async () => {
  const { clock, limiter, sent, send } = limited({ maxConcurrency: 1 });
  void send();
  await settled();
  sent[0]!.answer(429, { 'retry-after': '5' });
  await settled();
  const controller = new AbortController();
  const removed = vi.spyOn(controller.signal, 'removeEventListener');
  const refused = send(controller.signal);
  await settled();
  expect(clock.pending()).toBe(1);
  controller.abort('enough');

  expect(await refused).toBe('enough');
  expect(limiter.waiting).toBe(0);
  expect(clock.pending()).toBe(0);

  const other = new AbortController();
  const spy = vi.spyOn(other.signal, 'removeEventListener');
  void send(other.signal);
  clock.pass(5000);
  await settled();
  sent[1]!.answer();
  await settled();
  expect(spy).toHaveBeenCalledOnce();
  expect(removed).not.toHaveBeenCalled();
  expect(await send(AbortSignal.abort('before'))).toBe('before');
});

test('calls of two clients share it, retries included, and all succeed where limits are tight', async () => {
  const clock = instantClock();
  const limiter = createLimiter({ maxConcurrency: 6 }, { clock });
  let running = 0;
  const fetch = async () => {
    running += 1;
    await settled();
    const status = running > 2 ? 429 : 200;
    running -= 1;
    return Response.json(status === 200 ? { data: [] } : { message: 'Requests rate limit exceeded' }, {
      status,
      headers: { 'retry-after': '1' },
    });
  };
  const client = () =>
    bindResources(
      createTransport(
        {
          apiKey: 'test-key-0123456789',
          fetch,
          logLevel: 'off',
          middleware: [limiter.middleware],
          retryBudget: false,
          maxRetries: 5,
        },
        { clock, random: () => 1 },
      ),
    );
  const clients = [client(), client()];
  const results = await mapConcurrent(
    Array.from({ length: 40 }),
    (_, { index, signal }) => clients[index % 2]!.models.list({}, { signal }),
    { concurrency: 20 },
  );

  expect(results.length).toBe(40);
  expect(limiter).toMatchObject({ running: 0, waiting: 0 });
});

test.each<[string, object, RegExp]>([
  ['no concurrency', { maxConcurrency: 0 }, /`maxConcurrency` must be a positive integer/],
  ['a pause that is none', { maxPauseMs: -1 }, /`maxPauseMs` must be a number/],
  ['a pause that no timer knows', { maxPauseMs: Infinity }, /`maxPauseMs` must be a number/],
  ['an unknown option', { concurrency: 3 }, /Did you mean `maxConcurrency`/],
])('it refuses %s', (_, options, message) => {
  expect(() => createLimiter(options as LimiterOptions)).toThrow(message);
});

test('it spaces requests evenly, from the first on', async () => {
  const { clock, limiter, sent, send } = limited({ requestsPerSecond: 4 });
  for (let number = 0; number < 4; number += 1) void send();
  const counts: number[] = [];
  for (const ms of [0, 249, 1, 250, 250, 1000]) {
    clock.pass(ms);
    await settled();
    counts.push(sent.length);
  }

  expect(counts).toEqual([1, 1, 2, 3, 4, 4]);
  expect(limiter.waiting).toBe(0);
  // Time without requests is not saved up.
  clock.pass(10_000);
  void send();
  void send();
  await settled();
  expect(sent.length).toBe(5);
  clock.pass(250);
  await settled();
  expect(sent.length).toBe(6);
});

const bodyOf = (characters: number, others: object = {}) =>
  JSON.stringify({ messages: [{ content: 'x'.repeat(characters) }], ...others });

test('it keeps within the tokens of a minute, which fill up as it passes', async () => {
  const { clock, sent, send } = limited({ tokensPerMinute: 600 });
  // 100 for the text, and 200 for the reply.
  for (let number = 0; number < 3; number += 1) void send(undefined, bodyOf(400, { max_tokens: 200 }));
  await settled();
  expect(sent.length).toBe(2);

  clock.pass(29_999);
  await settled();
  expect(sent.length).toBe(2);
  clock.pass(1);
  await settled();
  expect(sent.length).toBe(3);
});

test('what the headers say a request took counts instead of the estimate', async () => {
  const { clock, sent, send } = limited({ tokensPerMinute: 600 });
  void send(undefined, bodyOf(400, { max_tokens: 500 }));
  await settled();
  sent[0]!.answer(200, { 'x-ratelimit-tokens-query-cost': '120' });
  await settled();

  void send(undefined, bodyOf(1920));
  await settled();
  expect(sent.length).toBe(2);
  void send(undefined, bodyOf(4));
  clock.pass(99);
  await settled();
  expect(sent.length).toBe(2);
  clock.pass(1);
  await settled();
  expect(sent.length).toBe(3);
});

test('a request that no minute has room for takes a whole one', async () => {
  const { clock, sent, send } = limited({ tokensPerMinute: 60 });
  void send(undefined, bodyOf(4000));
  void send(undefined, bodyOf(4));
  await settled();
  expect(sent.length).toBe(1);

  // It is paid off first: 1,000 tokens were taken, of 60.
  clock.pass(940_999);
  await settled();
  expect(sent.length).toBe(1);
  clock.pass(1);
  await settled();
  expect(sent.length).toBe(2);
});

test('files, images and what is not JSON are no tokens', async () => {
  const { sent, send } = limited({ tokensPerMinute: 60 });
  const image = { image_url: `data:image/png;base64,${'A'.repeat(10_000)}` };
  void send(undefined, JSON.stringify(image));
  void send();
  await settled();

  expect(sent.length).toBe(2);
});

test.each([
  [{ requestsPerSecond: 0 }, '`requestsPerSecond` must be a number above 0'],
  [{ tokensPerMinute: -1 }, '`tokensPerMinute` must be a number above 0'],
  [{ tokensPerMinute: Number.NaN }, '`tokensPerMinute` must be a number above 0'],
  [{ requestPerSecond: 1 }, 'Did you mean `requestsPerSecond`?'],
])('%j is refused', (options, message) => {
  expect(() => createLimiter(options as LimiterOptions)).toThrow(message);
});
