import { ArgumentError } from '../errors/argument-error.js';
import { isTimeoutMs, longestDelayMs } from '../internal/clock.js';
import { checkRetryPolicy, defaultRetryPolicy, type RetryPolicy } from './retry-policy.js';

/** Options of a client that one call can override. */
export interface Settings {
  /**
   * Timeout of one attempt, from the request to the end of the response. For a stream and a download, until the response
   * starts; a download also fails if it is idle for that long.
   *
   * @default 600000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Timeout for the first event of a stream, from the start of the response.
   *
   * @default 600000
   */
  readonly firstEventTimeoutMs?: number | undefined;
  /**
   * Timeout between two events of a stream. Keep-alive comments do not count as events.
   *
   * @default 600000
   */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * Maximum number of retries: after a connection error, a timeout, or status 408, 429, 500, 502, 503 or 504, unless the
   * server says otherwise (`x-should-retry`). There are no retries after the first data of a response was returned.
   *
   * @default 2
   */
  readonly maxRetries?: number | undefined;
  /** The delays between attempts. */
  readonly retry?: Partial<RetryPolicy> | undefined;
}

const tenMinutesMs = 600_000;

export const defaultSettings = {
  timeoutMs: tenMinutesMs,
  firstEventTimeoutMs: tenMinutesMs,
  idleTimeoutMs: tenMinutesMs,
  maxRetries: 2,
  retry: defaultRetryPolicy,
} as const satisfies Settings;

/** Names of {@link Settings}. */
export const settingNames = /* @__PURE__ */ Object.keys(defaultSettings) as readonly (keyof Settings)[];

/** {@link Settings} with all defaults. */
export type CompleteSettings = Required<Omit<Settings, 'retry'>> & { readonly retry: RetryPolicy };

/** Merge settings over others; `undefined` keeps the other. */
export function mergeSettings(below: CompleteSettings, above: Settings): CompleteSettings {
  if (settingNames.every((name) => above[name] === undefined)) return below;
  return { ...layOver(below, above), retry: layOver(below.retry, above.retry ?? {}) };
}

const layOver = <T extends object>(below: T, above: { readonly [Name in keyof T]?: unknown }): T =>
  Object.fromEntries(
    Object.entries(below).map(([name, value]) => [name, above[name as keyof T] ?? value]),
  ) as T;

/**
 * @param owner - Names the function in messages.
 * @throws {ArgumentError} for a duration that is not possible for a timer, or an invalid count.
 */
export function checkSettings(owner: string, settings: Settings): void {
  for (const name of ['timeoutMs', 'firstEventTimeoutMs', 'idleTimeoutMs'] as const) {
    const value: unknown = settings[name];
    if (value === undefined) continue;
    if (!isTimeoutMs(value)) {
      throw new ArgumentError(
        `${owner}: \`${name}\` must be a number of milliseconds above 0 and up to ${longestDelayMs}, which is 24 days`,
      );
    }
  }
  const { maxRetries, retry } = settings;
  if (maxRetries !== undefined && !(Number.isInteger(maxRetries) && maxRetries >= 0)) {
    throw new ArgumentError(`${owner}: \`maxRetries\` must be 0 or a positive integer`);
  }
  if (retry !== undefined) checkRetryPolicy(owner, retry);
}
