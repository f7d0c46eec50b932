import { context, SpanKind, trace, type Span, type Tracer } from '@opentelemetry/api';

import type { SpanScope } from '../spans/span.js';

const kinds = { client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** Creates spans inside the context that is active now. */
export function activeScope(tracer: Tracer): SpanScope<Span> {
  const parent = context.active();
  return {
    start: (name, kind, attributes) => tracer.startSpan(name, { kind: kinds[kind], attributes }, parent),
    within: (span, run) => context.with(trace.setSpan(parent, span), run),
  };
}
