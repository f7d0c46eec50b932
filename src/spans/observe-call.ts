import { APIError } from '../errors/api-error.js';
import { MistralError } from '../errors/mistral-error.js';
import type { Observation, ObservedCall, ObservedResponse } from '../transport/observer.js';
import { describeCall } from './describe-call.js';
import { describeResponse } from './describe-response.js';
import { inputContent, outputContent } from './messages.js';
import { recordContent } from './record-content.js';
import { recordFailure } from './record-failure.js';
import type { Recording } from './recording.js';
import type { Span, SpanScope } from './span.js';

/**
 * Record a call as one span, including its retries, by OpenTelemetry's semantic conventions for generative AI.
 *
 * @param scope - Made in the call: a stream may be read in another context, and its span belongs to the context of the call.
 * @param whenStarted - Called before the first attempt is sent.
 */
export function observeCall<S extends Span>(
  call: ObservedCall,
  recording: Recording,
  scope: SpanScope<S>,
  whenStarted?: (span: S) => void,
): Observation {
  const { operation, spanName, isStream, attributes } = describeCall(call);
  // Read now, since the caller may change the parameters before the request is sent.
  const content = recording.captureContent && operation !== undefined ? inputContent(call.params) : {};
  let span: S | undefined;
  let startMs = 0;
  let scrub: ObservedResponse['scrub'] = (value) => value;
  return {
    run(send) {
      startMs = performance.now();
      span = scope.start(spanName, 'client', attributes);
      whenStarted?.(span);
      if (span.isRecording()) recordContent(span, content, recording);
      scope.within(span, send);
    },
    responded({ response, requestId, attempts, scrub: scrubResponse }) {
      scrub = scrubResponse;
      const seconds = (performance.now() - startMs) / 1000;
      if (isStream) span?.setAttribute('gen_ai.response.time_to_first_chunk', seconds);
      if (span) recordHead(span, { status: response.status, requestId }, attempts);
    },
    ended({ data, error }) {
      if (!span) return;
      try {
        if (!span.isRecording()) return;
        span.setAttributes(scrub(describeResponse(operation, data)));
        if (recording.captureContent && operation !== undefined)
          recordContent(span, scrub(outputContent(data)), recording);
        if (error === undefined) return;
        if (MistralError.isInstance(error))
          recordHead(span, APIError.isInstance(error) ? error : undefined, error.attempts);
        recordFailure(span, error, recording);
      } finally {
        span.end();
      }
    },
  };
}

function recordHead(
  span: Span,
  head: { readonly status: number; readonly requestId: string | undefined } | undefined,
  attempts = 1,
): void {
  if (head) span.setAttribute('http.response.status_code', head.status);
  if (head?.requestId !== undefined) span.setAttribute('mistral_ai.request.id', head.requestId);
  if (attempts > 1) span.setAttribute('http.request.resend_count', attempts - 1);
}
