import { isPromise } from './until-aborted.js';

/**
 * Calls functions of the caller that are not waited for each time, and may be asynchronous though nobody asked for that: it
 * keeps what is pending, and the first failure, to be thrown where the caller can catch it.
 */
export class PendingCallbacks {
  #failure: { readonly error: unknown } | undefined;
  #pending: Promise<void> | undefined;

  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Settles when all promises have, or with the first that rejects; `undefined` without any. Need not be listened to. */
  get pending(): Promise<void> | undefined {
    return this.#pending;
  }

  /** @throws what the function throws. */
  call<Values extends readonly unknown[]>(callback: (...values: Values) => unknown, ...values: Values): void {
    try {
      const result = callback(...values);
      if (!isPromise(result)) return;
      // One of all that came before and this one: as soon as any rejects, so does it.
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
