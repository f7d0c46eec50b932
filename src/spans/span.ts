/** What an attribute of a span may hold. */
export type AttributeValue = string | number | boolean | string[];

export type Attributes = Record<string, AttributeValue>;

/** `ERROR` of OpenTelemetry's status codes. */
export const errorStatus = 2;

/** What this package records in a span; the spans of OpenTelemetry's API have it. */
export interface Span {
  isRecording(): boolean;
  setAttribute(name: string, value: AttributeValue): unknown;
  setAttributes(attributes: Attributes): unknown;
  recordException(exception: { name: string; stack: string; message?: string }): void;
  setStatus(status: { code: typeof errorStatus; message?: string }): unknown;
  end(): void;
}

/** Creates spans inside the one that was active when the scope was made. */
export interface SpanScope<S extends Span = Span> {
  start(name: string, kind: 'client' | 'internal', attributes: Attributes): S;
  /** Run something while the span is the active one. */
  within<T>(span: S, run: () => T): T;
}
