/** What is left of one limit. Each number is `undefined` where the server does not tell it. */
export interface Quota {
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  /** Until it is full again, in milliseconds. */
  readonly resetMs: number | undefined;
}

/** The limits of an account, as an answer's headers tell them. */
export interface RateLimit {
  /** Requests a minute. */
  readonly requests: Quota | undefined;
  /** Tokens a minute. */
  readonly tokens: Quota | undefined;
  /** Tokens a month. */
  readonly tokensPerMonth: Quota | undefined;
  /** What this call took of the tokens. */
  readonly tokensUsed: number | undefined;
}

/** Read the headers that Mistral sends, or has sent, and the common forms of the hosts that serve its models. */
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

/** @param names - Names of headers, with `*` for `limit`, `remaining` and `reset`; the first that is there counts. */
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
