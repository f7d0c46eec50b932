import { setContentFree } from './content-free.js';
import { MistralError } from './mistral-error.js';

/** The caller aborted the call, by a signal or `stream.abort()`. `cause` is the reason of the abort. */
export class AbortError extends MistralError {
  static override readonly kind = 'AbortError';
  declare readonly name: 'AbortError';

  constructor(reason: unknown) {
    super('The call was aborted', { cause: reason });
    setContentFree(this, this.message);
  }
}

/**
 * The error for a rejection by an abort that did not go through us, such as that of a `fetch` in a page; `undefined` for any
 * other. Node uses the same name for a truncated body, which the code of its cause shows.
 */
export function abortBehind(cause: unknown): AbortError | undefined {
  const { name, cause: reason } = (cause ?? {}) as { name?: unknown; cause?: { code?: unknown } };
  return name === 'AbortError' && reason?.code !== 'ERR_STREAM_PREMATURE_CLOSE'
    ? new AbortError(cause)
    : undefined;
}
