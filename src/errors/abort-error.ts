import { sayContentFree } from './content-free.js';
import { MistralError } from './mistral-error.js';

/** The caller ended the call, through a signal or `stream.abort()`. `cause` is the reason that was given. */
export class AbortError extends MistralError {
  static override readonly kind = 'AbortError';
  declare readonly name: 'AbortError';

  constructor(reason: unknown) {
    super('The call was aborted', { cause: reason });
    sayContentFree(this, this.message);
  }
}
