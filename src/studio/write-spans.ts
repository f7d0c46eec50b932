import type { Redact } from '../spans/recording.js';
import type { Attributes, AttributeValue } from '../spans/span.js';
import type { RecordedSpan } from './recorded-span.js';

/**
 * Spans as OTLP's `ExportTraceServiceRequest`, in the JSON encoding of protobuf, with every text redacted.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function writeSpans(spans: readonly RecordedSpan[], resource: Attributes, redact: Redact): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: writeAttributes(resource) },
        scopeSpans: [{ scope: { name: 'mistral-sdk' }, spans: spans.map((span) => writeSpan(span, redact)) }],
      },
    ],
  };
}

const kinds = { internal: 1, client: 3 } as const;

function writeSpan(span: RecordedSpan, redact: Redact): object {
  const { traceId, spanId, parentSpanId, name, kind, startMs, endMs = startMs, status } = span;
  const message = status?.message === undefined ? undefined : redact(status.message, 'exception.message');
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name: redact(name, 'span.name') ?? kind,
    kind: kinds[kind],
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(endMs),
    attributes: writeAttributes(span.attributes, redact),
    events: span.events.map((event) => ({
      name: event.name,
      timeUnixNano: nanoseconds(event.timeMs),
      attributes: writeAttributes(event.attributes, redact),
    })),
    status: { ...(status && { code: status.code }), ...(message === undefined ? {} : { message }) },
  };
}

/** A text, since the number is larger than those that JSON readers keep exactly. */
const nanoseconds = (ms: number): string => `${Math.round(ms * 1000)}000`;

/** @param redact - Those of the resource are the program's own, and stay. */
function writeAttributes(attributes: Attributes, redact: Redact = (text) => text): object[] {
  return Object.entries(attributes).flatMap(([key, value]) => {
    const shown = redactValue(value, key, redact);
    return shown === undefined ? [] : [{ key, value: writeValue(shown) }];
  });
}

function redactValue(value: AttributeValue, place: string, redact: Redact): AttributeValue | undefined {
  if (typeof value === 'string') return redact(value, place);
  if (!Array.isArray(value)) return value;
  return value.map((each) => redact(each, place)).filter((each) => each !== undefined);
}

function writeValue(value: AttributeValue): object {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(writeValue) } };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
}
