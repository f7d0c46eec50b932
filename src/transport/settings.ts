import { ArgumentError } from '../errors/argument-error.js';
import { longestDelayMs } from '../internal/clock.js';
import { checkRetryPolicy, defaultRetryPolicy, type RetryPolicy } from './retry-policy.js';

/** What can be set for a whole client, and otherwise for one call. */
export interface Settings {
  /**
   * How long one attempt may take, from the request to the end of the answer. For a stream, and for a
   * download, until the answer begins; a download also fails when nothing arrives for so long.
   *
   * @default 600000
   */
  readonly timeoutMs?: number | undefined;
  /**
   * How long a stream may take from the beginning of the answer to its first event.
   *
   * @default 600000
   */
  readonly firstEventTimeoutMs?: number | undefined;
  /**
   * How long a stream may be silent between two events. Comments that keep the connection alive do not count.
   *
   * @default 600000
   */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * How often a failed request is sent again: after a connection error, a timeout, or status 408, 429, 500,
   * 502, 503 or 504, unless the server says otherwise (`x-should-retry`). Nothing is sent again once data was
   * handed out.
   *
   * @default 2
   */
  readonly maxRetries?: number | undefined;
  /** How long the waits between attempts are. */
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

/** {@link Settings} with nothing left out. */
export type CompleteSettings = Required<Omit<Settings, 'retry'>> & { readonly retry: RetryPolicy };

/** Lay settings over others; `undefined` leaves what is below. */
export function mergeSettings(below: CompleteSettings, above: Settings): CompleteSettings {
  if (settingNames.every((name) => above[name] === undefined)) return below;
  return { ...layOver(below, above), retry: layOver(below.retry, above.retry ?? {}) };
}

const layOver = <T extends object>(below: T, above: { readonly [Name in keyof T]?: unknown }): T =>
  Object.fromEntries(
    Object.entries(below).map(([name, value]) => [name, above[name as keyof T] ?? value]),
  ) as T;

/**
 * @param owner - Whose settings they are, for the message.
 * @throws {ArgumentError} for a time that no timer can wait, or a count that is none.
 */
export function checkSettings(owner: string, settings: Settings): void {
  for (const name of ['timeoutMs', 'firstEventTimeoutMs', 'idleTimeoutMs'] as const) {
    const value: unknown = settings[name];
    if (value === undefined) continue;
    if (!(typeof value === 'number' && value > 0 && value <= longestDelayMs)) {
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
