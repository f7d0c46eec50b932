import type { RealtimeTranscriptionClientMessage } from '../../generated/types.gen.js';
import { writeJson } from '../transport/write-json.js';
import type { SocketClose } from './socket-closed-error.js';
import type { WebSocketLike } from './web-socket.js';

/** Is told what arrives. */
export interface ConnectionListener {
  message(data: unknown): void;
  closed(close: SocketClose): void;
}

/** A WebSocket that loses nothing: what arrives while nobody listens is kept for whoever listens next. */
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
    // Nothing comes after an error but the end, which says less. The event itself may hold the request, with the key.
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

  /** Bytes that were sent and have not left yet. */
  get bufferedBytes(): number {
    return this.#socket.bufferedAmount ?? 0;
  }

  /** Hand over what has arrived, and what arrives from now on; `undefined` keeps it. */
  listen(listener: ConnectionListener | undefined): void {
    this.#listener = listener;
    while (this.#listener && this.#kept.length > 0) this.#kept.shift()!(this.#listener);
  }

  send(message: RealtimeTranscriptionClientMessage): void {
    this.#socket.send(writeJson(message));
  }

  /** Close it as one does when all has been said. The other side has a second to respond. */
  close(): void {
    this.#socket.close(1000);
    if (!this.#socket.terminate) return;
    // `ws` would wait for half a minute, and the process with it. A timer that holds nothing up needs no clock.
    const timer = setTimeout(() => this.drop(), 1_000);
    (timer as { unref?(): void }).unref?.();
    this.#socket.addEventListener('close', () => clearTimeout(timer));
  }

  /** Close it at once, whatever the other side does. */
  drop(): void {
    // Only `ws` can; the others wait for the other side, and do not keep the program from ending.
    if (this.#socket.terminate) this.#socket.terminate();
    else this.#socket.close();
  }

  #hand(event: (listener: ConnectionListener) => void): void {
    if (this.#listener) event(this.#listener);
    else this.#kept.push(event);
  }
}
