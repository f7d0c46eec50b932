import { observeTool, type TraceableTool } from '../spans/observe-tool.js';
import { activeScope } from './active-scope.js';
import { readTelemetry, type TelemetryOptions } from './telemetry-options.js';

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
  const { tracer, recording } = readTelemetry('traceTool()', options);
  return observeTool('traceTool()', tool, recording, () => activeScope(tracer));
}
