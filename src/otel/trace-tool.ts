import { context, diag, SpanKind, trace, type Span, type Tracer } from '@opentelemetry/api';

import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { errorName } from './error-name.js';
import { recordFailure } from './record-failure.js';
import { recordContent } from './record-text.js';
import { readTelemetry, type Telemetry, type TelemetryOptions } from './telemetry-options.js';

/** Name and description of a tool. */
interface ToolName {
  readonly name: string;
  readonly description?: string | undefined;
}

/** A tool with its name on the tool itself or, as in a request, on its `function`. */
export type TraceableTool = {
  /** Called with the arguments and possibly an object with the `callId`. */
  readonly execute: (...args: never[]) => unknown;
} & (ToolName | { readonly function: ToolName });

/**
 * The same tool with a span around each execution, in which the spans of its work are nested. Arguments and results are
 * recorded only with `captureContent`.
 *
 * @throws {ArgumentError} for a tool without a name or `execute`, or an invalid option.
 *
 * @example
 * ```ts
 * import { traceTool } from 'mistral-sdk/otel';
 *
 * const weather = traceTool({
 *   name: 'weather',
 *   execute: async ({ city }: { city: string }) => `Sunny in ${city}`,
 * });
 * console.log(await weather.execute({ city: 'Paris' }));
 * ```
 */
export function traceTool<Tool extends TraceableTool>(tool: Tool, options: TelemetryOptions = {}): Tool {
  const telemetry = readTelemetry('traceTool()', options);
  const named = isRecord(tool) ? nameOf(tool) : undefined;
  if (typeof named?.name !== 'string' || typeof tool.execute !== 'function')
    throw new ArgumentError('traceTool() takes a tool with a `name` and a function `execute`');
  const { name, description } = named;
  const traced = (...args: never[]) => traceExecution({ name, description }, tool, args, telemetry);
  // With all other properties, enumerable or not, so that it can replace the tool.
  const { execute, ...others } = Object.getOwnPropertyDescriptors(tool);
  return Object.create(Object.getPrototypeOf(tool) as object | null, {
    ...others,
    execute: { value: traced, enumerable: execute?.enumerable === true },
  }) as Tool;
}

const nameOf = (tool: TraceableTool): Partial<ToolName> | undefined =>
  'function' in tool ? tool.function : tool;

function traceExecution(named: ToolName, tool: TraceableTool, args: never[], telemetry: Telemetry): unknown {
  const span = safely(() => startSpan(named, args[1], telemetry.tracer));
  if (!span) return tool.execute(...args);
  const record = (place: string, value: unknown) => {
    if (telemetry.captureContent && span.isRecording())
      recordContent(span, { [place]: textOf(value) }, telemetry);
  };
  // Before it is executed, as a tool may modify its arguments.
  safely(() => record('gen_ai.tool.call.arguments', args[0]));
  const about: unknown = args[1];
  const signal = isRecord(about) ? about.signal : undefined;
  let hasEnded = false;
  const end = (finish: () => void) =>
    safely(() => {
      if (hasEnded) return;
      hasEnded = true;
      if (signal instanceof AbortSignal) signal.removeEventListener('abort', giveUp);
      try {
        if (span.isRecording()) finish();
      } finally {
        span.end();
      }
    });
  const succeed = (result: unknown) => end(() => record('gen_ai.tool.call.result', result));
  const fail = (error: unknown) => end(() => recordFailure(span, error, telemetry));
  // The run does not wait for a tool that ignores its signal.
  const giveUp = () => fail((signal as AbortSignal).reason);
  try {
    const result = context.with(trace.setSpan(context.active(), span), () => tool.execute(...args));
    if (!isPromise(result)) {
      succeed(result);
      return result;
    }
    if (signal instanceof AbortSignal) {
      if (signal.aborted) giveUp();
      else signal.addEventListener('abort', giveUp);
    }
    return result.then(
      (value) => {
        succeed(value);
        return value;
      },
      (error: unknown) => {
        fail(error);
        throw error;
      },
    );
  } catch (error) {
    fail(error);
    throw error;
  }
}

const startSpan = ({ name, description }: ToolName, about: unknown, tracer: Tracer): Span =>
  tracer.startSpan(`execute_tool ${name}`, {
    kind: SpanKind.INTERNAL,
    attributes: {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': name,
      'gen_ai.tool.type': 'function',
      ...(typeof description === 'string' ? { 'gen_ai.tool.description': description } : {}),
      ...(isRecord(about) && typeof about.callId === 'string' ? { 'gen_ai.tool.call.id': about.callId } : {}),
    },
  });

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : JSON.stringify(value);

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as Partial<Promise<unknown>> | null | undefined)?.then === 'function';

/** A failing tracer, or a value that is not JSON, must not fail the tool. */
function safely<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    diag.warn(
      `mistral-sdk/otel: the execution of a tool was not traced completely, after ${errorName(error)}`,
    );
    return undefined;
  }
}
