import type { Attributes, AttributeValue, Span } from '../spans/span.js';

export interface RecordedException {
  readonly timeMs: number;
  readonly name: string;
  readonly message: string | undefined;
  /** What follows the name and the message in its stack. */
  readonly frames: string;
}

/** A span as it is sent once it has ended. */
export class RecordedSpan implements Span {
  readonly traceId: string;
  readonly spanId = randomHex(8);
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: 'client' | 'internal';
  readonly attributes: Attributes;
  readonly exceptions: RecordedException[] = [];
  readonly startMs = Date.now();
  status: { readonly code: number; readonly message?: string } | undefined;
  endMs: number | undefined;
  /** In bytes, about what it takes as JSON; once it has ended. */
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
    const frames = stack.slice(headOf(name, message).length);
    this.exceptions.push({ timeMs: this.#now(), name, message, frames });
  }

  setStatus(status: { readonly code: number; readonly message?: string }): void {
    if (this.isRecording()) this.status = status;
  }

  end(): void {
    if (!this.isRecording()) return;
    this.endMs = this.#now();
    this.size = sizeOf([
      this.name,
      ...Object.values(this.attributes).flat(),
      // In the status, too.
      ...this.exceptions.flatMap(({ message = '', frames }) => [message, message, message, frames]),
    ]);
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

/** The first lines of a stack. */
export const headOf = (name: string, message: string | undefined): string =>
  message === undefined ? name : `${name}: ${message}`;

const sizeOf = (held: readonly AttributeValue[]): number =>
  held.reduce<number>((sum, value) => sum + 64 + (typeof value === 'string' ? jsonLength(value) : 0), 512);

/** The bytes of a text in JSON. A loop, as texts may be long. */
function jsonLength(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20) bytes += unit === newline ? 2 : 6;
    else if (unit < 0x80) bytes += unit === quote || unit === backslash ? 2 : 1;
    // The halves of a pair are four bytes together.
    else bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return bytes;
}

const newline = 0x0a;
const quote = 0x22;
const backslash = 0x5c;
