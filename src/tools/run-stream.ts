import { captureCaller, addCallerStack, type Caller } from '../errors/caller.js';
import { MistralError } from '../errors/mistral-error.js';

/**
 * A streamed run: iterate it for its events, await it for its result.
 *
 * It sends nothing before it is iterated or awaited. Breaking out of the loop aborts the request and the running tools. It can
 * be iterated once.
 */
export class RunStream<Event, Result> implements AsyncIterable<Event>, Promise<Result> {
  readonly [Symbol.toStringTag] = 'RunStream';
  readonly #start: (cancelSignal: AbortSignal) => AsyncGenerator<Event, Result, void>;
  readonly #caller: Caller = captureCaller();
  readonly #controller = new AbortController();
  readonly #result: Promise<Result>;
  #settle!: { resolve(result: Result): void; reject(failure: unknown): void };
  #isIterated = false;

  constructor(start: (cancelSignal: AbortSignal) => AsyncGenerator<Event, Result, void>) {
    this.#start = start;
    this.#result = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // A caller that iterates gets the error from the iterator, and may never await the result.
    this.#result.catch(() => undefined);
  }

  /** @throws {MistralError} the second time, because events are not stored. */
  [Symbol.asyncIterator](): Required<Pick<AsyncIterator<Event, void>, 'next' | 'return'>> {
    if (this.#isIterated)
      throw new MistralError('This run was already iterated or awaited; a run can be iterated only once');
    this.#isIterated = true;
    const caller = captureCaller();
    const events = this.#start(this.#controller.signal);
    return {
      next: async () => {
        try {
          const { done, value } = await events.next();
          if (!done) return { value };
          // After `return()` there is no result.
          if (value !== undefined) this.#settle.resolve(value);
          return { done: true, value: undefined };
        } catch (failure) {
          addCallerStack(addCallerStack(failure, caller), this.#caller);
          this.#settle.reject(failure);
          throw failure;
        }
      },
      return: async () => {
        const failure = new MistralError('This run was cancelled before its end');
        this.#controller.abort(failure);
        // A pending `next()` rejects with the abort.
        await events.return(undefined as never).catch(() => undefined);
        // Only now: by this time `partialRunOf(failure)` has the state of the run.
        this.#settle.reject(failure);
        return { done: true, value: undefined };
      },
    };
  }

  /** The result. Runs to the end, unless the run is being iterated already. */
  // oxlint-disable-next-line unicorn/no-thenable -- it is meant to be awaited
  then<Value = Result, Failure = never>(
    onResult?: ((result: Result) => Value | PromiseLike<Value>) | null,
    onFailure?: ((failure: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Value | Failure> {
    return this.#toResult().then(onResult, onFailure);
  }

  catch<Failure = never>(
    onFailure?: ((failure: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Result | Failure> {
    return this.#toResult().catch(onFailure);
  }

  finally(onEnd?: (() => void) | null): Promise<Result> {
    return this.#toResult().finally(onEnd);
  }

  #toResult(): Promise<Result> {
    if (!this.#isIterated) void this.#drain();
    return this.#result;
  }

  async #drain(): Promise<void> {
    try {
      for await (const _ of this);
    } catch {
      // `#result` rejects with it.
    }
  }
}
