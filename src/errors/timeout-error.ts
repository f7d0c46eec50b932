import { ConnectionError } from './connection-error.js';
import { setContentFree } from './content-free.js';

/** Something took longer than it may: the answer, or the next event of a stream. */
export class TimeoutError extends ConnectionError {
  static override readonly kind = 'TimeoutError';
  declare readonly name: 'TimeoutError';
  /** The limit that was reached, in milliseconds; `undefined` if it is the runtime's own. */
  readonly timeoutMs: number | undefined;
  /**
   * For a stream, how long ago its last byte came. Much less than the limit means that the connection is alive
   * and the model silent; `undefined` if no byte came after the head.
   */
  readonly lastByteAgoMs: number | undefined;

  constructor(
    message: string,
    timeoutMs: number | undefined,
    options?: ErrorOptions & { readonly lastByteAgoMs?: number | undefined },
  ) {
    super(message, options);
    setContentFree(this, message);
    this.timeoutMs = timeoutMs;
    this.lastByteAgoMs = options?.lastByteAgoMs;
  }
}
