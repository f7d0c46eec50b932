import { SpanStatusCode, type Span } from '@opentelemetry/api';

import { contentFreeOf, isCut } from '../errors/content-free.js';
import { describeThrown } from '../internal/describe-thrown.js';
import { errorName } from './error-name.js';
import { framesOf } from './frames-of.js';
import { redactedText } from './record-text.js';
import type { Telemetry } from './telemetry-options.js';

/**
 * Record that what a span is about has failed.
 *
 * The messages of errors may quote what people, models or servers wrote. Unless content is wanted, what is recorded
 * is what the error itself tells without any. So it is of a message that quotes a part of a text, where there is something
 * to redact: half of a name is not known for one. Neither causes nor bodies are recorded.
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
