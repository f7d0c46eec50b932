import { context, diag, SpanKind, trace, type Span, type Tracer } from '@opentelemetry/api';

import { ArgumentError } from '../errors/argument-error.js';
import { recordFailure } from './record-failure.js';
import { recordContent } from './record-text.js';
import { readTelemetry, type Telemetry, type TelemetryOptions } from './telemetry-options.js';

/** Something with a name that can be executed, such as a tool for a model. */
export interface TraceableTool {
  readonly name: string;
  readonly description?: string | undefined;
  /** The first argument is what the model asked for. */
  readonly execute: (...args: never[]) => unknown;
}

/**
 * The same tool, with a span around each execution, in which the spans of what it does are nested. Arguments and
 * results are recorded if `captureContent` says so.
 *
 * @throws {ArgumentError} for something without a name or `execute`, or an option that cannot be right.
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
  const { name, execute } = (tool as Partial<TraceableTool> | null) ?? {};
  if (typeof name !== 'string' || typeof execute !== 'function')
    throw new ArgumentError('traceTool() takes a tool with a `name` and a function `execute`');
  const traced = (...args: never[]) => traceExecution(tool, args, telemetry);
  // With all else that the tool has, whatever kind of object it is.
  const prototype = Object.getPrototypeOf(tool) as object | null;
  return Object.assign(Object.create(prototype) as object, tool, { execute: traced });
}

function traceExecution(tool: TraceableTool, args: never[], telemetry: Telemetry): unknown {
  const span = safely(() => startSpan(tool, telemetry.tracer));
  if (!span) return tool.execute(...args);
  const record = (place: string, value: unknown) => {
    if (telemetry.captureContent) recordContent(span, { [place]: textOf(value) }, telemetry);
  };
  // Before it is executed, as a tool may change what it was given.
  safely(() => record('gen_ai.tool.call.arguments', args[0]));
  const end = (finish: () => void) =>
    safely(() => {
      try {
        if (span.isRecording()) finish();
      } finally {
        span.end();
      }
    });
  const succeed = (result: unknown) => end(() => record('gen_ai.tool.call.result', result));
  const fail = (error: unknown) => end(() => recordFailure(span, error, telemetry));
  try {
    const result = context.with(trace.setSpan(context.active(), span), () => tool.execute(...args));
    if (!isPromise(result)) {
      succeed(result);
      return result;
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

const startSpan = ({ name, description }: TraceableTool, tracer: Tracer): Span =>
  tracer.startSpan(`execute_tool ${name}`, {
    kind: SpanKind.INTERNAL,
    attributes: {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': name,
      'gen_ai.tool.type': 'function',
      ...(typeof description === 'string' ? { 'gen_ai.tool.description': description } : {}),
    },
  });

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : JSON.stringify(value);

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as Partial<Promise<unknown>> | null | undefined)?.then === 'function';

/** A tracer that fails, or a value that is no JSON, must not fail the tool. */
function safely<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    diag.warn(`mistral-sdk/otel: the execution of a tool was not traced whole, after ${name}`);
    return undefined;
  }
}
