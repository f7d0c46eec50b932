import { describeThrown } from '../internal/describe-thrown.js';
import { environmentVariable } from '../internal/environment.js';
import { isRecord } from '../internal/is-record.js';
import { isPromise } from '../internal/until-aborted.js';
import type { Clock } from '../internal/clock.js';
import { requestRoute } from '../resources/request-route.js';
import { APIError } from '../errors/api-error.js';
import { ArgumentError } from '../errors/argument-error.js';
import { observeCall } from '../spans/observe-call.js';
import { observeTool, type TraceableTool } from '../spans/observe-tool.js';
import { recordFailure } from '../spans/record-failure.js';
import { redacted, type Recording, type Redact } from '../spans/recording.js';
import type { Attributes, SpanScope } from '../spans/span.js';
import type { Observer } from '../transport/observer.js';
import { createTransport } from '../transport/transport.js';
import { readLog } from '../transport/transport-options.js';
import { createActiveSpan } from './active-span.js';
import { RecordedSpan } from './recorded-span.js';
import { SpanQueue } from './span-queue.js';
import { readStudioOptions, type StudioOptions } from './studio-options.js';
import { writeSpans } from './write-spans.js';

/** An observer of a client, and what else there is to trace and to send. */
export interface StudioTelemetry extends Observer {
  /** Spans that were not sent: the queue was full, the server refused them, or they ended after `shutdown()`. */
  readonly droppedSpans: number;
  /**
   * Resolves when all spans that have ended were sent or dropped; it never rejects. Where a program may be stopped at any time,
   * as in a worker or a lambda, await it, or pass it to `waitUntil()`.
   */
  flush(): Promise<void>;
  /** Flush, and drop all that ends later. */
  shutdown(): Promise<void>;
  /**
   * The same tool with a span around each execution, in which the spans of its work are nested.
   *
   * @throws {ArgumentError} for a tool without a name or `execute`.
   */
  traceTool<Tool extends TraceableTool>(tool: Tool): Tool;
  /**
   * Run a function in a span of its own: the calls and tools in it are one trace. In runtimes without `AsyncLocalStorage`, such as
   * browsers, only what begins before its first `await` belongs to it.
   *
   * @param attributes - Of the span, such as a user's id: `{ 'user.id': 'u-17' }`.
   * @returns what the function returns.
   * @throws what the function throws.
   */
  trace<T>(name: string, run: () => PromiseLike<T>, attributes?: Attributes): Promise<T>;
  trace<T>(name: string, run: () => T, attributes?: Attributes): T;
}

/** `studioTelemetry()` by a clock. */
export function createTelemetry(options: StudioOptions, clock: Clock): StudioTelemetry {
  const {
    transport: transportOptions,
    path,
    query,
    resource,
    captureContent,
    redact,
    limits,
  } = readStudioOptions(options);
  const transport = createTransport(transportOptions, { clock });
  const log = readLog(transportOptions);
  const warn = (message: string) => log.warn(`mistral-sdk/studio: ${message}`);
  const isOff = environmentVariable('MISTRAL_SDK_TELEMETRY') === 'false';
  let droppedSpans = 0;
  /** Since spans were sent last: each is said once, and not for every batch of an outage. */
  const saidReasons = new Set<string>();
  const drop = (spans: number, reason: unknown) => {
    droppedSpans += spans;
    const said = typeof reason === 'string' ? reason : describeThrown(reason);
    if (!saidReasons.has(said))
      warn(`${spans === 1 ? 'a span was' : `${spans} spans were`} dropped: ${said}`);
    saidReasons.add(said);
  };

  // Redacted when it is sent, and not while a call waits.
  const recording: Recording = {
    captureContent,
    isRedacted: redact !== undefined,
    show: (text) => text,
    warn,
  };
  const show: Redact = (text, place) => (redact ? redacted(text, place, redact, warn) : text);
  const post = async (batch: readonly RecordedSpan[]) => {
    const body = writeSpans(batch, resource, show);
    const response = (await requestRoute(transport, {
      method: 'POST',
      path,
      query,
      body,
      responseType: 'binary',
    })) as Response;
    const { rejectedSpans, errorMessage } = partialSuccessIn(await response.text());
    const rejected = Math.min(rejectedSpans, batch.length);
    if (rejected > 0) drop(rejected, `the server rejected them: ${errorMessage}`);
    else saidReasons.clear();
  };
  const send = async (batch: readonly RecordedSpan[]): Promise<void> => {
    try {
      await post(batch);
    } catch (error) {
      if (!isTooLarge(error) || batch.length === 1) return drop(batch.length, error);
      const half = Math.ceil(batch.length / 2);
      await send(batch.slice(0, half));
      await send(batch.slice(half));
    }
  };
  const queue = new SpanQueue(limits, { send, onDropped: drop }, clock);

  const active = createActiveSpan();
  const scope = (): SpanScope<RecordedSpan> => {
    const parent = active.getStore();
    return {
      start: (name, kind, attributes) =>
        new RecordedSpan(name, kind, attributes, parent, (span) => queue.add(span)),
      within: (span, run) => active.run(span, run),
    };
  };

  const observer: Observer = (call) => (isOff ? undefined : observeCall(call, recording, scope()));
  const methods: Omit<StudioTelemetry, 'droppedSpans'> = {
    flush: () => queue.flush(),
    shutdown: () => queue.close(),
    traceTool: (tool) => (isOff ? tool : observeTool('traceTool()', tool, recording, scope)),
    trace<T>(name: string, run: () => T, attributes: Attributes = {}) {
      if (typeof name !== 'string' || name === '' || typeof run !== 'function')
        throw new ArgumentError('trace() takes a name and a function');
      if (!isRecord(attributes as unknown))
        throw new ArgumentError("trace() takes attributes as an object, such as { 'user.id': 'u-17' }");
      if (isOff) return run();
      const { start, within } = scope();
      const span = start(name, 'internal', attributes);
      const succeed = <Result>(result: Result): Result => {
        span.end();
        return result;
      };
      const fail = (error: unknown): never => {
        recordFailure(span, error, recording);
        span.end();
        throw error;
      };
      let result: T;
      try {
        result = within(span, run);
      } catch (error) {
        return fail(error);
      }
      // The overload for promises gives a plain one.
      return isPromise(result) ? (Promise.resolve(result).then(succeed, fail) as T) : succeed(result);
    },
  };
  Object.assign(observer, methods);
  return Object.defineProperty(observer, 'droppedSpans', { get: () => droppedSpans }) as StudioTelemetry;
}

/** Whether a server, or a proxy in front of it, might take a part of the batch. */
const isTooLarge = (error: unknown): boolean => APIError.isInstance(error) && error.status === 413;

/** What a server did not take of a batch that it accepted. */
function partialSuccessIn(body: string): { readonly rejectedSpans: number; readonly errorMessage: string } {
  let response: unknown;
  try {
    response = JSON.parse(body);
  } catch {
    // An empty body is a success, too.
  }
  const partial = isRecord(response) && isRecord(response.partialSuccess) ? response.partialSuccess : {};
  const { rejectedSpans, errorMessage } = partial;
  return {
    rejectedSpans: Math.trunc(Number(rejectedSpans)) || 0,
    errorMessage: typeof errorMessage === 'string' ? errorMessage : 'no reason was given',
  };
}
