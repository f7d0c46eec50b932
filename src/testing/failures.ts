import { checkCount, checkOptions, checkStatus } from './check-options.js';
import { callsOf, MockBehaviour } from './mock-behaviour.js';

export interface FailWithOptions {
  /**
   * How many calls fail before one succeeds.
   *
   * @default Infinity
   */
  readonly times?: number;
  /**
   * Sent as JSON; a string is sent as text.
   *
   * @default an error in the API's format
   */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * An error of the API, always or a few times.
 *
 * The client retries some statuses, with backoff; `maxRetries: 0` turns that off in a test.
 *
 * @param response - The response after `times` failures; the default response if omitted.
 * @throws {ArgumentError} if the status is not that of an error, or an option is invalid.
 */
export function failWith<Given = never>(
  status: number,
  options: FailWithOptions = {},
  response?: Given,
): MockBehaviour<Given> {
  checkStatus('failWith()', status);
  const known = { times: undefined, body: undefined, headers: undefined };
  checkOptions('failWith(status, options, response)', options, known, { message: 'body' });
  const { times = Infinity, body = errorOf(status), headers = {} } = options;
  if (times !== Infinity) checkCount('failWith()', 'times', times, 1);
  const refuse = (): Response =>
    typeof body === 'string'
      ? new Response(body, { status, headers })
      : Response.json(body, { status, headers });
  return new MockBehaviour(times === Infinity ? 1 : times + callsOf(response), async (turn) =>
    turn.number <= times ? refuse() : turn.resolve(response, turn.number - times),
  );
}

export interface RateLimitOptions {
  /**
   * How many calls are rate limited.
   *
   * @default 1
   */
  readonly times?: number;
  /**
   * Value of the header `Retry-After`.
   *
   * @default 0
   */
  readonly retryAfterSeconds?: number;
}

/**
 * The API's 429 with `Retry-After`, a few times; then the response.
 *
 * @param response - The default response if omitted.
 * @throws {ArgumentError} if an option is invalid.
 */
export function rateLimit<Given = never>(
  options: RateLimitOptions = {},
  response?: Given,
): MockBehaviour<Given> {
  const known = { times: undefined, retryAfterSeconds: undefined };
  checkOptions('rateLimit(options, response)', options, known, { retryAfter: 'retryAfterSeconds' });
  const { times = 1, retryAfterSeconds = 0 } = options;
  checkCount('rateLimit()', 'times', times, 1);
  checkCount('rateLimit()', 'retryAfterSeconds', retryAfterSeconds, 0);
  return failWith(429, { times, headers: { 'retry-after': String(retryAfterSeconds) } }, response);
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

/** Whether the mock simulates a reset connection. */
export const isConnectionReset = (error: unknown): boolean =>
  error instanceof TypeError && (error.cause as { code?: unknown } | undefined)?.code === 'ECONNRESET';
