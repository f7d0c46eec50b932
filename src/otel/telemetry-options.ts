import { trace, type Tracer } from '@opentelemetry/api';

import { ArgumentError } from '../errors/argument-error.js';
import { unknownKey } from '../internal/unknown-key.js';

/**
 * Changes what is about to be recorded.
 *
 * @param text - The whole value. Messages, tool definitions and arguments are JSON.
 * @param place - The name of the attribute: `gen_ai.input.messages`, `exception.message`, …
 * @returns what is recorded; `undefined` leaves the attribute out.
 */
export type Redact = (text: string, place: string) => string | undefined;

/** What is recorded, and by whom. */
export interface TelemetryOptions {
  /**
   * Makes the spans.
   *
   * @default the tracer `mistral-sdk` of the global tracer provider
   */
  readonly tracer?: Tracer | undefined;
  /**
   * Record what people and models write: messages, instructions, tools with their arguments and results, and the
   * whole messages of errors, which may quote these. The bytes of pictures and files are left out all the same.
   *
   * @default false
   */
  readonly captureContent?: boolean | undefined;
  /**
   * Is shown every text before it is recorded, messages of errors included. A text for which it throws is left
   * out, and the diagnostics of OpenTelemetry are told.
   */
  readonly redact?: Redact | undefined;
}

/** The same, checked, with the defaults. */
export interface Telemetry {
  readonly tracer: Tracer;
  readonly captureContent: boolean;
  readonly redact: Redact | undefined;
}

/** @throws {ArgumentError} for an option that does not exist or cannot be right. */
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
  // A string such as 'false', out of the environment, would turn it on.
  if (typeof captureContent !== 'boolean')
    throw new ArgumentError(`${owner}: \`captureContent\` must be true or false`);
  if (redact !== undefined && typeof redact !== 'function')
    throw new ArgumentError(`${owner}: \`redact\` must be a function \`(text, place) => text\``);
  return { tracer: tracer ?? trace.getTracer('mistral-sdk'), captureContent, redact };
}
