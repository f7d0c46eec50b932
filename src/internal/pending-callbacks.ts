import { isPromise } from './until-aborted.js';

/**
 * Calls functions of the caller that may be asynchronous, without waiting for each: it keeps the pending promises, and the
 * first failure, to be thrown where the caller can catch it.
 */
export class PendingCallbacks {
  #failure: { readonly error: unknown } | undefined;
  #pending: Promise<void> | undefined;

  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Settles when all promises have, or with the first rejection; `undefined` without any. Need not be handled. */
  get pending(): Promise<void> | undefined {
    return this.#pending;
  }

  /** @throws what the function throws. */
  call<Values extends readonly unknown[]>(callback: (...values: Values) => unknown, ...values: Values): void {
    try {
      const result = callback(...values);
      if (!isPromise(result)) return;
      // Chained, so that it rejects as soon as any of them does.
      this.#pending = Promise.all([this.#pending, result]).then(() => undefined);
      this.#pending.catch((error: unknown) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error;
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
  }
}
