import { diag, trace, type Tracer } from '@opentelemetry/api';

import { ArgumentError } from '../errors/argument-error.js';
import { unknownKey } from '../internal/unknown-key.js';
import { checkRecording, redacted, type Recording, type Redact } from '../spans/recording.js';

/** Options of telemetry. */
export interface TelemetryOptions {
  /**
   * Creates the spans.
   *
   * @default the tracer `mistral-sdk` of the global tracer provider
   */
  readonly tracer?: Tracer | undefined;
  /**
   * Record content of people and models: messages, instructions, tools with their arguments and results, and complete error
   * messages, which may quote these. The bytes of images and files are never recorded.
   *
   * @default false
   */
  readonly captureContent?: boolean | undefined;
  /**
   * Called with every text before it is recorded, including error messages. If it throws, the text is omitted, and
   * OpenTelemetry's diagnostics log a warning.
   */
  readonly redact?: Redact | undefined;
}

/** The checked options with their defaults. */
export interface Telemetry {
  readonly tracer: Tracer;
  readonly recording: Recording;
}

/** @throws {ArgumentError} for an unknown or invalid option. */
export function readTelemetry(
  owner: string,
  options: TelemetryOptions,
  more: readonly string[] = [],
): Telemetry {
  const unknown = unknownKey(options, ['tracer', 'captureContent', 'redact', ...more], owner, {});
  if (unknown) throw new ArgumentError(unknown);
  const { tracer, captureContent = false, redact } = options;
  if (tracer !== undefined && typeof (tracer as Partial<Tracer> | null)?.startSpan !== 'function') {
    throw new ArgumentError(
      `${owner}: \`tracer\` must be a Tracer of OpenTelemetry, such as \`provider.getTracer('app')\``,
    );
  }
  checkRecording(owner, options);
  const warn = (message: string) => diag.warn(`mistral-sdk/otel: ${message}`);
  const recording: Recording = {
    captureContent,
    isRedacted: redact !== undefined,
    show: (text, place) => (redact ? redacted(text, place, redact, warn) : text),
    warn,
  };
  return { tracer: tracer ?? trace.getTracer('mistral-sdk'), recording };
}
