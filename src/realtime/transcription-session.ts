import type {
  RealtimeTranscriptionClientMessage,
  RealtimeTranscriptionServerMessage,
  RealtimeTranscriptionSession,
  RealtimeTranscriptionSessionUpdatePayload,
} from '../../generated/types.gen.js';
import { attachPartial } from '../errors/attach-partial.js';
import { captureCaller, addCallerStack, type Caller } from '../errors/caller.js';
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
 * A session of live transcription.
 *
 * Its promises need not be awaited: a failure is also thrown by the loop over the events, and by `result()`.
 */
export class TranscriptionSession implements LiveTranscription {
  readonly #caller: Caller = captureCaller();
  readonly #config: LiveConfig;
  readonly #controller: AbortController;
  readonly #connection: ReconnectingConnection;
  readonly #sender: AudioSender;
  readonly #events: EventQueue<LiveEvent>;
  readonly #transcript = new Transcript();
  readonly #whole: Promise<LiveTranscript>;
  #settle!: { resolve(transcript: LiveTranscript): void; reject(error: unknown): void };
  #resultIsWanted = false;
  /** Aborts when the session has ended; the reason is the error for later calls. */
  readonly #over = new AbortController();

  /**
   * @param controller - Aborted by {@link TranscriptionSession.abort}, and when the session fails; also aborts the opening.
   */
  constructor(connect: Connect, controller: AbortController, config: LiveConfig) {
    this.#config = config;
    this.#controller = controller;
    this.#events = new EventQueue(config.maxQueuedEvents, () => this.#cancel());
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

  /** Aborts when the session has ended, complete or not. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  get partial(): LiveTranscript {
    return this.#transcript.result;
  }

  opened(): Promise<RealtimeTranscriptionSession> {
    return this.#connection.opened();
  }

  /**
   * Send audio, which may be split anywhere. It waits until the server is ready.
   *
   * @returns when the send buffer has room for more. Await it for backpressure on a fast source.
   * @throws {ArgumentError} if it is not bytes, or after `end()`.
   */
  send(audio: AudioBytes): Promise<void> {
    return this.#sender.send(audio);
  }

  /**
   * Request the text of the audio so far, without waiting for more.
   *
   * @throws {ArgumentError} after `end()`.
   */
  flush(): Promise<void> {
    return this.#sender.flush();
  }

  /**
   * End the audio. The server then sends the rest of the text, and the session ends with `transcription.done`.
   *
   * @throws {ArgumentError} if the audio ends in the middle of a sample; the session fails with it.
   */
  end(): Promise<void> {
    return this.#sender.end();
  }

  /**
   * Change the session, before any audio: the format and the delay are fixed from then on.
   *
   * @returns when the server has applied the change.
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
    this.#controller.abort(reason);
  }

  /** End the session with an error of the audio source. */
  fail(error: unknown): void {
    this.#fail(error, { error, data: this.partial });
  }

  #fail(error: unknown, end: CallEnd): void {
    if (this.over.aborted) return;
    addCallerStack(error, this.#caller);
    if (this.#connection.eventCount > 0) attachPartial(error, this.partial);
    this.#over.abort(error);
    this.#events.end(error);
    this.#settle.reject(error);
    if (!this.#connection.drop(error, end)) this.#controller.abort(error);
  }

  #succeed(): void {
    this.#over.abort(new MistralError('This session has ended: the transcription is complete'));
    this.#events.end();
    this.#settle.resolve(this.partial);
    this.#connection.close(this.partial);
  }

  #cancel(): void {
    const error = new MistralError(
      'This session was cancelled before its end; `partial` is what had arrived',
    );
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
      `${maxQueuedEvents} events wait to be read, which is \`maxQueuedEvents\`: read them faster, or use only \`result()\``,
    );
  }
}
