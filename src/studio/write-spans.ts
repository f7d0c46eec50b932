import type { Redact } from '../spans/recording.js';
import type { Attributes } from '../spans/span.js';
import { headOf, type RecordedException, type RecordedSpan } from './recorded-span.js';

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
    events: span.exceptions.map((exception) => ({
      name: 'exception',
      timeUnixNano: nanoseconds(exception.timeMs),
      attributes: writeException(exception, redact),
    })),
    status: { ...(status && { code: status.code }), ...(message === undefined ? {} : { message }) },
  };
}

/** A text, since the number is larger than those that JSON readers keep exactly. */
const nanoseconds = (ms: number): string => `${Math.round(ms * 1000)}000`;

/** The stack has the message as `redact` has left it. */
function writeException({ name, message, frames }: RecordedException, redact: Redact): object[] {
  const shown = message === undefined ? undefined : redact(message, 'exception.message');
  const head = headOf(name, shown);
  return [
    ...writeAttributes({ 'exception.type': name }, redact),
    ...(shown === undefined ? [] : writeAttributes({ 'exception.message': shown })),
    ...writeAttributes({ 'exception.stacktrace': head + frames }, redact),
  ];
}

/** @param redact - Those of the resource are the program's own, and stay. */
function writeAttributes(attributes: Attributes, redact: Redact = (text) => text): object[] {
  return Object.entries(attributes).flatMap(([key, given]) => {
    const value = writeValue(given, (text) => redact(text, key));
    return value ? [{ key, value }] : [];
  });
}

/** @returns `undefined` for what a span cannot hold: one such value must not lose the batch. */
function writeValue(value: unknown, show: (text: string) => string | undefined): object | undefined {
  if (Array.isArray(value))
    return {
      arrayValue: {
        values: value.map((each) => writeValue(each, show)).filter((each) => each !== undefined),
      },
    };
  switch (typeof value) {
    case 'string': {
      const stringValue = show(value);
      return stringValue === undefined ? undefined : { stringValue };
    }
    case 'boolean':
      return { boolValue: value };
    case 'number':
      // Readers may refuse integers of more than 64 bits, and JSON has no NaN.
      if (Number.isSafeInteger(value)) return { intValue: value };
      return { doubleValue: Number.isFinite(value) ? value : String(value) };
    default:
      return undefined;
  }
}
