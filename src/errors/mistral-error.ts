const brand = Symbol.for('mistral-sdk.error');

/** Base of every error this package throws on purpose, bad arguments (`TypeError`) aside. */
export class MistralError extends Error {
  override readonly name: string = 'MistralError';
  /** Marks the error for {@link MistralError.isInstance}. */
  readonly [brand] = true;

  /** Like `instanceof`, but also true for errors of another installed copy of this package. */
  static isInstance(value: unknown): value is MistralError {
    return typeof value === 'object' && value !== null && brand in value;
  }
}
