export type { TraceableTool } from '../spans/observe-tool.js';
export type { Redact } from '../spans/recording.js';
export { redaction, type RedactionKind, type RedactionOptions } from '../spans/redaction.js';
export { openTelemetry, type OpenTelemetryOptions } from './open-telemetry.js';
export type { TelemetryOptions } from './telemetry-options.js';
export { traceTool } from './trace-tool.js';
