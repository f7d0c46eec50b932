import { truncateUtf8 } from '../internal/truncate-utf8.js';
import { isOfKind, mark, type ErrorClass } from './brand.js';
import { MistralError } from './mistral-error.js';

/**
 * An invalid option, parameter or file. Nothing was sent.
 *
 * It is a `TypeError`, as JavaScript's own functions throw, and a {@link MistralError}.
 */
export class ArgumentError extends TypeError {
  static readonly kind = 'ArgumentError';
  declare readonly name: 'ArgumentError';
  readonly attempts: undefined = undefined;
  readonly requestId: undefined = undefined;
  readonly retryable = false;

  constructor(message: string, options?: ErrorOptions) {
    super(truncateUtf8(message, 2048), options);
    mark(this, [ArgumentError.kind, MistralError.kind]);
  }

  /** Whether a value is an error of this class; the same as `instanceof`, as a function. */
  static isInstance<T>(this: ErrorClass<T>, value: unknown): value is T {
    return isOfKind(value, this.kind);
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isOfKind(value, ArgumentError.kind);
  }
}
