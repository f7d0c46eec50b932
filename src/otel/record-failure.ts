import { SpanStatusCode, type Span } from '@opentelemetry/api';

import { contentFreeOf, isCut } from '../errors/content-free.js';
import { describeThrown } from '../internal/describe-thrown.js';
import { errorName } from './error-name.js';
import { framesOf } from './frames-of.js';
import { redactedText } from './record-text.js';
import type { Telemetry } from './telemetry-options.js';

/**
 * Record the failure of a span.
 *
 * Error messages may quote content of people, models or servers. Unless content is captured, only the error's message without
 * content is recorded. The same applies to a message that quotes a truncated text if there is a `redact`: it would not
 * recognize half of a name. Causes and bodies are never recorded.
 */
export function recordFailure(span: Span, error: unknown, telemetry: Telemetry): void {
  const name = errorName(error);
  const isWhole = telemetry.captureContent && !(telemetry.redact && isCut(error));
  const said = isWhole ? describeThrown(error) : contentFreeOf(error);
  const message = said === undefined ? undefined : redactedText(said, 'exception.message', telemetry);
  const stack = [message === undefined ? name : `${name}: ${message}`, ...framesOf(error)];
  span.setAttribute('error.type', name);
  span.recordException({ name, stack: stack.join('\n'), ...(message === undefined ? {} : { message }) });
  span.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
}
