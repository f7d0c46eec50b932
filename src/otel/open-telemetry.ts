import { context, propagation, SpanKind, trace, type Span } from '@opentelemetry/api';

import { ArgumentError } from '../errors/argument-error.js';
import { APIError } from '../errors/api-error.js';
import { MistralError } from '../errors/mistral-error.js';
import type { Observation, ObservedResponse, ObservedCall, Observer } from '../transport/observer.js';
import { describeResponse } from './describe-response.js';
import { describeCall } from './describe-call.js';
import { inputContent, outputContent } from './messages.js';
import { recordFailure } from './record-failure.js';
import { recordContent } from './record-text.js';
import { readTelemetry, type Telemetry, type TelemetryOptions } from './telemetry-options.js';

export interface OpenTelemetryOptions extends TelemetryOptions {
  /**
   * Send the context of the trace with each request, as headers of the global propagator: `traceparent`, and also
   * `baggage` if that is set up. For gateways that continue traces; the API makes nothing of them.
   *
   * @default false
   */
  readonly propagate?: boolean | undefined;
}

/**
 * An observer that makes one client span a call, retries included, by the conventions of OpenTelemetry for
 * generative AI.
 *
 * The span is active while the request is sent. It ends when the answer was read, or the stream read, left or
 * cut off. Nothing that people or models write is recorded unless `captureContent` says so, and never the key.
 *
 * @throws {ArgumentError} for an option that does not exist or cannot be right.
 *
 * @example
 * ```ts
 * import { Mistral } from 'mistral-sdk';
 * import { openTelemetry } from 'mistral-sdk/otel';
 *
 * const mistral = new Mistral({ observer: openTelemetry() });
 * await mistral.models.list();
 * ```
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Observer {
  const telemetry = readTelemetry('openTelemetry()', options, ['propagate']);
  const { propagate = false } = options;
  if (typeof propagate !== 'boolean')
    throw new ArgumentError('openTelemetry(): `propagate` must be true or false');
  return (call) => observe(call, telemetry, propagate);
}

function observe(call: ObservedCall, telemetry: Telemetry, propagate: boolean): Observation {
  // A stream may be read elsewhere later on; it belongs to where the call was made.
  const parent = context.active();
  const { operation, spanName, isStream, attributes } = describeCall(call);
  // Read now, since what was passed may be changed before the request is sent.
  const content = telemetry.captureContent && operation !== undefined ? inputContent(call.params) : {};
  let span: Span | undefined;
  let startMs = 0;
  let scrub: ObservedResponse['scrub'] = (value) => value;
  return {
    run(send) {
      startMs = performance.now();
      span = telemetry.tracer.startSpan(spanName, { kind: SpanKind.CLIENT, attributes }, parent);
      const active = trace.setSpan(parent, span);
      if (propagate)
        propagation.inject(active, call, { set: (_, name, value) => call.setHeader(name, value) });
      if (span.isRecording()) recordContent(span, content, telemetry);
      context.with(active, send);
    },
    responded({ response, requestId, attempts, scrub: scrubAnswer }) {
      scrub = scrubAnswer;
      const seconds = (performance.now() - startMs) / 1000;
      if (isStream) span?.setAttribute('gen_ai.response.time_to_first_chunk', seconds);
      if (span) recordHead(span, { status: response.status, requestId }, attempts);
    },
    ended({ data, error }) {
      if (!span) return;
      try {
        if (!span.isRecording()) return;
        span.setAttributes(scrub(describeResponse(operation, data)));
        if (telemetry.captureContent && operation !== undefined)
          recordContent(span, scrub(outputContent(data)), telemetry);
        if (error === undefined) return;
        if (MistralError.isInstance(error))
          recordHead(span, APIError.isInstance(error) ? error : undefined, error.attempts);
        recordFailure(span, error, telemetry);
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
