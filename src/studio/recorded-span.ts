import type { Attributes, AttributeValue, Span } from '../spans/span.js';

export interface SpanEvent {
  readonly name: string;
  readonly timeMs: number;
  readonly attributes: Attributes;
}

/** A span as it is sent once it has ended. */
export class RecordedSpan implements Span {
  readonly traceId: string;
  readonly spanId = randomHex(8);
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: 'client' | 'internal';
  readonly attributes: Attributes;
  readonly events: SpanEvent[] = [];
  readonly startMs = Date.now();
  status: { readonly code: number; readonly message?: string } | undefined;
  endMs: number | undefined;
  /** In characters, which is about what it takes as JSON; once it has ended. */
  size = 0;
  /** Durations are measured by a clock that nobody sets. */
  readonly #start = performance.now();
  readonly #onEnd: (span: RecordedSpan) => void;

  constructor(
    name: string,
    kind: 'client' | 'internal',
    attributes: Attributes,
    parent: RecordedSpan | undefined,
    onEnd: (span: RecordedSpan) => void,
  ) {
    this.name = name;
    this.kind = kind;
    this.attributes = { ...attributes };
    this.traceId = parent?.traceId ?? randomHex(16);
    this.parentSpanId = parent?.spanId;
    this.#onEnd = onEnd;
  }

  isRecording(): boolean {
    return this.endMs === undefined;
  }

  setAttribute(name: string, value: AttributeValue): void {
    if (this.isRecording()) this.attributes[name] = value;
  }

  setAttributes(attributes: Attributes): void {
    for (const [name, value] of Object.entries(attributes)) this.setAttribute(name, value);
  }

  recordException({ name, message, stack }: { name: string; message?: string; stack: string }): void {
    if (!this.isRecording()) return;
    const attributes = {
      'exception.type': name,
      ...(message === undefined ? {} : { 'exception.message': message }),
      'exception.stacktrace': stack,
    };
    this.events.push({ name: 'exception', timeMs: this.#now(), attributes });
  }

  setStatus(status: { readonly code: number; readonly message?: string }): void {
    if (this.isRecording()) this.status = status;
  }

  end(): void {
    if (!this.isRecording()) return;
    this.endMs = this.#now();
    this.size = sizeOf([this.attributes, ...this.events.map(({ attributes }) => attributes)]);
    this.#onEnd(this);
  }

  #now(): number {
    return this.startMs + performance.now() - this.#start;
  }
}

/** Not all zeros, which stands for no id. */
function randomHex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  random[0] ||= 1;
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const sizeOf = (held: readonly Attributes[]): number =>
  held
    .flatMap((attributes) => Object.values(attributes).flat())
    .reduce<number>((sum, value) => sum + 64 + (typeof value === 'string' ? value.length : 0), 512);
