import { SpanStatusCode, type Span } from '@opentelemetry/api';

import { MistralError } from '../errors/mistral-error.js';
import { redactedText } from './record-text.js';
import type { Telemetry } from './telemetry-options.js';

/**
 * Record that what a span is about has failed.
 *
 * This package's errors have no secrets in their messages. What others say in theirs nobody knows, so it counts
 * as content. Neither causes nor bodies are recorded.
 */
export function recordFailure(span: Span, error: unknown, telemetry: Telemetry): void {
  const name = error instanceof Error ? error.name : '_OTHER';
  const said = error instanceof Error ? error.message : String(error);
  const isShown = telemetry.captureContent || MistralError.isInstance(error);
  const message = isShown ? redactedText(said, 'exception.message', telemetry) : undefined;
  const stack = [message === undefined ? name : `${name}: ${message}`, ...framesOf(error)].join('\n');
  span.setAttribute('error.type', name);
  span.recordException({ name, stack, ...(message === undefined ? {} : { message }) });
  span.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
}

/** The last lines of a stack, below the message that some runtimes put first. */
function framesOf(error: unknown): readonly string[] {
  const stack: unknown = error instanceof Error ? error.stack : undefined;
  const lines = typeof stack === 'string' ? stack.trimEnd().split('\n') : [];
  return lines.slice(lines.findLastIndex((line) => !/^\s+at |^[^\s@]*@/.test(line)) + 1);
}
