import { ConnectionError } from './connection-error.js';
import { setContentFree } from './content-free.js';

/** A time limit was exceeded: for the response, or for the next event of a stream. */
export class TimeoutError extends ConnectionError {
  static override readonly kind = 'TimeoutError';
  declare readonly name: 'TimeoutError';
  /** The limit that was exceeded, in milliseconds; `undefined` if it is the runtime's own. */
  readonly timeoutMs: number | undefined;
  /**
   * For a stream, how long ago its last byte arrived. If that is much less than the limit, the connection is alive and the
   * model sends nothing; `undefined` if no byte arrived after the headers.
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
