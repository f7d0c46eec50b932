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
   * Send the trace context with each request, as headers of the global propagator: `traceparent`, and also `baggage` if that is
   * configured. For gateways that continue traces; the API ignores them.
   *
   * @default false
   */
  readonly propagate?: boolean | undefined;
}

/**
 * An observer that creates one client span per call, including its retries, by OpenTelemetry's semantic conventions for
 * generative AI.
 *
 * The span is active while the request is sent. It ends when the response was read, or the stream was read, abandoned or
 * interrupted. Content of people and models is only recorded with `captureContent`, and the key never.
 *
 * @throws {ArgumentError} for an unknown or invalid option.
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
  // A stream may be read in another context; its span belongs to the context of the call.
  const parent = context.active();
  const { operation, spanName, isStream, attributes } = describeCall(call);
  // Read now, since the caller may change the parameters before the request is sent.
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
