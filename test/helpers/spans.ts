import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { afterAll, beforeAll, beforeEach } from 'vitest';

/** The spans that have ended, in the order in which they did. */
export interface Spans {
  all(): readonly ReadableSpan[];
  /** The only one. */
  only(): ReadableSpan;
}

/** The tracer provider of OpenTelemetry's own SDK for the tests of a file, and what it exports. */
export function exportedSpans(): Spans {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  beforeAll(() => provider.register());
  beforeEach(() => exporter.reset());
  afterAll(() => provider.shutdown());
  const all = () => exporter.getFinishedSpans();
  return {
    all,
    only() {
      const spans = all();
      if (spans.length !== 1)
        throw new Error(`Expected one span, got ${spans.map(({ name }) => name).join(', ')}`);
      return spans[0]!;
    },
  };
}
