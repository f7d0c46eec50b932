import { context, propagation, trace, type Context, type Span } from '@opentelemetry/api';

import { ArgumentError } from '../errors/argument-error.js';
import { observeCall } from '../spans/observe-call.js';
import type { ObservedCall, Observer } from '../transport/observer.js';
import { activeScope } from './active-scope.js';
import { readTelemetry, type TelemetryOptions } from './telemetry-options.js';

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
  const { tracer, recording } = readTelemetry('openTelemetry()', options, ['propagate']);
  const { propagate = false } = options;
  if (typeof propagate !== 'boolean')
    throw new ArgumentError('openTelemetry(): `propagate` must be true or false');
  return (call) =>
    observeCall(
      call,
      recording,
      activeScope(tracer),
      propagate ? injector(call, context.active()) : undefined,
    );
}

/** Sets the headers by which others continue the trace. */
const injector = (call: ObservedCall, parent: Context) => (span: Span) =>
  propagation.inject(trace.setSpan(parent, span), call, {
    set: (_, name, value) => call.setHeader(name, value),
  });
