export { openTelemetry, type OpenTelemetryOptions } from './open-telemetry.js';
export type { Redact, TelemetryOptions } from './telemetry-options.js';
export { traceTool, type TraceableTool } from './trace-tool.js';
