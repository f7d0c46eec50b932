import type {
  AudioFormat,
  RealtimeTranscriptionClientMessage,
  RealtimeTranscriptionServerMessage,
  RealtimeTranscriptionSession,
  RealtimeTranscriptionSessionUpdatePayload,
} from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import type { ConnectionError } from '../errors/connection-error.js';
import { abortOf } from '../errors/failure-of.js';
import { MistralError } from '../errors/mistral-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { toBase64 } from '../internal/base64.js';
import { untilAborted } from '../internal/until-aborted.js';
import { copyOf, isBytes, type AudioBytes } from './audio-bytes.js';
import { bytesPerSample, checkedFormat } from './audio-format.js';
import { AudioProgress } from './audio-progress.js';
import { EventQueue } from './event-queue.js';
import type { OpenSession } from './handshake.js';
import type { LiveConfig } from './live-options.js';
import { textIn, type LiveEvent, type LiveText, type LiveTranscription } from './live-transcription.js';
import { readMessage } from './read-message.js';
import { SampleCutter } from './sample-cutter.js';
import { SocketClosedError } from './socket-closed-error.js';
import { Transcript, type LiveTranscript } from './transcript.js';

/** Opens a connection, up to the point where it takes audio. */
export type Connect = (update: RealtimeTranscriptionSessionUpdatePayload) => Promise<OpenSession>;

/** How long to wait before looking again whether bytes have left: WebSockets do not tell when. */
const lookAgainMs = 20;

/**
 * Live audio on its way to its transcription.
 *
 * Its promises need not be awaited to be safe: a failure also ends the loop over the events, and `result()`.
 */
export class TranscriptionSession implements LiveTranscription {
  readonly #config: LiveConfig;
  readonly #connect: Connect;
  readonly #leaving: AbortController;

  /** The connection that is there, or that comes. */
  #ready: Promise<OpenSession>;
  /** The connection that is there. */
  #open: OpenSession | undefined;
  /** How the session is to be, for the next connection. */
  #update: RealtimeTranscriptionSessionUpdatePayload;
  /** How many connections were lost since the last that was worth something. */
  #losses = 0;
  #stopIdleTimer = () => {};

  #audioFormat!: AudioFormat;
  #cutter!: SampleCutter;
  #progress!: AudioProgress;
  /** The last thing that is to be sent; each waits for the one before. */
  #tail: Promise<unknown>;
  #pendingBytes = 0;
  #hasAudio = false;
  #ending: Promise<void> | undefined;
  #endWasSent = false;
  /** Wait for `session.updated`. */
  #updates: (() => void)[] = [];

  readonly #events: EventQueue<LiveEvent>;
  readonly #transcript = new Transcript();
  #eventCount = 0;
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
    this.#connect = connect;
    this.#leaving = leaving;
    this.#update = config.update;
    this.#useFormat(config.audioFormat);
    this.#events = new EventQueue(config.maxQueuedEvents, () => this.#leave());
    this.#whole = quiet(new Promise((resolve, reject) => (this.#settle = { resolve, reject })));
    this.#ready = this.#getReady((open) => this.#takeOver(open));
    this.#tail = this.#ready;
  }

  /** Aborts when the session is over, complete or not. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  get partial(): LiveTranscript {
    return this.#transcript.answer;
  }

  async opened(): Promise<RealtimeTranscriptionSession> {
    return (await this.#ready).session;
  }

  /**
   * Send audio, which may be cut anywhere. Audio that comes before the server is ready waits for that.
   *
   * @returns when the runtime has room for more. Awaiting it keeps a fast source from filling the memory.
   * @throws {ArgumentError} if it is no bytes, or comes after `end()`.
   */
  send(audio: AudioBytes): Promise<void> {
    if (!isBytes(audio))
      return refuse('send() takes bytes of audio: a Uint8Array, a Buffer, an ArrayBuffer or a view of one');
    if (this.#ending && !this.#isOver)
      return refuse('send(): no audio can follow `end()`; open another session');
    const bytes = copyOf(audio);
    this.#hasAudio = true;
    this.#pendingBytes += bytes.byteLength;
    if (this.#pendingBytes > this.#config.maxPendingBytes) {
      this.fail(
        new MistralError(
          `More than ${this.#config.maxPendingBytes} bytes of audio wait to be sent, which is \`maxPendingBytes\`: await \`send()\`, so that the source waits for the network`,
        ),
      );
    }
    return this.#inTurn(async () => {
      for (const chunk of this.#cutter.cut(bytes)) {
        await this.#send({ type: 'input_audio.append', audio: toBase64(chunk) }, () =>
          this.#progress.sent(chunk.byteLength),
        );
      }
      this.#pendingBytes -= bytes.byteLength;
    });
  }

  /**
   * Ask for the text of what was sent so far, without waiting for more.
   *
   * @throws {ArgumentError} after `end()`.
   */
  flush(): Promise<void> {
    if (this.#ending && !this.#isOver) return refuse('flush(): `end()` has flushed already');
    return this.#inTurn(() => this.#send({ type: 'input_audio.flush' }, () => this.#progress.flushed()));
  }

  /**
   * Say that no more audio comes. The server then says the rest, and the session ends with `transcription.done`.
   *
   * @throws {ArgumentError} if the audio ends in the middle of a sample; the session fails with it.
   */
  end(): Promise<void> {
    this.#ending ??= this.#inTurn(async () => {
      const { restBytes } = this.#cutter;
      if (restBytes > 0) {
        const { encoding } = this.#audioFormat;
        throw new ArgumentError(
          `The audio ends in the middle of a sample: ${restBytes} of its ${bytesPerSample({ encoding })} bytes came. Is it ${encoding}, without a header, and whole?`,
        );
      }
      await this.#send({ type: 'input_audio.flush' });
      await this.#send({ type: 'input_audio.end' }, () => (this.#endWasSent = true));
    });
    return this.#ending;
  }

  /**
   * Change the session, before any audio: the format and the delay are fixed from then on.
   *
   * @returns when the server has taken the change over.
   * @throws {ArgumentError} for a format or a delay after the first `send()`; nothing is sent.
   */
  update(session: RealtimeTranscriptionSessionUpdatePayload): Promise<void> {
    const { audio_format: format, target_streaming_delay_ms: delay } = session;
    if (this.#hasAudio && (format !== undefined || delay !== undefined)) {
      return refuse(
        'update(): `audio_format` and `target_streaming_delay_ms` cannot change once audio was sent; open another session',
      );
    }
    try {
      if (format) this.#useFormat(checkedFormat('update()', format));
    } catch (error) {
      return quiet(Promise.reject(error as Error));
    }
    return this.#inTurn(async () => {
      this.#update = { ...this.#update, ...session };
      const updated = new Promise<void>((resolve) => this.#updates.push(resolve));
      await this.#send({ type: 'session.update', session });
      await untilAborted(this.#over.signal, updated);
    });
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<LiveEvent> {
    return this.#events.iterate();
  }

  text(): LiveText {
    return {
      [Symbol.asyncIterator]: () => textIn(this),
      // oxlint-disable-next-line unicorn/no-thenable -- `await session.text()` is what people write
      then: (onText, onError) =>
        this.result()
          .then(({ text }) => text)
          .then(onText, onError),
    };
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
    if (this.#isOver) return;
    // Not shown where an error is logged: it is what people said.
    if (this.#eventCount > 0 && MistralError.isInstance(error))
      Object.defineProperty(error, 'partial', { value: this.partial, configurable: true, writable: true });
    this.#finish(error);
    this.#events.end(error);
    this.#settle.reject(error);
    if (this.#open) drop(this.#open, error);
    else this.#leaving.abort(error);
  }

  #succeed({ connection, exchange }: OpenSession): void {
    this.#finish(new MistralError('This session is over: the transcription is complete'));
    this.#events.end();
    this.#settle.resolve(this.partial);
    exchange.following.release();
    connection.close();
  }

  /** @param reason - For whoever still wants something of the session. */
  #finish(reason: unknown): void {
    this.#stopIdleTimer();
    this.#over.abort(reason);
  }

  get #isOver(): boolean {
    return this.#over.signal.aborted;
  }

  #leave(): void {
    this.fail(new MistralError('This session was left before its end; `partial` is what had arrived'));
  }

  #useFormat(audioFormat: AudioFormat): void {
    this.#audioFormat = audioFormat;
    this.#cutter = new SampleCutter(bytesPerSample(audioFormat), this.#config.chunkBytes);
    this.#progress = new AudioProgress(audioFormat);
  }

  #getReady(onOpen: (open: OpenSession) => void): Promise<OpenSession> {
    const ready = this.#connect(this.#update).then((open) => {
      onOpen(open);
      return open;
    });
    ready.catch((error: unknown) => this.fail(error));
    return ready;
  }

  #takeOver(open: OpenSession): void {
    const { connection, exchange, events } = open;
    const { following } = exchange;
    const { signal } = following.controller;
    this.#open = open;
    if (signal.aborted) throw abortOf(following);
    const abort = () => {
      if (this.#open === open) this.fail(abortOf(following));
    };
    signal.addEventListener('abort', abort, { once: true });
    for (const event of events) this.#receive(event, open);
    this.#restartIdleTimer(open);
    connection.listen({
      message: (data) => this.#read(data, open),
      closed: (close) =>
        this.#lose(new SocketClosedError(exchange.call, close, this.#eventCount, exchange.scrub), open),
    });
  }

  #read(data: unknown, open: OpenSession): void {
    if (this.#open !== open || this.#isOver) return;
    this.#restartIdleTimer(open);
    try {
      this.#receive(readMessage(data, open.exchange), open);
    } catch (error) {
      // Audio has gone, or may have: nothing sends it again.
      if (MistralError.isInstance(error)) error.retryable = false;
      this.fail(error);
    }
  }

  #receive(event: RealtimeTranscriptionServerMessage, open: OpenSession): void {
    this.#eventCount += 1;
    this.#transcript.add(event);
    this.#progress.heard(event);
    this.#queue(event);
    if (event.type === 'session.updated') this.#updates.shift()?.();
    // The server does its work, so another loss would be a new one.
    if (!event.type.startsWith('session.')) this.#losses = 0;
    // Before the end, it answers a flush.
    if (event.type === 'transcription.done' && this.#endWasSent) this.#succeed(open);
  }

  #queue(event: LiveEvent): void {
    if (this.#events.push(event) || (this.#resultIsWanted && this.#events.discard())) return;
    const { maxQueuedEvents } = this.#config;
    throw new MistralError(
      `${maxQueuedEvents} events wait to be read, which is \`maxQueuedEvents\`: read them faster, or ask for \`result()\` alone`,
    );
  }

  #restartIdleTimer(open: OpenSession): void {
    const { clock, call, settings } = open.exchange;
    const { idleTimeoutMs } = settings;
    this.#stopIdleTimer();
    this.#stopIdleTimer = clock.after(idleTimeoutMs, () => {
      const problem = `${call} said nothing for ${idleTimeoutMs} ms, its \`idleTimeoutMs\``;
      this.#lose(new TimeoutError(problem, idleTimeoutMs), open);
    });
  }

  /** A connection is gone, or might as well be. */
  #lose(error: ConnectionError, lost: OpenSession): void {
    if (this.#open !== lost || this.#isOver) return;
    const mayGoOn = error.retryable && this.#losses < this.#config.reconnect;
    // Audio has gone, or may have: nothing sends it again.
    error.retryable = false;
    if (!mayGoOn) return this.fail(error);
    this.#losses += 1;
    this.#stopIdleTimer();
    this.#open = undefined;
    drop(lost, error);
    this.#ready = this.#getReady((open) => this.#goOn(open, error));
  }

  #goOn(open: OpenSession, cause: Error): void {
    const gap = this.#progress.reconnected();
    this.#transcript.reconnected(gap);
    this.#queue({ type: 'reconnected', ...gap, cause });
    this.#takeOver(open);
    if (!this.#endWasSent) return;
    open.connection.send({ type: 'input_audio.flush' });
    open.connection.send({ type: 'input_audio.end' });
  }

  /** Do something after all that was asked for before. */
  #inTurn(task: () => Promise<void>): Promise<void> {
    const turn = this.#tail.then(() => {
      if (this.#isOver) throw this.#over.signal.reason as Error;
      return task();
    });
    this.#tail = turn;
    turn.catch((error: unknown) => this.fail(error));
    return turn;
  }

  /**
   * Hand a message to the connection, as soon as there is one and it has room.
   *
   * @param onSend - Is called in the same tick: the answer may come in the next.
   */
  async #send(message: RealtimeTranscriptionClientMessage, onSend = () => {}): Promise<void> {
    for (;;) {
      const open = await this.#ready;
      while (this.#open === open && open.connection.bufferedBytes > this.#config.maxBufferedBytes) {
        await this.#pause(open);
      }
      if (this.#isOver) throw this.#over.signal.reason as Error;
      // If another connection is on its way, it is for that.
      if (this.#open !== open) continue;
      onSend();
      open.connection.send(message);
      return;
    }
  }

  async #pause({ exchange }: OpenSession): Promise<void> {
    let stopTimer = () => {};
    const pause = new Promise<void>((resolve) => (stopTimer = exchange.clock.after(lookAgainMs, resolve)));
    try {
      await untilAborted(this.#over.signal, pause);
    } finally {
      stopTimer();
    }
  }
}

/** Close a connection at once, with the attempt that it came from. */
function drop({ exchange }: OpenSession, reason: unknown): void {
  exchange.following.release();
  exchange.following.controller.abort(reason);
}

const refuse = (problem: string): Promise<never> => quiet(Promise.reject(new ArgumentError(problem)));

/** A promise that nobody has to listen to: what it says is said elsewhere, too. */
function quiet<P extends Promise<unknown>>(promise: P): P {
  promise.catch(() => undefined);
  return promise;
}
