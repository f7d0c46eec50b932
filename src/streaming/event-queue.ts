import { APIError } from '../errors/api-error.js';
import { ResponseError } from '../errors/response-error.js';
import { StreamInterruptedError } from '../errors/stream-interrupted-error.js';
import type { StreamFailure } from './event-iterator.js';
import {
  endsWithBody,
  isTerminal,
  nothing,
  parseTogether,
  readEvent,
  sentinel,
  type StreamEnd,
  type StreamOrigin,
} from './event-reader.js';
import { isEmptyEvent } from './is-empty-event.js';
import {
  EventTooLarge,
  ServerSentEventDecoder,
  type RawEvent,
  type ServerSentEvent,
} from './server-sent-events.js';

export interface QueueOptions {
  readonly end: StreamEnd;
  readonly maxEventBytes: number;
  /** Called with everything that arrives, including comments. */
  readonly onEvent?: ((event: RawEvent) => void) | undefined;
  /** Whether an earlier connection has already given the event of an id, which is then skipped. */
  readonly isRepeated?: ((id: string) => boolean) | undefined;
}

/** The events of the last chunk of bytes, parsed, and what follows them. */
export class EventQueue<Event> {
  readonly #origin: StreamOrigin;
  readonly #options: QueueOptions;
  readonly #onContent: () => void;
  readonly #decoder: ServerSentEventDecoder;
  /** Decoded events that were not parsed yet. */
  readonly #decoded: ServerSentEvent[] = [];
  /** Parsed events, and how many of them were taken. */
  #events: unknown[] = [];
  #taken = 0;
  /** The ids of those events that have one, and the last id before them. */
  #ids: string[] = [];
  #idBefore: string | undefined;
  /** What follows the events: the end of the stream, or a failure. */
  #isComplete = false;
  #fault: StreamFailure | undefined;
  #count = 0;
  /** Whether the current chunk has had an event with content. */
  #hasContent = false;

  /** @param onContent - Called once for each chunk with an event that is not empty. */
  constructor(origin: StreamOrigin, options: QueueOptions, onContent: () => void) {
    this.#origin = origin;
    this.#options = options;
    this.#onContent = onContent;
    const onMessage = (event: ServerSentEvent) => void this.#decoded.push(event);
    this.#decoder = new ServerSentEventDecoder({ ...options, onMessage });
  }

  /** How many events have arrived. */
  get count(): number {
    return this.#count;
  }

  /** Whether all events of the stream were taken. */
  get isOver(): boolean {
    return this.#isComplete && this.#taken >= this.#events.length;
  }

  /** That of the event which was taken last: more may have arrived. */
  get lastEventId(): string | undefined {
    return this.#ids[this.#taken - 1] ?? this.#idBefore;
  }

  /** The delay before a reconnect that the server asks for. */
  get retryMs(): number | undefined {
    return this.#decoder.retryMs;
  }

  /** Put the events of a chunk in place of those before, all of which were taken. */
  decode(bytes: Uint8Array): void {
    this.#empty();
    this.#hasContent = false;
    let fault: StreamFailure | undefined;
    try {
      this.#decoder.decode(bytes);
    } catch (error) {
      fault = { error: error instanceof EventTooLarge ? this.#tooLarge() : error };
    }
    this.#receive(this.#decoded.splice(0));
    this.#fault ??= fault;
  }

  /**
   * The body has ended. The standard drops an event without a blank line after it; one that ends the stream or reports an error
   * is used all the same.
   *
   * @throws {StreamInterruptedError} if the stream has not.
   */
  decodeEnd(): void {
    const count = this.#count;
    this.#empty();
    const last = this.#decoder.unfinished();
    if (last) this.#receive([last]);
    this.#isComplete ||= !this.#fault && endsWithBody(this.#options.end);
    if (this.#isComplete) return;
    const fault = this.#fault?.error;
    throw APIError.isInstance(fault) ? fault : new StreamInterruptedError(count);
  }

  /**
   * The next event, or the end.
   *
   * @returns `undefined` if more bytes have to arrive first.
   * @throws the failure that follows the events.
   */
  take(): IteratorResult<Event, void> | undefined {
    const isEmpty = this.#taken === this.#events.length;
    if (isEmpty && this.#fault) throw this.#fault.error;
    if (isEmpty) return this.#isComplete ? { done: true, value: undefined } : undefined;
    // The type is the description's: responses are not validated.
    return { done: false, value: this.#events[this.#taken++] as Event };
  }

  #empty(): void {
    this.#events = [];
    this.#ids = [];
    this.#taken = 0;
    this.#idBefore = this.#decoder.lastEventId;
  }

  #tooLarge(): ResponseError {
    const { maxEventBytes } = this.#options;
    const problem = `A line or an event of the stream is larger than \`maxEventBytes\`, which is ${maxEventBytes}`;
    return new ResponseError(problem, this.#origin, '');
  }

  /** Events after the end or a failure are ignored. */
  #receive(decoded: readonly ServerSentEvent[]): void {
    if (this.#isComplete || this.#fault) return;
    const { end, isRepeated } = this.#options;
    const parsed = parseTogether(decoded, end);
    try {
      for (let index = 0; index < decoded.length && !this.#isComplete; index += 1) {
        const event = decoded[index]!;
        const { id } = event;
        const value = readEvent(event, end, this.#origin, parsed?.[index]);
        this.#isComplete = value === sentinel || isTerminal(value, end);
        if (value === sentinel || value === nothing || (id && isRepeated?.(id))) continue;
        if (id !== undefined) this.#ids[this.#events.length] = id;
        this.#keep(value);
      }
    } catch (error) {
      this.#fault = { error };
    }
  }

  #keep(value: unknown): void {
    this.#events.push(value);
    this.#count += 1;
    if (this.#hasContent || isEmptyEvent(value)) return;
    this.#hasContent = true;
    this.#onContent();
  }
}
