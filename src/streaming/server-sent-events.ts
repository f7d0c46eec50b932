import { isRecord } from '../internal/is-record.js';
import { parseOrKeep } from '../internal/parse-or-keep.js';

/** One event of a `text/event-stream`. */
export interface ServerSentEvent {
  /** What `event:` says; without it the event is a plain message. */
  readonly event?: string | undefined;
  readonly data: string;
  /** The last `id:` up to this event, which may be that of an earlier one. */
  readonly id?: string | undefined;
  /** Whether it is JSON that stands in the stream without a field name, as no event does. */
  readonly isBare?: true;
}

/** What a decoder is told beside the bytes. */
export interface DecoderOptions {
  /** Is given each event as soon as its last byte is decoded. */
  readonly onMessage: (event: ServerSentEvent) => void;
  /** The longest line, and the longest data of one event, in characters: of a byte comes one at most. */
  readonly maxEventBytes: number;
  /** Is shown everything as it is decoded. */
  readonly onEvent?: ((event: RawEvent) => void) | undefined;
}

/** What came over the wire, for people who debug: an event as it was, or a comment, which keeps a connection alive. */
export type RawEvent =
  (ServerSentEvent & { readonly kind: 'event' }) | { readonly kind: 'comment'; readonly comment: string };

/** A line or an event is longer than it may be. */
export class EventTooLarge extends Error {}

/**
 * Turns bytes into events, whatever the pieces in which they come. Its cost is linear in the bytes.
 *
 * An event that is one line of data after another such event is by far the most frequent, and has a way of its own.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class ServerSentEventDecoder {
  readonly #maxEventBytes: number;
  readonly #onEvent: DecoderOptions['onEvent'];
  readonly #text = new TextDecoder();
  #onMessage: (event: ServerSentEvent) => void;
  /** The beginning of a line whose end has not come. */
  #held: string[] = [];
  #heldLength = 0;
  #endedInCR = false;
  /** What the block under way has said. Its id counts from its end on, whether it has data or not. */
  #data: string | undefined;
  #type: string | undefined;
  #id: string | undefined;
  #lastEventId: string | undefined;
  /** JSON without a field name, as far as it has come. */
  #bare = '';

  constructor({ maxEventBytes, onEvent, onMessage }: DecoderOptions) {
    this.#maxEventBytes = maxEventBytes;
    this.#onEvent = onEvent;
    this.#onMessage = onMessage;
  }

  /** The id that an `EventSource` would send to go on from here. */
  get lastEventId(): string | undefined {
    return this.#lastEventId;
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

  /** At the end of the bytes, the event that they would make if a blank line followed. */
  unfinished(): ServerSentEvent | undefined {
    let unfinished: ServerSentEvent | undefined;
    this.#onMessage = (event) => (unfinished = event);
    this.#readLine(this.#release());
    this.#readLine('');
    return unfinished;
  }

  /** Reads what has its end, and gives where the rest begins. */
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
    else this.#readBare(line);
  }

  /** The standard ignores such lines, and gateways write errors into them, pretty-printed at times. */
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
