import type {
  RealtimeTranscriptionClientMessage,
  RealtimeTranscriptionServerMessage,
  RealtimeTranscriptionSession,
  RealtimeTranscriptionSessionUpdatePayload,
} from '../../generated/types.gen.js';
import type { ConnectionError } from '../errors/connection-error.js';
import { abortOf } from '../errors/failure-of.js';
import { MistralError } from '../errors/mistral-error.js';
import { noteAttempt } from '../errors/note-attempt.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { untilAborted } from '../internal/until-aborted.js';
import type { CallEnd } from '../transport/observer.js';
import type { OpenSession } from './handshake.js';
import type { LiveConfig } from './live-options.js';
import { readMessage } from './read-message.js';
import { SocketClosedError } from './socket-closed-error.js';

/** Opens a connection, until it is ready for audio. */
export type Connect = (update: RealtimeTranscriptionSessionUpdatePayload) => Promise<OpenSession>;

/** The session of the connection. */
export interface ConnectionOwner {
  /** Aborts when the session has ended; the reason is the error for pending operations. */
  readonly over: AbortSignal;
  /** If it throws, the connection fails. */
  received(event: RealtimeTranscriptionServerMessage): void;
  /**
   * Another connection replaces a lost one.
   *
   * @returns its first messages.
   */
  reconnected(cause: Error): readonly RealtimeTranscriptionClientMessage[];
  /** Idle timeout until no more events are expected; `undefined` while more are. */
  graceMs(): number | undefined;
  /** Whether the transcription was complete when the server closed the connection. */
  completedBy(code: number): boolean;
  /** No more events are expected. */
  completed(): void;
  /** It could not be opened, or is lost permanently. */
  failed(error: unknown): void;
}

/** How often to poll the send buffer: WebSockets have no event for it. */
const lookAgainMs = 20;

/** A connection that reconnects when it is lost, as often as the options allow. */
export class ReconnectingConnection {
  readonly #connect: Connect;
  readonly #config: Pick<LiveConfig, 'reconnect' | 'maxBufferedBytes'>;
  readonly #owner: ConnectionOwner;
  /** The current or next connection. */
  #ready: Promise<OpenSession>;
  /** The current connection. */
  #open: OpenSession | undefined;
  /** The configuration of the session, for the next connection. */
  #update: RealtimeTranscriptionSessionUpdatePayload;
  /** Consecutive lost connections without progress. */
  #losses = 0;
  #eventCount = 0;
  #stopIdleTimer = () => {};

  constructor(
    connect: Connect,
    config: Pick<LiveConfig, 'reconnect' | 'maxBufferedBytes' | 'update'>,
    owner: ConnectionOwner,
  ) {
    this.#connect = connect;
    this.#config = config;
    this.#owner = owner;
    this.#update = config.update;
    this.#ready = this.#getReady((open) => this.#takeOver(open));
  }

  /** Number of events of all connections. */
  get eventCount(): number {
    return this.#eventCount;
  }

  /** The session as opened by the server. */
  async opened(): Promise<RealtimeTranscriptionSession> {
    return (await this.#ready).session;
  }

  /** Configure the session, also for the next connection. */
  configure(session: RealtimeTranscriptionSessionUpdatePayload): Promise<void> {
    this.#update = { ...this.#update, ...session };
    return this.send({ type: 'session.update', session });
  }

  /**
   * Send a message as soon as there is a connection with room in its send buffer.
   *
   * @param onSend - Called synchronously, before the response can arrive.
   */
  async send(message: RealtimeTranscriptionClientMessage, onSend = () => {}): Promise<void> {
    const { over } = this.#owner;
    for (;;) {
      const open = await this.#ready;
      while (this.#open === open && open.connection.bufferedBytes > this.#config.maxBufferedBytes) {
        await this.#pause(open);
      }
      over.throwIfAborted();
      // If it reconnects meanwhile, the message is for the next connection.
      if (this.#open !== open) continue;
      onSend();
      open.connection.send(message);
      return;
    }
  }

  /** Close it normally, with the final data for the observer. */
  close(data: unknown): void {
    this.#stopIdleTimer();
    this.#open?.exchange.cancellation.release();
    this.#open?.connection.close();
    this.#open?.exchange.watch?.ended({ data });
  }

  /**
   * Close it at once.
   *
   * @param end - The end for the observer of the call.
   * @returns whether there was one; if not, it may be opening.
   */
  drop(reason: unknown, end: CallEnd): boolean {
    this.#stopIdleTimer();
    if (this.#open) cutOff(this.#open, reason, end);
    return this.#open !== undefined;
  }

  #getReady(onOpen: (open: OpenSession) => void): Promise<OpenSession> {
    const ready = this.#connect(this.#update).then((open) => {
      onOpen(open);
      return open;
    });
    ready.catch((error: unknown) => this.#owner.failed(error));
    return ready;
  }

  #takeOver(open: OpenSession): void {
    const { connection, exchange, events } = open;
    const { cancellation } = exchange;
    this.#open = open;
    if (cancellation.aborted) {
      const error = noted(abortOf(cancellation), open);
      cutOff(open, error, { error });
      throw error;
    }
    const abort = () => {
      if (this.#open === open) this.#owner.failed(noted(abortOf(cancellation), open));
    };
    cancellation.onAbort(abort);
    for (const event of events) this.#receive(event);
    this.#restartIdleTimer(open);
    connection.listen({
      message: (data) => this.#read(data, open),
      closed: (close) => {
        if (this.#open === open && !this.#owner.over.aborted && this.#owner.completedBy(close.code))
          return this.#owner.completed();
        this.#lose(new SocketClosedError(exchange.call, close, this.#eventCount, exchange.scrub), open);
      },
    });
  }

  #read(data: unknown, open: OpenSession): void {
    if (this.#open !== open || this.#owner.over.aborted) return;
    try {
      this.#receive(readMessage(data, open.exchange));
      this.#restartIdleTimer(open);
    } catch (error) {
      // Audio has gone, or may have: nothing sends it again.
      if (MistralError.isInstance(error)) error.retryable = false;
      this.#owner.failed(noted(error, open));
    }
  }

  #receive(event: RealtimeTranscriptionServerMessage): void {
    this.#eventCount += 1;
    // The server made progress, so the count of losses starts again.
    if (!event.type.startsWith('session.')) this.#losses = 0;
    this.#owner.received(event);
  }

  #restartIdleTimer(open: OpenSession): void {
    const { clock, call, settings } = open.exchange;
    const { idleTimeoutMs } = settings;
    this.#stopIdleTimer();
    if (this.#owner.over.aborted) return;
    const graceMs = this.#owner.graceMs();
    if (graceMs !== undefined) {
      this.#stopIdleTimer = clock.after(Math.min(graceMs, idleTimeoutMs), () => this.#owner.completed());
      return;
    }
    this.#stopIdleTimer = clock.after(idleTimeoutMs, () => {
      const problem = `${call} was idle for ${idleTimeoutMs} ms, its \`idleTimeoutMs\``;
      this.#lose(new TimeoutError(problem, idleTimeoutMs), open);
    });
  }

  /** A connection is lost, or not usable any more. */
  #lose(error: ConnectionError, lost: OpenSession): void {
    if (this.#open !== lost || this.#owner.over.aborted) return;
    noted(error, lost);
    const mayGoOn = error.retryable && this.#losses < this.#config.reconnect;
    // Audio has gone, or may have: nothing sends it again.
    error.retryable = false;
    if (!mayGoOn) return this.#owner.failed(error);
    this.#losses += 1;
    this.#stopIdleTimer();
    this.#open = undefined;
    cutOff(lost, error, { error });
    this.#ready = this.#getReady((open) => this.#goOn(open, error));
  }

  #goOn(open: OpenSession, cause: Error): void {
    const first = this.#owner.reconnected(cause);
    this.#takeOver(open);
    for (const message of first) open.connection.send(message);
  }

  async #pause({ exchange }: OpenSession): Promise<void> {
    let stopTimer = () => {};
    const pause = new Promise<void>((resolve) => (stopTimer = exchange.clock.after(lookAgainMs, resolve)));
    try {
      await untilAborted(this.#owner.over, pause);
    } finally {
      stopTimer();
    }
  }
}

/** An error of a connection, with the number of attempts. */
function noted<E>(error: E, { exchange }: OpenSession): E {
  noteAttempt(error, exchange);
  return error;
}

/** Close a connection at once, with the attempt that it came from. */
function cutOff({ exchange }: OpenSession, reason: unknown, end: CallEnd): void {
  exchange.watch?.ended(end);
  exchange.cancellation.release();
  exchange.cancellation.abort(reason);
}
