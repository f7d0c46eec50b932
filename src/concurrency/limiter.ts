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
   * How many requests may be under way at once, while the API is content.
   *
   * @default 16
   */
  readonly maxConcurrency?: number | undefined;
  /**
   * How many requests may be sent in a second, evenly spaced; below 1 for fewer, such as 0.5 for one in two seconds.
   *
   * @default no limit but what the API says
   */
  readonly requestsPerSecond?: number | undefined;
  /**
   * How many tokens the requests of a minute may take. What one takes is estimated before it is sent: a token for four
   * characters of its texts, and its `max_tokens`. Where the headers of the response say what it took, that counts.
   *
   * @default no limit but what the API says
   */
  readonly tokensPerMinute?: number | undefined;
  /**
   * The longest pause, in milliseconds, whatever the API asks for. After it, requests find out what holds now.
   *
   * @default 60000
   */
  readonly maxPauseMs?: number | undefined;
}

/** Holds requests back so that they stay within the account's limits. */
export interface Limiter {
  /** Put it among the `middleware` of each client that is to share the limits. */
  readonly middleware: Middleware;
  /** How many requests may be under way at once now: from 1 to `maxConcurrency`. */
  readonly concurrency: number;
  /** How many are under way. */
  readonly running: number;
  /** How many wait for their turn. */
  readonly waiting: number;
  /** How long nothing more will be sent, in milliseconds; 0 if there is no pause. */
  readonly pausedMs: number;
}

/**
 * Make a limiter, one for each account or API key, shared by all clients that use it.
 *
 * It is a middleware, so it sees every request of every method, retries too, and every answer's headers.
 *
 * - A 429, or a failure of the API with a `Retry-After`, pauses everybody for as long as that header says; without it
 *   for 1 s, and twice as long with each further one. From then on half as many requests may be under way. Each
 *   success brings that back up slowly, by one when as many succeeded as may be under way.
 * - `requestsPerSecond` and `tokensPerMinute` hold from the first request on, beside all that is learned.
 * - Where headers tell how many requests are left until a reset, no more are sent before it; the same when no token is.
 *
 * It sends nothing again itself: that remains with the retries of the client, which wait in the line like all others.
 * The time in the line counts into the `timeoutMs` of a call, and ends when the call is aborted. A streamed answer
 * counts as under way until it begins.
 *
 * @throws {ArgumentError} if an option does not exist or cannot be right.
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

  /** Grows by fractions; what counts is the whole number below. */
  let allowed = maxConcurrency;
  let running = 0;
  let pausedUntil = 0;
  /** 429s without a success between them. */
  let refusals = 0;
  /** Counts the pauses for 429s: many requests that are refused together are one reason to slow down. */
  let epoch = 0;
  /** What the headers told last: so many more requests until then. */
  let requestsLeft = Infinity;
  let resetsAt = 0;
  /** Who waits, and how many tokens each is to take. */
  const line = new Map<() => void, number>();
  let stopTimer = () => {};

  const concurrency = () => Math.floor(allowed);
  const pausedMs = () => Math.max(0, pausedUntil - clock.now());

  const pause = (ms: number) => {
    pausedUntil = Math.max(pausedUntil, clock.now() + Math.min(ms, maxPauseMs));
  };

  /** Lets go whoever may, and comes back when the pause is over. */
  const admit = () => {
    stopTimer();
    stopTimer = () => {};
    const waitMs = pausedMs();
    if (waitMs > 0) {
      if (line.size > 0) stopTimer = clock.after(waitMs, admit);
      return;
    }
    if (clock.now() >= resetsAt) requestsLeft = Infinity;
    for (const [go, tokens] of line) {
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
      line.delete(go);
      running += 1;
      requestsLeft -= 1;
      pace.take(tokens);
      go();
    }
  };

  const turn = (signal: AbortSignal, tokens: number) =>
    new Promise<void>((resolve, reject) => {
      const leave = () => {
        line.delete(go);
        // Without anybody in the line, no timer is needed.
        admit();
        reject(signal.reason as Error);
      };
      const go = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
      line.set(go, tokens);
      admit();
    });

  const learn = ({ status, headers }: Response, sentInEpoch: number, estimate: number) => {
    const now = clock.now();
    const retryAfterMs = retryAfterMsOf(headers, now);
    if (status === 429 || (status >= 500 && retryAfterMs !== undefined)) {
      // What was sent before the last pause tells nothing new, except for how long to wait.
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
      return line.size;
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
