import { describe, expect, test, vi } from 'vitest';

import { Mistral, type APIError, type TransportOptions } from '../../src/index.js';
import { bindResources } from '../../src/resources/bind.js';
import { createTransport } from '../../src/transport/transport.js';
import { failureOf } from '../helpers/failure-of.js';
import { answer, scripted } from '../helpers/scripted.js';
import { virtualClock } from '../helpers/virtual-clock.js';

/** A client of a server that takes so many requests a second, and what became of calls that were made at once. */
async function burst(
  calls: number,
  headers: Record<string, string>,
  options: Partial<TransportOptions> = {},
) {
  const clock = virtualClock();
  const [limit, start] = [10, clock.now()];
  let [left, since] = [limit, start];
  const fetch = vi.fn(async () => {
    const now = clock.now();
    left = Math.min(limit, left + ((now - since) * limit) / 1000);
    since = now;
    if (left < 1) return Response.json({ message: 'Rate limit exceeded' }, { status: 429, headers });
    left -= 1;
    return Response.json({ data: [] });
  });
  const random = pseudoRandom();
  const all: TransportOptions = { apiKey: 'test-key-0123456789', fetch, logLevel: 'off', ...options };
  const { models } = bindResources(createTransport(all, { clock, random }));
  const outcomes = await Promise.allSettled(Array.from({ length: calls }, () => models.list()));
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as APIError] : [],
  );
  return { passed: calls - failures.length, failures, tookMs: clock.now() - start, fetch };
}

/** The same numbers in every run (Lehmer's generator). */
function pseudoRandom(): () => number {
  let state = 20_260_101;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const later = { 'retry-after': '1' };

describe('R15 of calls that a server with a limit of ten a second gets at once', () => {
  test('fifty pass, when it says when to come back', async () => {
    const { passed, tookMs } = await burst(50, later);

    expect(passed).toBe(50);
    // The last of them could pass after four seconds.
    expect(tookMs).toBeLessThan(8000);
  });

  test('nearly fifty pass, when it does not say', async () => {
    expect((await burst(50, {})).passed).toBeGreaterThan(45);
  });

  test('of a thousand most pass, when it says when to come back, and all with one retry more', async () => {
    const two = await burst(1000, later);
    const three = await burst(1000, later, { maxRetries: 3 });

    expect(two.passed).toBeGreaterThan(800);
    expect(three.passed).toBeGreaterThan(980);
    expect(three.tookMs).toBeLessThan(3 * 61_000);
  });

  test('of a thousand as many pass as its limit allows in the waits of eight seconds, when it does not say', async () => {
    const { passed, tookMs } = await burst(1000, {});

    // Ten at once, and ten in each of the seconds that two waits can take.
    expect(passed).toBeGreaterThan(130);
    expect(tookMs).toBeLessThan(2 * 8000 + 1);
  });

  test.each([
    ['with', later],
    ['without', {}],
  ])('those that fail say why, %s a time to come back', async (_, headers) => {
    const { failures } = await burst(1000, headers);

    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) {
      expect(failure).toMatchObject({
        name: 'RateLimitError',
        attempts: 3,
        notRetried: 'maxRetries',
        message: expect.stringMatching(/^429 Rate limit exceeded .*\. Gave up after 3 attempts$/),
      });
      expect(failure.stack).toContain('Gave up after 3 attempts');
    }
  });
});

test('R15 a call that is refused alone waits for no others', async () => {
  const { mistral, clock } = scripted([answer(429, later)]);

  await failureOf(mistral.models.list());
  await failureOf(mistral.models.list());

  expect(clock.waits).toEqual([1000, 1000, 1000, 1000]);
});

test('R15 the wait that the server asks for is jittered upwards, and never beyond what it may ask for', async () => {
  const waitsOf = async (retryAfter: string) => {
    const { clock } = scripted([answer(200)]);
    const fetch = async () => new Response('', { status: 429, headers: { 'retry-after': retryAfter } });
    const options: TransportOptions = { apiKey: 'test-key-0123456789', fetch, logLevel: 'off' };
    await failureOf(bindResources(createTransport(options, { clock, random: () => 0 })).models.list());
    return clock.waits;
  };

  expect(await waitsOf('1')).toEqual([1250, 1500]);
  expect(await waitsOf('60')).toEqual([60_000, 60_000]);
});

describe('R16 the retry budget', () => {
  const spent = { retryBudget: { burst: 0, perCall: 0 } } as const;

  test.each([
    ['429', 429, {}],
    ['429 with a time', 429, later],
    ['408', 408, {}],
    ['409 of a server that asks for a retry', 409, { 'x-should-retry': 'true' }],
    ['503 with a time', 503, { 'retry-after-ms': '100' }],
    ['500 of a server that asks for a retry', 500, { 'x-should-retry': 'true' }],
  ])('is not drawn on by status %s', async (_, status, headers) => {
    const { mistral } = scripted([answer(status, headers), answer(200)], spent);

    expect((await mistral.models.list().withResponse()).attempts).toBe(2);
  });

  test.each([
    ['a status from 500 on', answer(503)],
    ['a connection error', new TypeError('fetch failed')],
    ['an answer that is cut off', () => new Response('{"data":[')],
  ])('is drawn on by %s, and the error says so', async (_, line) => {
    const { mistral } = scripted([line], spent);

    expect(await failureOf(mistral.models.list())).toMatchObject({
      attempts: 1,
      retryable: true,
      notRetried: 'retryBudget',
      message: expect.stringMatching(
        /\. Not retried: so many requests failed that .* `retryBudget` is spent$/,
      ),
    });
  });

  test('lets a burst of a hundred retries pass, and no more', async () => {
    const { mistral, fetch } = scripted([answer(503)], { maxRetries: 1, retryBudget: { perCall: 0 } });

    await Promise.all(Array.from({ length: 150 }, () => failureOf(mistral.models.list())));

    expect(fetch).toHaveBeenCalledTimes(150 + 100);
  });

  test.each([[null], [5], [true], [{ burst: -1 }], [{ perCall: NaN }], [{ retries: 3 }]])(
    'of %j is refused',
    (retryBudget) => {
      // The types refuse it, and JavaScript does not.
      const options = { apiKey: 'test-key-0123456789', retryBudget } as unknown as TransportOptions;

      expect(() => new Mistral(options)).toThrow('`retryBudget` must be `false`, or an object');
    },
  );
});

test('R17 an error whose call could not be retried for another reason says which', async () => {
  const tooLong = scripted([answer(429, { 'retry-after': '61' })]);
  const once = scripted([answer(429)], { maxRetries: 0 });
  const forGood = scripted([answer(400)]);

  expect(await failureOf(tooLong.mistral.models.list())).toMatchObject({
    notRetried: 'maxRetryAfterMs',
    message: expect.stringMatching(
      /Not retried: the server asks for 61000 ms, more than `retry.maxRetryAfterMs`, which is 60000$/,
    ),
  });
  expect(await failureOf(once.mistral.models.list())).toMatchObject({
    notRetried: 'maxRetries',
    message: expect.not.stringContaining('Gave up'),
  });
  expect(await failureOf(forGood.mistral.models.list())).not.toHaveProperty('notRetried');
});
