import type {
  RealtimeTranscriptionClientMessage,
  RealtimeTranscriptionServerMessage,
  RealtimeTranscriptionSession,
  RealtimeTranscriptionSessionUpdatePayload,
} from '../../generated/types.gen.js';
import { attachPartial } from '../errors/attach-partial.js';
import { callerHere, tellCaller, type Caller } from '../errors/caller.js';
import { MistralError } from '../errors/mistral-error.js';
import { iterablePromise } from '../internal/iterable-promise.js';
import type { CallEnd } from '../transport/observer.js';
import type { AudioBytes } from './audio-bytes.js';
import { AudioSender } from './audio-sender.js';
import { EventQueue } from './event-queue.js';
import { ReconnectingConnection, type Connect } from './reconnecting-connection.js';
import type { LiveConfig } from './live-options.js';
import { textIn, type LiveEvent, type LiveText, type LiveTranscription } from './live-transcription.js';
import { ignoreRejection } from './ignore-rejection.js';
import { normalizeEvent } from './normalize-event.js';
import { Transcript, type LiveTranscript } from './transcript.js';

/**
 * Live audio on its way to its transcription.
 *
 * Its promises need not be awaited to be safe: a failure also ends the loop over the events, and `result()`.
 */
export class TranscriptionSession implements LiveTranscription {
  readonly #caller: Caller = callerHere();
  readonly #config: LiveConfig;
  readonly #leaving: AbortController;
  readonly #connection: ReconnectingConnection;
  readonly #sender: AudioSender;
  readonly #events: EventQueue<LiveEvent>;
  readonly #transcript = new Transcript();
  readonly #whole: Promise<LiveTranscript>;
  #settle!: { resolve(transcript: LiveTranscript): void; reject(error: unknown): void };
  #resultIsWanted = false;
  /** Aborts when the session is over; the reason is the error for whoever still wants something of it. */
  readonly #over = new AbortController();

  /**
   * @param leaving - Aborted by {@link TranscriptionSession.abort}, and when the session fails; ends the opening, too.
   */
  constructor(connect: Connect, leaving: AbortController, config: LiveConfig) {
    this.#config = config;
    this.#leaving = leaving;
    this.#events = new EventQueue(config.maxQueuedEvents, () => this.#leave());
    this.#whole = ignoreRejection(new Promise((resolve, reject) => (this.#settle = { resolve, reject })));
    const owner = {
      over: this.over,
      received: (event: RealtimeTranscriptionServerMessage) => this.#receive(event),
      reconnected: (cause: Error) => this.#reconnected(cause),
      graceMs: () => this.#sender.progress.graceMs,
      completedBy: (code: number) => this.#sender.progress.completedBy(code),
      completed: () => this.#succeed(),
      failed: (error: unknown) => this.fail(error),
    };
    this.#connection = new ReconnectingConnection(connect, config, owner);
    this.#sender = new AudioSender(this.#connection, config, owner);
  }

  /** Aborts when the session is over, complete or not. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  get partial(): LiveTranscript {
    return this.#transcript.answer;
  }

  opened(): Promise<RealtimeTranscriptionSession> {
    return this.#connection.opened();
  }

  /**
   * Send audio, which may be cut anywhere. Audio that comes before the server is ready waits for that.
   *
   * @returns when the runtime has room for more. Awaiting it keeps a fast source from filling the memory.
   * @throws {ArgumentError} if it is no bytes, or comes after `end()`.
   */
  send(audio: AudioBytes): Promise<void> {
    return this.#sender.send(audio);
  }

  /**
   * Ask for the text of what was sent so far, without waiting for more.
   *
   * @throws {ArgumentError} after `end()`.
   */
  flush(): Promise<void> {
    return this.#sender.flush();
  }

  /**
   * Say that no more audio comes. The server then says the rest, and the session ends with `transcription.done`.
   *
   * @throws {ArgumentError} if the audio ends in the middle of a sample; the session fails with it.
   */
  end(): Promise<void> {
    return this.#sender.end();
  }

  /**
   * Change the session, before any audio: the format and the delay are fixed from then on.
   *
   * @returns when the server has taken the change over.
   * @throws {ArgumentError} for a format or a delay after the first `send()`; nothing is sent.
   */
  update(session: RealtimeTranscriptionSessionUpdatePayload): Promise<void> {
    return this.#sender.update(session);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<LiveEvent> {
    return this.#events.iterate();
  }

  text(): LiveText {
    return iterablePromise(
      () => textIn(this),
      () => this.result().then(({ text }) => text),
    );
  }

  result(): Promise<LiveTranscript> {
    this.#resultIsWanted = true;
    return this.#whole;
  }

  abort(reason?: unknown): void {
    this.#leaving.abort(reason);
  }

  /** End the session with an error of somebody else's: of the source of the audio. */
  fail(error: unknown): void {
    this.#fail(error, { error, data: this.partial });
  }

  #fail(error: unknown, end: CallEnd): void {
    if (this.over.aborted) return;
    tellCaller(error, this.#caller);
    if (this.#connection.eventCount > 0) attachPartial(error, this.partial);
    this.#over.abort(error);
    this.#events.end(error);
    this.#settle.reject(error);
    if (!this.#connection.drop(error, end)) this.#leaving.abort(error);
  }

  #succeed(): void {
    this.#over.abort(new MistralError('This session is over: the transcription is complete'));
    this.#events.end();
    this.#settle.resolve(this.partial);
    this.#connection.close(this.partial);
  }

  #leave(): void {
    const error = new MistralError('This session was left before its end; `partial` is what had arrived');
    this.#fail(error, { data: this.partial });
  }

  #receive(event: RealtimeTranscriptionServerMessage): void {
    const regular = normalizeEvent(event);
    this.#transcript.add(regular);
    this.#sender.progress.heard(regular);
    this.#queue(event);
    if (event.type === 'session.updated') this.#sender.updated();
    if (this.#sender.progress.isComplete) this.#succeed();
  }

  #reconnected(cause: Error): readonly RealtimeTranscriptionClientMessage[] {
    const gap = this.#sender.progress.reconnected();
    this.#transcript.reconnected(gap);
    this.#queue({ type: 'reconnected', ...gap, cause });
    return this.#sender.resume();
  }

  #queue(event: LiveEvent): void {
    if (this.#events.push(event) || (this.#resultIsWanted && this.#events.discard())) return;
    const { maxQueuedEvents } = this.#config;
    throw new MistralError(
      `${maxQueuedEvents} events wait to be read, which is \`maxQueuedEvents\`: read them faster, or ask for \`result()\` alone`,
    );
  }
}
