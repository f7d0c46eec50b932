import { callerHere, tellCaller, type Caller } from '../errors/caller.js';
import { MistralError } from '../errors/mistral-error.js';

/**
 * A run, event by event, which can also be awaited for its result.
 *
 * Nothing is sent before it is iterated or awaited. Breaking out of a loop aborts the request and the running tools. It can
 * be read once.
 */
export class RunStream<Event, Result> implements AsyncIterable<Event>, Promise<Result> {
  readonly [Symbol.toStringTag] = 'RunStream';
  readonly #start: (left: AbortSignal) => AsyncGenerator<Event, Result, void>;
  readonly #caller: Caller = callerHere();
  readonly #left = new AbortController();
  readonly #result: Promise<Result>;
  #settle!: { resolve(result: Result): void; reject(failure: unknown): void };
  #isTaken = false;

  constructor(start: (left: AbortSignal) => AsyncGenerator<Event, Result, void>) {
    this.#start = start;
    this.#result = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // An iteration gets the failure itself.
    this.#result.catch(() => undefined);
  }

  /** @throws {MistralError} the second time, as events are not kept. */
  [Symbol.asyncIterator](): Required<Pick<AsyncIterator<Event, void>, 'next' | 'return'>> {
    if (this.#isTaken) throw new MistralError('This run was already read; a run can be read only once');
    this.#isTaken = true;
    const caller = callerHere();
    const events = this.#start(this.#left.signal);
    return {
      next: async () => {
        try {
          const { done, value } = await events.next();
          if (!done) return { value };
          // After it was left, there is none.
          if (value !== undefined) this.#settle.resolve(value);
          return { done: true, value: undefined };
        } catch (failure) {
          tellCaller(tellCaller(failure, caller), this.#caller);
          this.#settle.reject(failure);
          throw failure;
        }
      },
      return: async () => {
        const failure = new MistralError('This run was cancelled before its end');
        this.#left.abort(failure);
        // A pending read rejects with the abort.
        await events.return(undefined as never).catch(() => undefined);
        // By now it tells what was done until then.
        this.#settle.reject(failure);
        return { done: true, value: undefined };
      },
    };
  }

  /** The result: the run goes to its end, unless somebody reads it already. */
  // oxlint-disable-next-line unicorn/no-thenable -- being awaited is what it is for
  then<Value = Result, Failure = never>(
    onResult?: ((result: Result) => Value | PromiseLike<Value>) | null,
    onFailure?: ((failure: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Value | Failure> {
    return this.#whole().then(onResult, onFailure);
  }

  catch<Failure = never>(
    onFailure?: ((failure: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Result | Failure> {
    return this.#whole().catch(onFailure);
  }

  finally(onEnd?: (() => void) | null): Promise<Result> {
    return this.#whole().finally(onEnd);
  }

  #whole(): Promise<Result> {
    if (!this.#isTaken) void this.#drain();
    return this.#result;
  }

  async #drain(): Promise<void> {
    try {
      for await (const _ of this);
    } catch {
      // The result tells.
    }
  }
}
