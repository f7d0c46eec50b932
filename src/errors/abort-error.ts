import { setContentFree } from './content-free.js';
import { MistralError } from './mistral-error.js';

/** The caller ended the call, through a signal or `stream.abort()`. `cause` is the reason that was given. */
export class AbortError extends MistralError {
  static override readonly kind = 'AbortError';
  declare readonly name: 'AbortError';

  constructor(reason: unknown) {
    super('The call was aborted', { cause: reason });
    setContentFree(this, this.message);
  }
}

/**
 * The error for a rejection whose reason is an abort that was made elsewhere, as of a `fetch` in a page; `undefined` for any
 * other. Node rejects with one of that name for a body that broke off, too, and says so in its cause.
 */
export function abortBehind(cause: unknown): AbortError | undefined {
  const { name, cause: reason } = (cause ?? {}) as { name?: unknown; cause?: { code?: unknown } };
  return name === 'AbortError' && reason?.code !== 'ERR_STREAM_PREMATURE_CLOSE'
    ? new AbortError(cause)
    : undefined;
}
