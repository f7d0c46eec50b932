export type { TraceableTool } from '../spans/observe-tool.js';
export type { Redact } from '../spans/recording.js';
export { redaction, type RedactionKind, type RedactionOptions } from '../spans/redaction.js';
export type { Attributes, AttributeValue } from '../spans/span.js';
export type { StudioTelemetry } from './create-telemetry.js';
export type { StudioOptions } from './studio-options.js';
export { studioTelemetry } from './studio-telemetry.js';
