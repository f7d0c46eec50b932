import { contentFreeOf, isCut } from '../errors/content-free.js';
import { describeThrown } from '../internal/describe-thrown.js';
import { errorName } from './error-name.js';
import { framesOf } from './frames-of.js';
import type { Recording } from './recording.js';
import { errorStatus, type Span } from './span.js';

/**
 * Record the failure of a span.
 *
 * Error messages may quote content of people, models or servers. Unless content is captured, only the error's message without
 * content is recorded. The same applies to a message that quotes a truncated text if texts are redacted: half of a name would
 * not be recognized. Causes and bodies are never recorded.
 */
export function recordFailure(span: Span, error: unknown, recording: Recording): void {
  const name = errorName(error);
  const isWhole = recording.captureContent && !(recording.isRedacted && isCut(error));
  const said = isWhole ? describeThrown(error) : contentFreeOf(error);
  const message = said === undefined ? undefined : recording.show(said, 'exception.message');
  const stack = [message === undefined ? name : `${name}: ${message}`, ...framesOf(error)];
  span.setAttribute('error.type', name);
  span.recordException({ name, stack: stack.join('\n'), ...(message === undefined ? {} : { message }) });
  span.setStatus({ code: errorStatus, ...(message === undefined ? {} : { message }) });
}
