import { checkCount, checkStatus } from './check-options.js';
import { callsOf, MockBehaviour } from './mock-behaviour.js';

export interface FailWithOptions {
  /**
   * How often, before the answer comes through.
   *
   * @default Infinity
   */
  readonly times?: number;
  /**
   * Sent as JSON; a string is sent as text.
   *
   * @default an error as the API writes it
   */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * An error of the API, always or a few times.
 *
 * The client tries again what may succeed, after a wait; `maxRetries: 0` spares a test both.
 *
 * @param answer - What comes after `times`; the usual answer if it is left out.
 * @throws {ArgumentError} for a status that no error has, or a number of times that is none.
 */
export function failWith<Answer = never>(
  status: number,
  { times = Infinity, body = errorOf(status), headers = {} }: FailWithOptions = {},
  answer?: Answer,
): MockBehaviour<Answer> {
  checkStatus('failWith()', status);
  if (times !== Infinity) checkCount('failWith()', 'times', times, 1);
  const refuse = (): Response =>
    typeof body === 'string'
      ? new Response(body, { status, headers })
      : Response.json(body, { status, headers });
  return new MockBehaviour(times === Infinity ? 1 : times + callsOf(answer), async (turn) =>
    turn.number <= times ? refuse() : turn.answer(answer, turn.number - times),
  );
}

export interface RateLimitOptions {
  /**
   * How many calls are refused.
   *
   * @default 1
   */
  readonly times?: number;
  /**
   * For the header `Retry-After`.
   *
   * @default 0
   */
  readonly retryAfterSeconds?: number;
}

/**
 * The API's refusal of calls that come too fast, with `Retry-After`, a few times; then the answer.
 *
 * @param answer - The usual answer if it is left out.
 * @throws {ArgumentError} for a number that is none.
 */
export function rateLimit<Answer = never>(
  { times = 1, retryAfterSeconds = 0 }: RateLimitOptions = {},
  answer?: Answer,
): MockBehaviour<Answer> {
  checkCount('rateLimit()', 'times', times, 1);
  checkCount('rateLimit()', 'retryAfterSeconds', retryAfterSeconds, 0);
  return failWith(429, { times, headers: { 'retry-after': String(retryAfterSeconds) } }, answer);
}

const messages: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Requests rate limit exceeded',
  500: 'Internal Server Error',
  503: 'Service unavailable',
};

const errorOf = (status: number): object => ({
  object: 'error',
  message: messages[status] ?? 'The mock fails',
  type: status === 429 ? 'rate_limited' : status < 500 ? 'invalid_request_error' : 'internal_server_error',
  param: null,
  code: null,
});

/** What `fetch` throws when a connection is reset. */
export const connectionReset = (): TypeError =>
  new TypeError('fetch failed', {
    cause: Object.assign(new Error('The mock reset the connection'), { code: 'ECONNRESET' }),
  });

/** Whether the mock means its caller to lose the connection. */
export const isConnectionReset = (error: unknown): boolean =>
  error instanceof TypeError && (error.cause as { code?: unknown } | undefined)?.code === 'ECONNRESET';
