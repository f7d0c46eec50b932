import { callSafely } from '../internal/call-safely.js';
import { truncateUtf8 } from '../internal/truncate-utf8.js';
import { redacted, type Scrub } from '../internal/scrub.js';
import type { Clock } from '../internal/clock.js';
import { requestIdOf } from '../errors/api-error.js';
import { isStreamed, routeOf, type RequestBody, type Send } from './send.js';

/** Where the client logs; `console` is one. */
export interface Logger {
  error(message: string): void;
  warn(message: string): void;
  info(message: string): void;
  debug(message: string): void;
}

/** From nothing to everything; each level includes those before it. */
export const logLevels = ['off', 'error', 'warn', 'info', 'debug'] as const;

export type LogLevel = (typeof logLevels)[number];

const disabled = () => undefined;

/** The logger with the levels above the given one disabled. */
export function atLevel(logger: Logger, level: LogLevel): Logger {
  const wanted = logLevels.indexOf(level);
  const from = (name: Exclude<LogLevel, 'off'>) =>
    logLevels.indexOf(name) <= wanted
      ? (message: string) => callSafely(() => logger[name](`[mistral-sdk] ${message}`))
      : disabled;
  return { error: from('error'), warn: from('warn'), info: from('info'), debug: from('debug') };
}

/** One line per request at `info`; its headers and the beginning of its body at `debug`. */
export function withLog(log: Logger, clock: Clock, send: Send): Send {
  if (log.info === disabled && log.debug === disabled) return send;
  return async (call, attempt) => {
    // Servers may echo secrets, also in otherwise harmless headers.
    const debug = (line: string) => log.debug(attempt.scrub(line));
    const info = (line: string) => log.info(attempt.scrub(line));
    const number = `attempt ${attempt.attempt}`;
    const start = clock.now();
    const took = () => `in ${clock.now() - start} ms (${number})`;
    const route = routeOf(call);
    debug(`${route} ${number}: sending ${headersOf(call.headers)} ${bodyOf(call.body, attempt.scrub)}`);
    try {
      const response = await send(call, attempt);
      const id = requestIdOf(response.headers);
      info(`${route} → ${response.status} ${took()}${id ? `, request id ${id}` : ''}`);
      debug(`${route} ${number}: received ${headersOf(response.headers)}`);
      return response;
    } catch (error) {
      info(`${route} → no response ${took()}: ${error instanceof Error ? error.name : typeof error}`);
      throw error;
    }
  };
}

/** Headers that are never secret. Others are not logged. */
const shown = new Set([
  'accept',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'idempotency-key',
  'mistral-correlation-id',
  'retry-after',
  'retry-after-ms',
  'server',
  'transfer-encoding',
  'x-kong-request-id',
  'x-kong-upstream-latency',
  'x-request-id',
  'x-retry-count',
  'x-should-retry',
]);

const isShown = (name: string): boolean => shown.has(name) || /^(x-)?ratelimit/.test(name);

const headersOf = (headers: Headers): string =>
  JSON.stringify(
    Object.fromEntries([...headers].map(([name, value]) => [name, isShown(name) ? value : redacted])),
  );

const longestBody = 1024;

function bodyOf(body: RequestBody | undefined, scrub: Scrub): string {
  if (body === undefined) return 'without a body';
  // Scrubbed before it is truncated: half of a key would not be recognized.
  if (typeof body === 'string') return truncateUtf8(scrub(body), longestBody);
  if (body instanceof FormData) return 'a form';
  const length = isStreamed(body) ? body.byteLength : body.size;
  return `${length ?? 'an unknown number of'} bytes`;
}
