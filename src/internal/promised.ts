import { isPromise } from './until-aborted.js';

/**
 * Calls functions of the caller that are not waited for each time, and may be asynchronous though nobody asked for that: it
 * keeps what is pending, and the first failure, to be thrown where the caller can catch it.
 */
export class Promised {
  readonly #pending = new Set<Promise<unknown>>();
  #failure: { readonly error: unknown } | undefined;

  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** @throws what the function throws. */
  call<Values extends readonly unknown[]>(callback: (...values: Values) => unknown, ...values: Values): void {
    let result: unknown;
    try {
      result = callback(...values);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    if (!isPromise(result)) return;
    const pending: Promise<unknown> = Promise.resolve(result).finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
    pending.catch((error: unknown) => this.#fail(error));
  }

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error;
  }

  /** Settles when all have, or with the first failure; `undefined` if there is nothing to wait for. Need not be listened to. */
  settled(): Promise<unknown> | undefined {
    if (!this.#failure && this.#pending.size === 0) return undefined;
    const all = Promise.all(this.#pending).then(() => this.throwIfFailed());
    all.catch(() => undefined);
    return all;
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
  }
}
