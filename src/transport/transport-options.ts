import { ArgumentError } from '../errors/argument-error.js';
import { environmentVariable, isBrowser } from '../internal/environment.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';
import { checkedKey, type ApiKey, type KeyOption } from './authorization.js';
import { readBaseURL } from './base-url.js';
import { checkedFetchOptions, type FetchOptions } from './fetch-options.js';
import { noEnvironmentKey, refuseMixedHosts } from './host-key.js';
import { mergeHeaders, type HeadersInput } from './headers.js';
import { atLevel, logLevels, type Logger, type LogLevel } from './log.js';
import type { Middleware } from './middleware.js';
import type { Observer } from './observer.js';
import type { RedirectMode } from './redirects.js';
import type { RetryBudgetOptions } from './retry-budget.js';
import type { Fetch } from './send.js';
import {
  checkSettings,
  defaultSettings,
  mergeSettings,
  settingNames,
  type CompleteSettings,
  type Settings,
} from './settings.js';

export interface TransportOptions extends Settings {
  /**
   * The API key, or a function that supplies it, called for each attempt to send a request.
   *
   * @default the environment variable MISTRAL_API_KEY, read with each call
   */
  readonly apiKey?: ApiKey | undefined;
  /**
   * The key of an administrator, for the operations that need one. Like `apiKey`, it may be a function.
   *
   * @default the environment variable MISTRAL_ADMIN_API_KEY, read with each call that needs it
   */
  readonly adminApiKey?: ApiKey | undefined;
  /**
   * Base URL of the API; a trailing `/v1` makes no difference. Its path is kept as a prefix.
   *
   * @default the environment variable MISTRAL_BASE_URL, or 'https://api.mistral.ai'
   */
  readonly baseURL?: string | undefined;
  /**
   * Replaces the runtime's `fetch`; called as `fetch(url, init)`.
   *
   * @default globalThis.fetch
   */
  readonly fetch?: Fetch | undefined;
  /** Passed to `fetch` with every request; those of a call take precedence. */
  readonly fetchOptions?: FetchOptions | undefined;
  /** Sent with every request; headers of a call take precedence. */
  readonly headers?: HeadersInput | undefined;
  /** Functions around each attempt to send a request; the first is the outermost. */
  readonly middleware?: readonly Middleware[] | undefined;
  /** Called once for each call with all its attempts; `mistral-sdk/otel` has one that traces. */
  readonly observer?: Observer | undefined;
  /**
   * Limits the retries of all calls of this client together after connection errors, timeouts and statuses from 500 on, so
   * that they do not make an outage worse: a burst of a hundred, then a tenth of the calls. Retries of refused calls (429), or
   * when the server says when to retry (`Retry-After`), do not count. `false` disables the limit.
   */
  readonly retryBudget?: RetryBudgetOptions | false | undefined;
  /**
   * Maximum size of a JSON response, in bytes after decompression.
   *
   * @default 67108864
   */
  readonly maxResponseBytes?: number | undefined;
  /**
   * Maximum size of an event of a stream, and of one of its lines, in characters (at most one per byte). `Infinity` disables
   * the limit.
   *
   * @default 33554432
   */
  readonly maxEventBytes?: number | undefined;
  /**
   * Redirects are errors; with `same-origin`, those on the same origin that repeat the request (307, 308) are followed.
   *
   * @default 'error'
   */
  readonly redirect?: RedirectMode | undefined;
  /**
   * Where log lines go.
   *
   * @default console
   */
  readonly logger?: Logger | undefined;
  /**
   * How much is logged: at `info` one line per request, at `debug` also its headers and the beginning of its body. Keys are
   * never logged.
   *
   * @default the environment variable MISTRAL_LOG, or 'warn'
   */
  readonly logLevel?: LogLevel | undefined;
  /** Allow an `http:` base URL on other hosts than localhost. The key is then sent unencrypted. */
  readonly dangerouslyAllowHTTP?: boolean | undefined;
  /** Allow the client in a page, where every visitor can read the key. */
  readonly dangerouslyAllowBrowser?: boolean | undefined;
}

const ownNames = [
  'apiKey',
  'adminApiKey',
  'baseURL',
  'fetch',
  'fetchOptions',
  'headers',
  'middleware',
  'observer',
  'retryBudget',
  'maxResponseBytes',
  'maxEventBytes',
  'redirect',
  'logger',
  'logLevel',
  'dangerouslyAllowHTTP',
  'dangerouslyAllowBrowser',
] as const satisfies readonly (keyof TransportOptions)[];

/** Names of {@link TransportOptions}. Without a spread, which bundlers would keep in programs that do not use it. */
export const transportOptionNames = /* @__PURE__ */ ([] as (keyof TransportOptions)[]).concat(
  ownNames,
  settingNames,
);

/** The checked options with their defaults. */
export interface TransportConfig {
  /** `undefined`: from the environment. */
  readonly keys: Readonly<Record<KeyOption, ApiKey | undefined>>;
  readonly baseURL: string;
  readonly fetch: Fetch;
  readonly fetchOptions: FetchOptions;
  readonly headers: HeadersInput;
  readonly middleware: readonly Middleware[];
  readonly observer: Observer | undefined;
  readonly maxResponseBytes: number;
  readonly maxEventBytes: number;
  readonly redirect: RedirectMode;
  readonly log: Logger;
  readonly settings: CompleteSettings;
}

const mistaken = {
  serverURL: 'baseURL',
  defaultHeaders: 'headers',
  timeout: 'timeoutMs',
  retries: 'maxRetries',
  maxRetry: 'maxRetries',
  retryConfig: 'retry',
  httpClient: 'fetch',
  httpAgent: 'fetchOptions: { dispatcher }',
  debugLogger: 'logger',
};

const owner = 'The client';

/** @throws {ArgumentError} for an unknown or invalid option. */
export function readTransportOptions(options: TransportOptions): TransportConfig {
  // JavaScript callers may pass anything.
  if (!isRecord(options as unknown))
    throw new ArgumentError(`${owner} takes an object of options, such as \`{ apiKey: 'your-key' }\``);
  const unknown = unknownKey(options, transportOptionNames, owner, mistaken);
  if (unknown) throw new ArgumentError(unknown);
  if (isBrowser() && options.dangerouslyAllowBrowser !== true) {
    throw new ArgumentError(
      'This is a browser, where every visitor could read the API key. Call the API from a server, or pass `dangerouslyAllowBrowser: true` if the key is one that visitors may have',
    );
  }
  checkSettings(owner, options);
  // Checked now, not with the first request.
  const headers = mergeHeaders(options.headers);
  refuseMixedHosts(options);
  return {
    keys: {
      apiKey: readKey('apiKey', options.apiKey),
      adminApiKey: readKey('adminApiKey', options.adminApiKey) ?? noEnvironmentKey(options, 'adminApiKey'),
    },
    baseURL: readBaseURL(options.baseURL, options.dangerouslyAllowHTTP === true),
    fetch: readFetch(options.fetch),
    fetchOptions: { ...checkedFetchOptions(owner, options.fetchOptions) },
    headers,
    middleware: readMiddleware(options.middleware),
    observer: readObserver(options.observer),
    maxResponseBytes: readMaxBytes('maxResponseBytes', options.maxResponseBytes ?? 64 * megabyte),
    maxEventBytes: readMaxBytes('maxEventBytes', options.maxEventBytes ?? 32 * megabyte),
    redirect: oneOf('redirect', options.redirect, ['error', 'same-origin']) ?? 'error',
    log: readLog(options),
    settings: mergeSettings(defaultSettings, options),
  };
}

function readKey(option: KeyOption, key: ApiKey | undefined): ApiKey | undefined {
  return key === undefined || typeof key === 'function' ? key : checkedKey(option, key);
}

function readFetch(given: Fetch | undefined): Fetch {
  if (given !== undefined && typeof given !== 'function') {
    throw new ArgumentError(`${owner}: \`fetch\` must be a function that is called as \`fetch(url, init)\``);
  }
  // Read for each request, so that a later patch of the global is used, too.
  return given ?? ((url, init) => globalThis.fetch(url, init));
}

function readMiddleware(given: readonly Middleware[] = []): readonly Middleware[] {
  if (!Array.isArray(given) || given.some((layer) => typeof layer !== 'function')) {
    throw new ArgumentError(
      `${owner}: \`middleware\` must be a list of functions \`(request, next, context) => Promise<Response>\``,
    );
  }
  return [...given];
}

function readObserver(given: Observer | undefined): Observer | undefined {
  if (given === undefined || typeof given === 'function') return given;
  throw new ArgumentError(
    `${owner}: \`observer\` must be a function, such as \`openTelemetry()\` of mistral-sdk/otel makes`,
  );
}

const megabyte = 1024 * 1024;

function readMaxBytes(name: 'maxResponseBytes' | 'maxEventBytes', given: number): number {
  if (typeof given === 'number' && given > 0) return given;
  throw new ArgumentError(`${owner}: \`${name}\` must be a number of bytes above 0`);
}

/** @throws {ArgumentError} for an invalid option. */
export function readLog({ logger = console, logLevel }: TransportOptions): Logger {
  const level = oneOf('logLevel', logLevel, logLevels);
  if (level) return atLevel(logger, level);
  const wanted = environmentVariable('MISTRAL_LOG');
  const known = logLevels.find((name) => name === wanted);
  const log = atLevel(logger, known ?? 'warn');
  // A wrong environment variable must not stop the program.
  if (wanted !== undefined && !known)
    log.warn(`MISTRAL_LOG must be one of ${logLevels.join(', ')}; it is ignored`);
  return log;
}

function oneOf<T extends string>(name: string, given: T | undefined, allowed: readonly T[]): T | undefined {
  if (given === undefined || allowed.includes(given)) return given;
  throw new ArgumentError(`${owner}: \`${name}\` must be one of ${allowed.join(', ')}`);
}
