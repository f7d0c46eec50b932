/** The state of one limit. Each number is `undefined` if the server does not report it. */
export interface Quota {
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  /** Time until the limit resets, in milliseconds. */
  readonly resetMs: number | undefined;
}

/** The limits of an account, from the headers of a response. */
export interface RateLimit {
  /** Requests per minute. */
  readonly requests: Quota | undefined;
  /** Tokens per minute. */
  readonly tokens: Quota | undefined;
  /** Tokens per month. */
  readonly tokensPerMonth: Quota | undefined;
  /** Tokens that this call used. */
  readonly tokensUsed: number | undefined;
}

/** Read the headers that Mistral sends or used to send, and the common variants of other hosts of its models. */
export function rateLimitOf(headers: Headers): RateLimit | undefined {
  const limits: RateLimit = {
    requests: quotaOf(headers, [
      'x-ratelimit-*-req-minute',
      'x-ratelimit-*-requests-minute',
      'x-ratelimit-*-requests',
      'x-ratelimit-*',
      'ratelimit-*',
    ]),
    tokens: quotaOf(headers, [
      'x-ratelimit-*-tokens-minute',
      'x-ratelimit-*-tokens',
      'x-ratelimitbysize-*-minute',
      'ratelimitbysize-*',
    ]),
    tokensPerMonth: quotaOf(headers, ['x-ratelimit-*-tokens-month', 'x-ratelimitbysize-*-month']),
    tokensUsed: firstNumber(headers, ['x-ratelimit-tokens-query-cost', 'ratelimitbysize-query-cost']),
  };
  return Object.values(limits).some((value) => value !== undefined) ? limits : undefined;
}

/** @param names - Names of headers, with `*` for `limit`, `remaining` and `reset`; the first that exists counts. */
function quotaOf(headers: Headers, names: readonly string[]): Quota | undefined {
  const read = (what: string) =>
    firstNumber(
      headers,
      names.map((name) => name.replace('*', what)),
    );
  const [limit, remaining, resetSeconds] = [read('limit'), read('remaining'), read('reset')];
  if (limit === undefined && remaining === undefined) return undefined;
  return { limit, remaining, resetMs: resetSeconds === undefined ? undefined : resetSeconds * 1000 };
}

function firstNumber(headers: Headers, names: readonly string[]): number | undefined {
  for (const name of names) {
    const text = headers.get(name)?.trim();
    if (text && /^\d+(\.\d+)?$/.test(text)) return Number(text);
  }
  return undefined;
}
