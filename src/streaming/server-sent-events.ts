import { isRecord } from '../internal/is-record.js';
import { parseOrKeep } from '../internal/parse-or-keep.js';

/** One event of a `text/event-stream`. */
export interface ServerSentEvent {
  /** The value of `event:`; without it the event is a plain message. */
  readonly event?: string | undefined;
  readonly data: string;
  /** The last `id:` up to this event, possibly of an earlier one. */
  readonly id?: string | undefined;
  /** Whether it is JSON without a field name, which is not an event of the standard. */
  readonly isBare?: true;
}

/** Options of the decoder. */
export interface DecoderOptions {
  /** Called with each event as soon as its last byte is decoded. */
  readonly onMessage: (event: ServerSentEvent) => void;
  /** The maximum length of a line, and of the data of one event, in characters (at most one per byte). */
  readonly maxEventBytes: number;
  /** Called with everything that is decoded. */
  readonly onEvent?: ((event: RawEvent) => void) | undefined;
}

/** A raw event of the wire, for debugging, or a comment, which keeps a connection alive. */
export type RawEvent =
  (ServerSentEvent & { readonly kind: 'event' }) | { readonly kind: 'comment'; readonly comment: string };

/** A line or an event is longer than allowed. */
export class EventTooLarge extends Error {}

/**
 * Decodes bytes to events, however they are split into chunks. Its cost is linear in the bytes.
 *
 * An event of a single data line after another such event is by far the most frequent, and has a fast path.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class ServerSentEventDecoder {
  readonly #maxEventBytes: number;
  readonly #onEvent: DecoderOptions['onEvent'];
  readonly #text = new TextDecoder();
  #onMessage: (event: ServerSentEvent) => void;
  /** An incomplete line. */
  #held: string[] = [];
  #heldLength = 0;
  #endedInCR = false;
  /** The fields of the current block. Its id applies from its end on, whether it has data or not. */
  #data: string | undefined;
  #type: string | undefined;
  #id: string | undefined;
  #lastEventId: string | undefined;
  #retryMs: number | undefined;
  /** JSON without a field name, so far. */
  #bare = '';

  constructor({ maxEventBytes, onEvent, onMessage }: DecoderOptions) {
    this.#maxEventBytes = maxEventBytes;
    this.#onEvent = onEvent;
    this.#onMessage = onMessage;
  }

  /** The id that an `EventSource` would send to resume from here. */
  get lastEventId(): string | undefined {
    return this.#lastEventId;
  }

  /** The delay before a reconnect that the server asks for. */
  get retryMs(): number | undefined {
    return this.#retryMs;
  }

  /** @throws {EventTooLarge} for a line or an event above the limit, after the events before it. */
  decode(bytes: Uint8Array): void {
    let text = this.#text.decode(bytes, { stream: true });
    if (text === '') return;
    if (this.#endedInCR && text.startsWith('\n')) text = text.slice(1);
    this.#endedInCR = text.endsWith('\r');
    if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
    this.#hold(text.slice(this.#readLines(text)));
  }

  /** At the end of the bytes, the event that a blank line would complete. */
  unfinished(): ServerSentEvent | undefined {
    let unfinished: ServerSentEvent | undefined;
    this.#onMessage = (event) => (unfinished = event);
    this.#readLine(this.#release());
    this.#readLine('');
    return unfinished;
  }

  /** Reads complete lines, and returns where the rest starts. */
  #readLines(text: string): number {
    let start = 0;
    if (this.#held.length > 0) {
      const end = text.indexOf('\n');
      if (end < 0) return 0;
      this.#readLine(this.#release() + text.slice(0, end));
      start = end + 1;
    }
    for (let end = text.indexOf('\n', start); end >= 0; end = text.indexOf('\n', start)) {
      const isWhole =
        text.charCodeAt(end + 1) === lineFeed && this.#isBetweenBlocks() && text.startsWith('data: ', start);
      if (!isWhole) this.#readLine(text.slice(start, end));
      else if (end - start > this.#maxEventBytes) throw new EventTooLarge();
      else this.#emit(undefined, text.slice(start + 6, end));
      start = end + (isWhole ? 2 : 1);
    }
    return start;
  }

  #hold(text: string): void {
    if (text === '') return;
    this.#held.push(text);
    this.#heldLength += text.length;
    if (this.#heldLength > this.#maxEventBytes) throw new EventTooLarge();
  }

  #release(): string {
    const held = this.#held.join('');
    this.#held = [];
    this.#heldLength = 0;
    return held;
  }

  #isBetweenBlocks(): boolean {
    return this.#data === undefined && this.#type === undefined && this.#id === undefined;
  }

  #readLine(line: string): void {
    if (line === '') return this.#endBlock();
    const colon = this.#limited(line).indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (name === '') this.#onEvent?.({ kind: 'comment', comment: value });
    else if (name === 'data')
      this.#data = this.#data === undefined ? value : this.#limited(`${this.#data}\n${value}`);
    else if (name === 'event') this.#type = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) this.#retryMs = Number(value);
    else this.#readBare(line);
  }

  /** The standard ignores such lines; gateways write errors into them, sometimes pretty-printed. */
  #readBare(line: string): void {
    if (this.#bare === '' && !line.trimStart().startsWith('{')) return;
    this.#bare = this.#limited(`${this.#bare}${line}\n`);
    if (!line.trimEnd().endsWith('}') || !isRecord(parseOrKeep(this.#bare))) return;
    this.#onMessage({ data: this.#bare, isBare: true });
    this.#bare = '';
  }

  #endBlock(): void {
    const data = this.#data;
    const type = this.#type;
    if (this.#id !== undefined) this.#lastEventId = this.#id;
    this.#data = this.#type = this.#id = undefined;
    if (data !== undefined) this.#emit(type === '' ? undefined : type, data);
  }

  #emit(event: string | undefined, data: string): void {
    const message = { event, data, id: this.#lastEventId };
    this.#onEvent?.({ kind: 'event', ...message });
    this.#onMessage(message);
  }

  #limited(text: string): string {
    if (text.length > this.#maxEventBytes) throw new EventTooLarge();
    return text;
  }
}

const lineFeed = 10;
