import { MistralError } from '../errors/mistral-error.js';

interface Waiting<Event> {
  resolve(result: IteratorResult<Event, undefined>): void;
  reject(error: unknown): void;
}

/** Buffers events between the connection, which has no backpressure, and a slow loop. */
export class EventQueue<Event> {
  readonly #maxEvents: number;
  readonly #onBreak: () => void;
  #events: Event[] = [];
  #waiting: Waiting<Event>[] = [];
  #end: { readonly failure?: unknown } | undefined;
  #state: 'unread' | 'read' | 'discarded' = 'unread';

  /** @param onBreak - Called when the loop breaks. */
  constructor(maxEvents: number, onBreak: () => void) {
    this.#maxEvents = maxEvents;
    this.#onBreak = onBreak;
  }

  /** @returns whether there was room. */
  push(event: Event): boolean {
    if (this.#state === 'discarded') return true;
    const waiting = this.#waiting.shift();
    if (waiting) waiting.resolve({ done: false, value: event });
    else if (this.#events.length < this.#maxEvents) this.#events.push(event);
    else return false;
    return true;
  }

  /** No more events follow. Buffered ones are still yielded, then the failure if there is one. */
  end(...failure: [] | [unknown]): void {
    this.#end = failure.length > 0 ? { failure: failure[0] } : {};
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      if ('failure' in this.#end) reject(this.#end.failure);
      else resolve({ done: true, value: undefined });
    }
  }

  /** Discard events, unless somebody has started to read them. */
  discard(): boolean {
    if (this.#state === 'read') return false;
    this.#state = 'discarded';
    this.#events = [];
    return true;
  }

  /** @throws {MistralError} when it is called a second time, or after the events were discarded. */
  iterate(): AsyncIterableIterator<Event> {
    if (this.#state !== 'unread') {
      throw new MistralError(
        this.#state === 'read'
          ? 'The events of this session are already being read'
          : 'The events of this session were discarded, since only its result was requested; start the loop earlier',
      );
    }
    this.#state = 'read';
    const iterator: AsyncIterableIterator<Event> = {
      [Symbol.asyncIterator]: () => iterator,
      next: () => this.#next(),
      return: async () => {
        this.#events = [];
        this.#onBreak();
        return { done: true, value: undefined };
      },
    };
    return iterator;
  }

  #next(): Promise<IteratorResult<Event, undefined>> {
    return new Promise((resolve, reject) => {
      if (this.#events.length > 0) resolve({ done: false, value: this.#events.shift()! });
      else if (!this.#end) this.#waiting.push({ resolve, reject });
      else if ('failure' in this.#end) {
        const { failure } = this.#end;
        // Thrown once; after that, the iteration has ended.
        this.#end = {};
        reject(failure as Error);
      } else resolve({ done: true, value: undefined });
    });
  }
}
