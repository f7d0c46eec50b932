import type { Clock } from '../internal/clock.js';
import type { RecordedSpan } from './recorded-span.js';

export interface QueueLimits {
  readonly maxQueuedSpans: number;
  readonly maxQueuedBytes: number;
  readonly maxBatchSpans: number;
  readonly batchDelayMs: number;
}

export interface QueueCallbacks {
  /** Never rejects. */
  readonly send: (batch: readonly RecordedSpan[]) => Promise<void>;
  readonly onDropped: (spans: number, reason: string) => void;
}

/** Servers refuse bodies from some megabytes on. A larger span goes by itself. */
const maxBatchBytes = 4 * 1024 * 1024;

/** Spans that have ended and wait to be sent, a batch at a time. It drops rather than grows or blocks. */
export class SpanQueue {
  readonly #limits: QueueLimits;
  readonly #callbacks: QueueCallbacks;
  readonly #clock: Clock;
  #waiting: RecordedSpan[] = [];
  #bytes = 0;
  #sending: Promise<void> | undefined;
  #cancelTimer: (() => void) | undefined;
  #isClosed = false;

  constructor(limits: QueueLimits, callbacks: QueueCallbacks, clock: Clock) {
    this.#limits = limits;
    this.#callbacks = callbacks;
    this.#clock = clock;
  }

  add(span: RecordedSpan): void {
    const { maxQueuedSpans, maxQueuedBytes } = this.#limits;
    if (this.#isClosed) return this.#callbacks.onDropped(1, 'it ended after shutdown()');
    const bytes = this.#bytes + span.size;
    if (this.#waiting.length >= maxQueuedSpans || bytes > maxQueuedBytes)
      return this.#callbacks.onDropped(1, 'the queue is full');
    this.#waiting.push(span);
    this.#bytes = bytes;
    this.#schedule();
  }

  /** Resolves when all spans that are in the queue now were sent or dropped. */
  async flush(): Promise<void> {
    await this.#sending;
    await this.#send();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
  }

  /** A full batch is sent at once, and others after a delay. */
  #schedule(): void {
    if (this.#sending || this.#waiting.length === 0) return;
    const { maxBatchSpans, batchDelayMs } = this.#limits;
    if (this.#waiting.length >= maxBatchSpans) void this.#send();
    else this.#cancelTimer ??= this.#clock.after(batchDelayMs, () => void this.#send());
  }

  #send(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    return (this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
      this.#schedule();
    }));
  }

  /** One batch after another, of what waits now. */
  async #sendAll(): Promise<void> {
    for (let due = this.#waiting.length; due > 0;) {
      const batch = this.#takeBatch(due);
      due -= batch.length;
      await this.#callbacks.send(batch);
    }
  }

  #takeBatch(most: number): readonly RecordedSpan[] {
    let bytes = 0;
    const limit = Math.min(most, this.#limits.maxBatchSpans);
    const end = this.#waiting.findIndex((span, index) => {
      bytes += span.size;
      return index > 0 && (index >= limit || bytes > maxBatchBytes);
    });
    const batch = this.#waiting.splice(0, end === -1 ? limit : end);
    this.#bytes -= batch.reduce((sum, span) => sum + span.size, 0);
    return batch;
  }
}
