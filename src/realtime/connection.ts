import type { RealtimeTranscriptionClientMessage } from '../../generated/types.gen.js';
import { writeJson } from '../transport/write-json.js';
import type { SocketClose } from './socket-closed-error.js';
import type { WebSocketLike } from './web-socket.js';

/** Gets everything that arrives. */
export interface ConnectionListener {
  message(data: unknown): void;
  closed(close: SocketClose): void;
}

/** A WebSocket that buffers messages while there is no listener. */
export class Connection {
  readonly #socket: WebSocketLike & { terminate?: () => void };
  #listener: ConnectionListener | undefined;
  #kept: ((listener: ConnectionListener) => void)[] = [];

  constructor(socket: WebSocketLike) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => this.#hand((listener) => listener.message(data)));
    socket.addEventListener('close', ({ code = 1006, reason = '' }) =>
      this.#hand((listener) => listener.closed({ code, reason })),
    );
    // Only a close follows an error, with less information. The event itself may contain the request with its key.
    socket.addEventListener('error', ({ error, message }) =>
      this.#hand((listener) =>
        listener.closed({
          code: 1006,
          reason: '',
          cause: error ?? (message ? new Error(message) : undefined),
        }),
      ),
    );
  }

  /** Bytes in the send buffer. */
  get bufferedBytes(): number {
    return this.#socket.bufferedAmount ?? 0;
  }

  /** Deliver what has arrived, and what arrives from now on; `undefined` buffers it. */
  listen(listener: ConnectionListener | undefined): void {
    this.#listener = listener;
    while (this.#listener && this.#kept.length > 0) this.#kept.shift()!(this.#listener);
  }

  send(message: RealtimeTranscriptionClientMessage): void {
    this.#socket.send(writeJson(message));
  }

  /** Close it normally. The other side has a second to respond. */
  close(): void {
    this.#socket.close(1000);
    if (!this.#socket.terminate) return;
    // `ws` would wait for half a minute, and keep the process alive. An unreferenced timer needs no clock.
    const timer = setTimeout(() => this.drop(), 1_000);
    (timer as { unref?(): void }).unref?.();
    this.#socket.addEventListener('close', () => clearTimeout(timer));
  }

  /** Close it at once, without waiting for the other side. */
  drop(): void {
    // Only `ws` can; others wait for the other side, but do not keep the process alive.
    if (this.#socket.terminate) this.#socket.terminate();
    else this.#socket.close();
  }

  #hand(event: (listener: ConnectionListener) => void): void {
    if (this.#listener) event(this.#listener);
    else this.#kept.push(event);
  }
}
