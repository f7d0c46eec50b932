import { truncateUtf8 } from '../internal/truncate-utf8.js';
import { markTruncated } from './content-free.js';
import { isOfKind, kindsOf, mark, type ErrorClass } from './brand.js';

/** Longer messages are truncated: they end up in logs, and servers may send anything. */
const longestMessageBytes = 2048;

/**
 * Why a retryable failure was not retried: the option that prevented it, or a request body that can be sent only once.
 */
export type NotRetried = 'maxRetries' | 'maxRetryAfterMs' | 'retryBudget' | 'body';

/**
 * Base of every error that this package throws. `instanceof` is also true for errors of another installed
 * copy of the package, and for an {@link ArgumentError}.
 */
export class MistralError extends Error {
  /** Compared by {@link MistralError.isInstance}; unlike the name of a class, it survives minification. */
  static readonly kind: string = 'MistralError';
  declare readonly name: string;
  /** How often the request was sent; `undefined` if the error occurred before, or is not about a request. */
  attempts: number | undefined = undefined;
  /** Quote this to Mistral's support; it names the request in their logs. `undefined` if there was no response. */
  requestId: string | undefined = undefined;
  /** Whether a retry might succeed, and the request can be sent again. */
  retryable = false;
  /**
   * Why the call was not retried, or not once more, though its failure is retryable: the option that prevented it, or `body`
   * for a body that can be sent only once. Absent for every other failure.
   */
  declare readonly notRetried?: NotRetried;
  /**
   * What had arrived of a streamed response when it failed, assembled: a chat completion, the response of a conversation, a
   * transcription. Absent if nothing had arrived, and for streams of other events. Functions that make one result of many
   * calls, such as `embedAll()`, document their own.
   */
  declare readonly partial?: unknown;

  constructor(message: string, options?: ErrorOptions) {
    super(truncateUtf8(message, longestMessageBytes), options);
    if (this.message.length < message.length) markTruncated(this);
    mark(this, kindsOf(new.target));
  }

  /** Whether a value is an error of this class; the same as `instanceof`, as a function. */
  static isInstance<T>(this: ErrorClass<T>, value: unknown): value is T {
    return isOfKind(value, this.kind);
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // A user's subclass has no `kind` of its own.
    return Object.hasOwn(this, 'kind')
      ? isOfKind(value, this.kind)
      : Function.prototype[Symbol.hasInstance].call(this, value);
  }
}
