import { trace, type Tracer } from '@opentelemetry/api';

import { ArgumentError } from '../errors/argument-error.js';
import { unknownKey } from '../internal/unknown-key.js';

/**
 * Changes a text before it is recorded.
 *
 * @param text - The complete value. Messages, tool definitions and arguments are JSON.
 * @param place - The name of the attribute: `gen_ai.input.messages`, `exception.message`, …
 * @returns the text to record; `undefined` omits the attribute.
 */
export type Redact = (text: string, place: string) => string | undefined;

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
  readonly captureContent: boolean;
  readonly redact: Redact | undefined;
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
  // A string such as 'false', from the environment, would enable it.
  if (typeof captureContent !== 'boolean')
    throw new ArgumentError(`${owner}: \`captureContent\` must be true or false`);
  if (redact !== undefined && typeof redact !== 'function')
    throw new ArgumentError(`${owner}: \`redact\` must be a function \`(text, place) => text\``);
  return { tracer: tracer ?? trace.getTracer('mistral-sdk'), captureContent, redact };
}
