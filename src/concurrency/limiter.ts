import { retryAfterMsOf } from '../errors/retry-after.js';
import { rateLimitOf } from '../errors/rate-limit.js';
import { ArgumentError } from '../errors/argument-error.js';
import { longestDelayMs, systemClock, type Clock } from '../internal/clock.js';
import { unknownKey } from '../internal/unknown-key.js';
import type { Middleware } from '../transport/middleware.js';
import { checkCount } from './check-options.js';
import { estimateTokens } from './estimate-tokens.js';
import { Pace } from './pace.js';

/** Options of {@link createLimiter}. */
export interface LimiterOptions {
  /**
   * Maximum number of concurrent requests, if the API does not refuse any.
   *
   * @default 16
   */
  readonly maxConcurrency?: number | undefined;
  /**
   * Maximum number of requests per second, evenly spaced; may be below 1, such as 0.5 for one in two seconds.
   *
   * @default no limit but what the API says
   */
  readonly requestsPerSecond?: number | undefined;
  /**
   * Maximum number of tokens per minute. The tokens of a request are estimated before it is sent: one per four characters of
   * its texts, and its `max_tokens`. If the headers of the response have the actual number, that counts.
   *
   * @default no limit but what the API says
   */
  readonly tokensPerMinute?: number | undefined;
  /**
   * The longest pause in milliseconds, whatever the API asks for.
   *
   * @default 60000
   */
  readonly maxPauseMs?: number | undefined;
}

/** Delays requests so that they stay within the account's limits. */
export interface Limiter {
  /** Add it to the `middleware` of each client that shares the limits. */
  readonly middleware: Middleware;
  /** Current limit of concurrent requests: from 1 to `maxConcurrency`. */
  readonly concurrency: number;
  /** Number of running requests. */
  readonly running: number;
  /** Number of waiting requests. */
  readonly waiting: number;
  /** Remaining time of the current pause in milliseconds; 0 if there is none. */
  readonly pausedMs: number;
}

/**
 * Make a limiter, one for each account or API key, shared by all clients that use it.
 *
 * It is a middleware, so it gets every request of every method, including retries, and the headers of every response.
 *
 * - A 429, or a failure of the API with a `Retry-After`, pauses all requests for the time in that header; without it, for
 *   1 s, doubled with each further one. It also halves the limit of concurrent requests. Successes raise the limit slowly, by
 *   one after as many successes as the limit.
 * - `requestsPerSecond` and `tokensPerMinute` apply from the first request on, in addition.
 * - If headers tell how many requests remain until a reset, no more are sent before it; the same if no tokens remain.
 *
 * It does not retry itself: the retries of the client wait in the same queue. The time in the queue counts towards the
 * `timeoutMs` of a call, and ends when the call is aborted. A streamed response counts as running until it starts.
 *
 * @throws {ArgumentError} for an unknown or invalid option.
 *
 * @example
 * ```ts
 * import { Mistral } from 'mistral-sdk';
 * import { createLimiter } from 'mistral-sdk/concurrency';
 *
 * const limiter = createLimiter({ maxConcurrency: 8 });
 * const mistral = new Mistral({ middleware: [limiter.middleware], retryBudget: false });
 *
 * await mistral.models.list();
 * console.log(limiter.concurrency, limiter.waiting);
 * ```
 */
export function createLimiter(
  options: LimiterOptions = {},
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Limiter {
  const unknown = unknownKey(options, optionNames, owner, { concurrency: 'maxConcurrency' });
  if (unknown) throw new ArgumentError(unknown);
  const { maxConcurrency = 16, maxPauseMs = 60_000, requestsPerSecond, tokensPerMinute } = options;
  checkCount(owner, 'maxConcurrency', maxConcurrency);
  for (const [name, rate] of Object.entries({ requestsPerSecond, tokensPerMinute }))
    if (rate !== undefined && !(typeof rate === 'number' && rate > 0))
      throw new ArgumentError(`${owner}: \`${name}\` must be a number above 0`);
  const pace = new Pace(clock.now(), requestsPerSecond, tokensPerMinute);
  if (!(typeof maxPauseMs === 'number' && maxPauseMs >= 0 && maxPauseMs <= longestDelayMs))
    throw new ArgumentError(`${owner}: \`maxPauseMs\` must be a number from 0 to ${longestDelayMs}`);

  /** Grows by fractions; its integer part is the limit. */
  let allowed = maxConcurrency;
  let running = 0;
  let pausedUntil = 0;
  /** Consecutive 429s without a success. */
  let refusals = 0;
  /** Counts the pauses for 429s: many requests that are refused together slow down only once. */
  let epoch = 0;
  /** The latest limit in headers: the remaining requests until a time. */
  let requestsLeft = Infinity;
  let resetsAt = 0;
  /** The waiting requests, with their estimated tokens. */
  const queue = new Map<() => void, number>();
  let stopTimer = () => {};

  const concurrency = () => Math.floor(allowed);
  const pausedMs = () => Math.max(0, pausedUntil - clock.now());

  const pause = (ms: number) => {
    pausedUntil = Math.max(pausedUntil, clock.now() + Math.min(ms, maxPauseMs));
  };

  /** Starts the requests that may be sent, and sets a timer for the end of a pause. */
  const admit = () => {
    stopTimer();
    stopTimer = () => {};
    const waitMs = pausedMs();
    if (waitMs > 0) {
      if (queue.size > 0) stopTimer = clock.after(waitMs, admit);
      return;
    }
    if (clock.now() >= resetsAt) requestsLeft = Infinity;
    for (const [start, tokens] of queue) {
      if (requestsLeft <= 0) {
        pause(resetsAt - clock.now());
        return admit();
      }
      if (running >= concurrency()) return;
      const paceMs = pace.waitMs(clock.now(), tokens);
      if (paceMs > 0) {
        stopTimer = clock.after(paceMs, admit);
        return;
      }
      queue.delete(start);
      running += 1;
      requestsLeft -= 1;
      pace.take(tokens);
      start();
    }
  };

  const turn = (signal: AbortSignal, tokens: number) =>
    new Promise<void>((resolve, reject) => {
      const abort = () => {
        queue.delete(start);
        // No timer is needed for an empty queue.
        admit();
        reject(signal.reason as Error);
      };
      const start = () => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      queue.set(start, tokens);
      admit();
    });

  const learn = ({ status, headers }: Response, sentInEpoch: number, estimate: number) => {
    const now = clock.now();
    const retryAfterMs = retryAfterMsOf(headers, now);
    if (status === 429 || (status >= 500 && retryAfterMs !== undefined)) {
      // A request that was sent before the last pause is only news if it asks for a longer wait.
      if (sentInEpoch === epoch) {
        allowed = Math.max(1, concurrency() / 2);
        refusals += 1;
        epoch += 1;
      }
      pause(retryAfterMs ?? firstPauseMs * 2 ** (refusals - 1));
    } else if (status < 400 && sentInEpoch === epoch) {
      refusals = 0;
      allowed = Math.min(maxConcurrency, allowed + 1 / allowed);
    }
    const { requests, tokens, tokensUsed } = rateLimitOf(headers) ?? {};
    pace.correct(estimate, tokensUsed);
    if (requests?.remaining !== undefined && requests.resetMs !== undefined) {
      requestsLeft = requests.remaining;
      resetsAt = now + Math.min(requests.resetMs, maxPauseMs);
    }
    if (tokens?.remaining === 0 && tokens.resetMs !== undefined) pause(tokens.resetMs);
  };

  return {
    async middleware(request, next, { signal }) {
      const tokens = tokensPerMinute === undefined ? 0 : estimateTokens(request.body);
      await turn(signal, tokens);
      const sentInEpoch = epoch;
      try {
        const response = await next(request);
        learn(response, sentInEpoch, tokens);
        return response;
      } finally {
        running -= 1;
        admit();
      }
    },
    get concurrency() {
      return concurrency();
    },
    get running() {
      return running;
    },
    get waiting() {
      return queue.size;
    },
    get pausedMs() {
      return pausedMs();
    },
  };
}

const optionNames = [
  'maxConcurrency',
  'requestsPerSecond',
  'tokensPerMinute',
  'maxPauseMs',
] as const satisfies readonly (keyof LimiterOptions)[];

const owner = 'createLimiter()';
const firstPauseMs = 1000;
