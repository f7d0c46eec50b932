import { truncateUtf8 } from '../internal/truncate-utf8.js';
import { markTruncated } from './content-free.js';
import { isOfKind, kindsOf, mark, type ErrorClass } from './brand.js';

/** Longer messages are cut: they end up in logs, and servers may answer with anything. */
const longestMessageBytes = 2048;

/**
 * Why a failure that might not come again was not retried: the option that stood in the way, or the body of the request,
 * which can be sent once.
 */
export type NotRetried = 'maxRetries' | 'maxRetryAfterMs' | 'retryBudget' | 'body';

/**
 * Base of every error that this package throws. `instanceof` is also true for errors of another installed
 * copy of the package, and for an {@link ArgumentError}.
 */
export class MistralError extends Error {
  /** What {@link MistralError.isInstance} compares; it survives minifying, which the name of a class does not. */
  static readonly kind: string = 'MistralError';
  declare readonly name: string;
  /** How many times the request was sent; `undefined` if the error came before, or of something else. */
  attempts: number | undefined = undefined;
  /** Quote this to Mistral's support; it names the request in their logs. `undefined` if there was no response. */
  requestId: string | undefined = undefined;
  /** Whether sending the same request again might succeed, and the request can be sent again. */
  retryable = false;
  /**
   * Why the call was not retried, or not once more, though its failure might not come again: the option that stood in the
   * way, or `body` for one that can be sent only once. Absent for every other failure.
   */
  declare readonly notRetried?: NotRetried;
  /**
   * What had arrived of a streamed answer when it failed, put together: a chat completion, the response of a
   * conversation, a transcription. Absent when nothing had arrived, and for streams of other events. What makes one
   * result of many calls, such as `embedAll()`, says what it is there.
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
    // A class that extends ours elsewhere has no kind of its own.
    return Object.hasOwn(this, 'kind')
      ? isOfKind(value, this.kind)
      : Function.prototype[Symbol.hasInstance].call(this, value);
  }
}
