import { ArgumentError } from '../errors/argument-error.js';
import { isTimeoutMs } from '../internal/clock.js';
import { environmentVariable } from '../internal/environment.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';
import { checkRecording, type Redact } from '../spans/recording.js';
import { redaction } from '../spans/redaction.js';
import type { Attributes } from '../spans/span.js';
import { transportOptionNames, type TransportOptions } from '../transport/transport-options.js';
import type { QueueLimits } from './span-queue.js';

/** Where spans go, as for a client, and what is recorded. */
export interface StudioOptions extends Omit<TransportOptions, 'observer' | 'adminApiKey'> {
  /**
   * The URL that takes spans as OTLP over HTTP, in JSON; the API key is sent to it.
   *
   * @default the environment variable MISTRAL_OTLP_TRACES_ENDPOINT, or `/telemetry/v1/traces` of the base URL
   */
  readonly endpoint?: string | undefined;
  /**
   * The name of your service, by which spans can be filtered.
   *
   * @default the environment variable OTEL_SERVICE_NAME, or 'mistral-sdk'
   */
  readonly serviceName?: string | undefined;
  /** More about the service, for all spans: `deployment.environment.name`, `service.version`, … */
  readonly resourceAttributes?: Readonly<Record<string, string | number | boolean>> | undefined;
  /**
   * Record content of people and models: messages, instructions, tools with their arguments and results, and complete error
   * messages, which may quote these. The bytes of images and files are never recorded.
   *
   * @default false
   */
  readonly captureContent?: boolean | undefined;
  /**
   * Called with every text of a span before it is sent, including names and error messages. If it throws, the text is omitted.
   * `false` sends all as it is.
   *
   * @default redaction()
   */
  readonly redact?: Redact | false | undefined;
  /**
   * Spans that wait to be sent; those that end while so many wait are dropped, and counted.
   *
   * @default 2048
   */
  readonly maxQueuedSpans?: number | undefined;
  /**
   * The same for their size, in bytes.
   *
   * @default 16777216
   */
  readonly maxQueuedBytes?: number | undefined;
  /**
   * The most spans of a request.
   *
   * @default 512
   */
  readonly maxBatchSpans?: number | undefined;
  /**
   * How long a span waits for others before it is sent. Until then it keeps a process of Node alive, so that the spans of a
   * short program are not lost.
   *
   * @default 1000
   */
  readonly batchDelayMs?: number | undefined;
}

/** The checked options with their defaults. */
export interface StudioConfig {
  readonly transport: TransportOptions;
  /** A path below the base URL. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly resource: Attributes;
  readonly captureContent: boolean;
  readonly redact: Redact | undefined;
  readonly limits: QueueLimits;
}

const owner = 'studioTelemetry()';

const defaultLimits: QueueLimits = {
  maxQueuedSpans: 2048,
  maxQueuedBytes: 16 * 1024 * 1024,
  maxBatchSpans: 512,
  batchDelayMs: 1000,
};

const ownNames = [
  'endpoint',
  'serviceName',
  'resourceAttributes',
  'captureContent',
  'redact',
  'maxQueuedSpans',
  'maxQueuedBytes',
  'maxBatchSpans',
  'batchDelayMs',
] as const satisfies readonly (keyof StudioOptions)[];

/** @throws {ArgumentError} for an unknown or invalid option. */
export function readStudioOptions(options: StudioOptions): StudioConfig {
  const transportNames = transportOptionNames.filter((name) => name !== 'observer' && name !== 'adminApiKey');
  const unknown = unknownKey(options, [...ownNames, ...transportNames], owner, { observer: 'redact' });
  if (unknown) throw new ArgumentError(unknown);
  const {
    endpoint,
    serviceName,
    resourceAttributes = {},
    captureContent = false,
    redact = redaction(),
  } = options;
  checkRecording(owner, { captureContent, redact: redact === false ? undefined : redact });
  if (serviceName !== undefined && (typeof serviceName !== 'string' || serviceName === ''))
    throw new ArgumentError(`${owner}: \`serviceName\` must be a name`);
  if (
    !isRecord(resourceAttributes as unknown) ||
    !Object.values(resourceAttributes).every((value) =>
      ['string', 'number', 'boolean'].includes(typeof value),
    )
  )
    throw new ArgumentError(`${owner}: \`resourceAttributes\` must hold texts, numbers and booleans by name`);
  const given = Object.fromEntries(
    transportNames.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  ) as TransportOptions;
  const place = endpointOf(endpoint);
  return {
    transport: { timeoutMs: 10_000, ...given, ...(place && { baseURL: place.origin }) },
    path: place?.pathname ?? '/telemetry/v1/traces',
    query: Object.fromEntries(place?.searchParams ?? []),
    resource: {
      'service.name': serviceName ?? environmentVariable('OTEL_SERVICE_NAME') ?? 'mistral-sdk',
      'telemetry.sdk.name': 'mistral-sdk',
      ...resourceAttributes,
    },
    captureContent,
    redact: redact === false ? undefined : redact,
    limits: readLimits(options),
  };
}

function readLimits(options: StudioOptions): QueueLimits {
  const limits = { ...defaultLimits };
  for (const name of Object.keys(defaultLimits) as (keyof QueueLimits)[]) {
    const value = options[name];
    if (value === undefined) continue;
    const isValid =
      name === 'batchDelayMs' ? value === 0 || isTimeoutMs(value) : Number.isSafeInteger(value) && value > 0;
    if (!isValid)
      throw new ArgumentError(
        `${owner}: \`${name}\` must be ${name === 'batchDelayMs' ? 'a number of milliseconds' : 'a whole number above 0'}`,
      );
    limits[name] = value;
  }
  return limits;
}

/** A URL for spans alone. */
function endpointOf(endpoint: string | undefined): URL | undefined {
  const name = endpoint === undefined ? 'MISTRAL_OTLP_TRACES_ENDPOINT' : '`endpoint`';
  const given = endpoint ?? environmentVariable('MISTRAL_OTLP_TRACES_ENDPOINT');
  if (given === undefined) return undefined;
  // Never quoted, as it may hold credentials.
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || !/^\/[^/]/.test(url.pathname))
    throw new ArgumentError(
      `${owner}: ${name} must be a complete URL with a path, such as https://collector.example/v1/traces`,
    );
  if (url.username !== '' || url.password !== '')
    throw new ArgumentError(`${owner}: ${name} must not hold credentials; pass them in \`headers\``);
  return url;
}
