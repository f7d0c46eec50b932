import { createParser } from 'eventsource-parser';

/** One event of a `text/event-stream`. */
export interface ServerSentEvent {
  /** What `event:` says; without it the event is a plain message. */
  readonly event?: string | undefined;
  readonly data: string;
  /** The last `id:` up to this event, which may be that of an earlier one. */
  readonly id?: string | undefined;
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
 * Turns bytes into events, whatever the pieces in which they come.
 *
 * `eventsource-parser` does the work. Around it: bytes become text, all line ends become LF (a CR at the end of
 * a piece counts at once), lines are fed whole, and ids outlive their block, as the standard has it.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class ServerSentEventDecoder {
  readonly #options: DecoderOptions;
  readonly #text = new TextDecoder();
  readonly #parser;
  #onMessage: (event: ServerSentEvent) => void;
  /** The beginning of a line whose end has not come. */
  #held: string[] = [];
  #heldLength = 0;
  #endedInCR = false;
  /** The id that the block under way has set; it counts from the end of the block on. */
  #blockId: string | undefined;
  #lastEventId: string | undefined;

  constructor(options: DecoderOptions) {
    const { maxEventBytes, onEvent } = options;
    this.#options = options;
    this.#onMessage = options.onMessage;
    this.#parser = createParser({
      maxBufferSize: maxEventBytes,
      onEvent: (event) => {
        event.id = this.#lastEventId;
        onEvent?.({ kind: 'event', ...event });
        this.#onMessage(event);
      },
      onError: ({ type }) => {
        if (type === 'max-buffer-size-exceeded') throw new EventTooLarge();
      },
      ...(onEvent ? { onComment: (comment: string) => onEvent({ kind: 'comment', comment }) } : {}),
    });
    // Else the parser would take a text that begins like the bytes of a byte order mark for one.
    this.#parser.feed('');
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
    const rest = text.lastIndexOf('\n') + 1;
    if (rest > 0) this.#feed(this.#release() + text.slice(0, rest));
    this.#hold(text.slice(rest));
  }

  /** At the end of the bytes, the event that they would make if a blank line followed. */
  unfinished(): ServerSentEvent | undefined {
    let unfinished: ServerSentEvent | undefined;
    this.#onMessage = (event) => (unfinished = event);
    this.#feed(`${this.#release()}\n\n`);
    return unfinished;
  }

  #hold(text: string): void {
    if (text === '') return;
    this.#held.push(text);
    this.#heldLength += text.length;
    if (this.#heldLength > this.#options.maxEventBytes) throw new EventTooLarge();
  }

  #release(): string {
    const held = this.#held.length === 1 ? this.#held[0]! : this.#held.join('');
    this.#held = [];
    this.#heldLength = 0;
    return held;
  }

  /** @param lines - Each with its end. */
  #feed(lines: string): void {
    const isLong = lines.length > this.#options.maxEventBytes;
    const hasId = this.#blockId !== undefined || lines.startsWith('id') || lines.includes('\nid');
    if (!isLong && !hasId) return this.#parser.feed(lines);
    // Line by line, the parser looks at its limit before an event is complete.
    for (const line of lines.slice(0, -1).split('\n')) this.#feedLine(line);
  }

  #feedLine(line: string): void {
    if (line.length > this.#options.maxEventBytes) throw new EventTooLarge();
    const id = /^id(?:$|:\x20?([^\0]*)$)/.exec(line);
    if (id) this.#blockId = id[1] ?? '';
    if (line === '' && this.#blockId !== undefined) {
      this.#lastEventId = this.#blockId;
      this.#blockId = undefined;
    }
    this.#parser.feed(`${line}\n`);
  }
}
