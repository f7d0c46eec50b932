import type {
  AudioFormat,
  RealtimeTranscriptionClientMessage,
  RealtimeTranscriptionServerMessage,
  RealtimeTranscriptionSession,
  RealtimeTranscriptionSessionUpdatePayload,
} from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { abortOf } from '../errors/failure-of.js';
import { MistralError } from '../errors/mistral-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { toBase64 } from '../internal/base64.js';
import { untilAborted } from '../internal/until-aborted.js';
import { bytesPerSample, checkedFormat } from './audio-format.js';
import { EventQueue } from './event-queue.js';
import type { OpenSession } from './handshake.js';
import type { LiveConfig } from './live-options.js';
import { readMessage } from './read-message.js';
import { SampleCutter } from './sample-cutter.js';
import { SocketClosedError, type SocketClose } from './socket-closed-error.js';
import { Transcript, type LiveTranscript } from './transcript.js';

/** Bytes of audio. A copy is made at once, so a buffer may be used again. */
export type AudioBytes = ArrayBuffer | ArrayBufferView;

/** Text as it arrives; await it for the whole of it. */
export interface LiveText extends AsyncIterable<string>, PromiseLike<string> {}

/** What comes of live audio. It can be iterated, for the events, once; those that came before are not lost. */
export interface LiveTranscription extends AsyncIterable<RealtimeTranscriptionServerMessage> {
  /** What has arrived so far, put together. */
  readonly partial: LiveTranscript;
  /**
   * Wait until the server is ready for audio.
   *
   * @returns what the server says of the session, such as its `request_id`.
   */
  opened(): Promise<RealtimeTranscriptionSession>;
  /**
   * The text alone: iterate it as it arrives, or await the whole of it.
   *
   * @throws {MistralError} if it is iterated and the events were read already.
   */
  text(): LiveText;
  /**
   * The finished transcription. Events are kept for a loop meanwhile, as many as `maxQueuedEvents`; if no loop has
   * begun by then, they are given up.
   */
  result(): Promise<LiveTranscript>;
  /** End the session at once. Whoever waits for it gets an `AbortError` with the reason. */
  abort(reason?: unknown): void;
}

/** How long to wait before looking again whether bytes have left: WebSockets do not tell when. */
const lookAgainMs = 20;

/**
 * Live audio on its way to its transcription.
 *
 * Its promises need not be awaited to be safe: a failure also ends the loop over the events, and `result()`.
 */
export class TranscriptionSession implements LiveTranscription {
  readonly #config: LiveConfig;
  readonly #leaving: AbortController;
  readonly #ready: Promise<OpenSession>;
  readonly #events: EventQueue<RealtimeTranscriptionServerMessage>;
  readonly #transcript = new Transcript();
  /** Aborts when the session is over; the reason is the error for whoever still wants something of it. */
  readonly #over = new AbortController();
  readonly #whole: Promise<LiveTranscript>;
  #settle!: { resolve(transcript: LiveTranscript): void; reject(error: unknown): void };
  #open: OpenSession | undefined;
  #audioFormat!: AudioFormat;
  #cutter!: SampleCutter;
  #eventCount = 0;
  #stopIdleTimer = () => {};
  /** The last thing that is to be sent; each waits for the one before. */
  #tail: Promise<unknown>;
  #pendingBytes = 0;
  #audioHasGone = false;
  #ending: Promise<void> | undefined;
  #endWasSent = false;
  #resultIsWanted = false;
  #updates: (() => void)[] = [];

  /**
   * @param ready - The session as soon as it is open.
   * @param leaving - Aborted by {@link TranscriptionSession.abort}, and when the loop is left; ends the opening, too.
   */
  constructor(ready: Promise<OpenSession>, leaving: AbortController, config: LiveConfig) {
    this.#config = config;
    this.#leaving = leaving;
    this.#use(config.audioFormat);
    this.#events = new EventQueue(config.maxQueuedEvents, () => this.#leave());
    this.#whole = quiet(new Promise((resolve, reject) => (this.#settle = { resolve, reject })));
    this.#ready = quiet(ready.then((open) => this.#takeOver(open)));
    this.#ready.catch((error: unknown) => this.fail(error));
    this.#tail = this.#ready;
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
    if (this.#ending && !this.#over.signal.aborted)
      return refuse('send(): no audio can follow `end()`; open another session');
    const bytes = copyOf(audio);
    this.#audioHasGone = true;
    this.#pendingBytes += bytes.byteLength;
    if (this.#pendingBytes > this.#config.maxPendingBytes && !this.#over.signal.aborted) {
      this.fail(
        new MistralError(
          `More than ${this.#config.maxPendingBytes} bytes of audio wait to be sent, which is \`maxPendingBytes\`: await \`send()\`, so that the source waits for the network`,
        ),
      );
    }
    return this.#inTurn(async () => {
      for (const chunk of this.#cutter.cut(bytes)) {
        await this.#send({ type: 'input_audio.append', audio: toBase64(chunk) });
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
    if (this.#ending && !this.#over.signal.aborted) return refuse('flush(): `end()` has flushed already');
    return this.#inTurn(() => this.#send({ type: 'input_audio.flush' }));
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
      this.#endWasSent = true;
      await this.#send({ type: 'input_audio.end' });
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
    if (this.#audioHasGone && (format !== undefined || delay !== undefined)) {
      return refuse(
        'update(): `audio_format` and `target_streaming_delay_ms` cannot change once audio was sent; open another session',
      );
    }
    try {
      if (format) this.#use(checkedFormat('update()', format));
    } catch (error) {
      return quiet(Promise.reject(error as Error));
    }
    return this.#inTurn(async () => {
      const updated = new Promise<void>((resolve) => this.#updates.push(resolve));
      await this.#send({ type: 'session.update', session });
      await untilAborted(this.#over.signal, updated);
    });
  }

  #use(audioFormat: AudioFormat): void {
    this.#audioFormat = audioFormat;
    this.#cutter = new SampleCutter(bytesPerSample(audioFormat), this.#config.chunkBytes);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<RealtimeTranscriptionServerMessage, undefined> {
    return this.#events.iterate();
  }

  text(): LiveText {
    return {
      [Symbol.asyncIterator]: () => textOf(this),
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
    if (this.#over.signal.aborted) return;
    // Not shown where an error is logged: it is what people said.
    if (this.#eventCount > 0 && MistralError.isInstance(error))
      Object.defineProperty(error, 'partial', { value: this.partial, configurable: true, writable: true });
    this.#finish(error);
    this.#events.end(error);
    this.#settle.reject(error);
    const open = this.#open;
    if (open) {
      open.exchange.following.release();
      // The connection is dropped with its attempt.
      open.exchange.following.controller.abort(error);
    } else this.#leaving.abort(error);
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

  #leave(): void {
    this.fail(new MistralError('This session was left before its end; `partial` is what had arrived'));
  }

  #takeOver(open: OpenSession): OpenSession {
    const { connection, exchange, events } = open;
    const { following } = exchange;
    this.#open = open;
    if (following.controller.signal.aborted) throw abortOf(following);
    following.controller.signal.addEventListener('abort', () => this.fail(abortOf(following)), {
      once: true,
    });
    for (const event of events) this.#receive(event, open);
    this.#restartIdleTimer(open);
    connection.listen({
      message: (data) => this.#read(data, open),
      closed: (close) => this.fail(this.#closed(close, open)),
    });
    return open;
  }

  #read(data: unknown, open: OpenSession): void {
    if (this.#over.signal.aborted) return;
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
    if (!this.#events.push(event) && !(this.#resultIsWanted && this.#events.discard())) {
      const { maxQueuedEvents } = this.#config;
      throw new MistralError(
        `${maxQueuedEvents} events wait to be read, which is \`maxQueuedEvents\`: read them faster, or ask for \`result()\` alone`,
      );
    }
    if (event.type === 'session.updated') this.#updates.shift()?.();
    // Before, it answers a flush.
    if (event.type === 'transcription.done' && this.#endWasSent) this.#succeed(open);
  }

  #closed(close: SocketClose, { exchange }: OpenSession): SocketClosedError {
    const error = new SocketClosedError(exchange.call, close, this.#eventCount, exchange.scrub);
    error.retryable = false;
    return error;
  }

  #restartIdleTimer({ exchange }: OpenSession): void {
    const { clock, call, settings } = exchange;
    const { idleTimeoutMs } = settings;
    this.#stopIdleTimer();
    this.#stopIdleTimer = clock.after(idleTimeoutMs, () => {
      const problem = `${call} said nothing for ${idleTimeoutMs} ms, its \`idleTimeoutMs\``;
      const error = new TimeoutError(problem, idleTimeoutMs);
      error.retryable = false;
      this.fail(error);
    });
  }

  /** Do something after all that was asked for before. */
  #inTurn(task: () => Promise<void>): Promise<void> {
    const turn = this.#tail.then(() => {
      if (this.#over.signal.aborted) throw this.#over.signal.reason as Error;
      return task();
    });
    this.#tail = turn;
    turn.catch((error: unknown) => this.fail(error));
    return turn;
  }

  /** Hand a message to the runtime, once it has room. */
  async #send(message: RealtimeTranscriptionClientMessage): Promise<void> {
    const { connection, exchange } = await this.#ready;
    while (connection.bufferedBytes > this.#config.maxBufferedBytes) {
      let stopTimer = () => {};
      const pause = new Promise<void>((resolve) => (stopTimer = exchange.clock.after(lookAgainMs, resolve)));
      try {
        await untilAborted(this.#over.signal, pause);
      } finally {
        stopTimer();
      }
    }
    if (this.#over.signal.aborted) throw this.#over.signal.reason as Error;
    connection.send(message);
  }
}

async function* textOf(session: LiveTranscription): AsyncGenerator<string, void> {
  for await (const event of session) {
    if (event.type === 'transcription.text.delta') yield event.text;
  }
}

const isBytes = (audio: unknown): audio is AudioBytes =>
  audio instanceof ArrayBuffer || ArrayBuffer.isView(audio);

const copyOf = (audio: AudioBytes): Uint8Array =>
  ArrayBuffer.isView(audio)
    ? new Uint8Array(audio.buffer, audio.byteOffset, audio.byteLength).slice()
    : new Uint8Array(audio.slice(0));

const refuse = (problem: string): Promise<never> => quiet(Promise.reject(new ArgumentError(problem)));

/** A promise that nobody has to listen to: what it says is said elsewhere, too. */
function quiet<P extends Promise<unknown>>(promise: P): P {
  promise.catch(() => undefined);
  return promise;
}
