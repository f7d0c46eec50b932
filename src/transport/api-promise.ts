import { requestIdOf } from '../errors/api-error.js';
import { ArgumentError } from '../errors/argument-error.js';
import { addCallerStack, type Caller } from '../errors/caller.js';
import { rateLimitOf, type RateLimit } from '../errors/rate-limit.js';

/** The data of a response together with its metadata. */
export interface WithResponse<T> {
  readonly data: T;
  /** Status and headers. The body has been read already, except for downloads. */
  readonly response: Response;
  /** Quote this to Mistral's support; it names the request in their logs. */
  readonly requestId: string | undefined;
  /** What remains of the account's limits, if the server reports it. */
  readonly rateLimit: RateLimit | undefined;
  /** How often the request was sent, including this attempt. */
  readonly attempts: number;
}

export interface Outcome<T> {
  readonly response: Response;
  readonly attempts: number;
  /** Absent if the caller asked for the raw response. */
  readonly data?: T;
}

/** Whether the body of the response is read as data, or returned unread. */
export type Mode = 'data' | 'response';

/** Performs a call. */
export type Perform<T> = (mode: Mode) => Promise<Outcome<T>>;

/** The outcome of a call, for wrapping its promise in another kind. */
export let outcomeOf: <T>(promise: APIPromise<T>, mode: Mode) => Promise<Outcome<T>>;

/**
 * A pending call. Await it for the data.
 *
 * The request is sent synchronously, whether it is awaited or not, and only once: awaiting twice gives the same data. The first
 * method that is called on it determines how the body is read.
 *
 * An interface, so that test doubles, and calls of another copy of this package, are assignable: the private fields of a
 * class would prevent both.
 */
export interface APIPromise<T> extends Promise<T> {
  then<Result = T, Failure = never>(
    onFulfilled?: ((value: T) => Result | PromiseLike<Result>) | null,
    onRejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Result | Failure>;
  catch<Failure = never>(
    onRejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<T | Failure>;
  finally(onFinally?: (() => void) | null): Promise<T>;
  /** The data together with the response's status, headers, request id, rate limit and number of attempts. */
  withResponse(): Promise<WithResponse<T>>;
  /**
   * The response with its body unread. Error statuses still reject.
   *
   * @throws {ArgumentError} unless it is called synchronously after the call: later, the body has been read.
   */
  asResponse(): Promise<Response>;
}

/**
 * @param start - When the request is sent: synchronously, or when the promise is first used.
 * @param caller - Where the stack of a failure leads to.
 */
type APIPromiseClass = new <T>(
  perform: Perform<T>,
  start?: 'now' | 'when used',
  caller?: Caller,
) => APIPromise<T>;

/** The class of the promises of methods. */
// oxlint-disable-next-line no-shadow -- importers see the interface and its class as one
export const APIPromise: APIPromiseClass = class APIPromise<T> implements Promise<T> {
  readonly [Symbol.toStringTag] = 'APIPromise';
  /** Both are released after the call: a promise may be kept for its data. */
  #perform: Perform<T> | undefined;
  #caller: Caller | undefined;
  #mode: Mode | undefined;
  #outcome: Promise<Outcome<T>> | undefined;

  constructor(perform: Perform<T>, start: 'now' | 'when used' = 'now', caller?: Caller) {
    this.#perform = perform;
    this.#caller = caller;
    // Not in a static block, which would keep bundlers from dropping an unused class.
    // Other modules of this package get the outcome by this class.
    outcomeOf ??= <U>(promise: Promise<U>, mode: Mode) => (promise as APIPromise<U>).#start(mode);
    if (start === 'when used') return;
    // `asResponse()` has to be called before the next microtask.
    queueMicrotask(() => {
      if (!this.#outcome) void this.#start('data');
    });
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise
  then<Result = T, Failure = never>(
    onFulfilled?: ((value: T) => Result | PromiseLike<Result>) | null,
    onRejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Result | Failure> {
    return this.#data().then(onFulfilled, onRejected);
  }

  catch<Failure = never>(
    onRejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<T | Failure> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.#data().finally(onFinally);
  }

  async withResponse(): Promise<WithResponse<T>> {
    const data = await this.#data();
    const { response, attempts } = await this.#outcome!;
    const { headers } = response;
    return { data, response, requestId: requestIdOf(headers), rateLimit: rateLimitOf(headers), attempts };
  }

  async asResponse(): Promise<Response> {
    const { response } = await this.#start('response');
    return response;
  }

  #data(): Promise<T> {
    // In this mode every `Perform` sets the data; for an empty response it is `undefined`.
    return this.#start('data').then(({ data }) => data as T);
  }

  #start(mode: Mode): Promise<Outcome<T>> {
    this.#mode ??= mode;
    if (this.#mode !== mode) return Promise.reject(new ArgumentError(conflicts[mode]));
    return (this.#outcome ??= this.#settle(this.#perform!(mode)));
  }

  async #settle(performing: Promise<Outcome<T>>): Promise<Outcome<T>> {
    try {
      return await performing;
    } catch (error) {
      throw addCallerStack(error, this.#caller);
    } finally {
      this.#perform = this.#caller = undefined;
    }
  }
};

/** Messages for requesting one mode after the other. */
const conflicts: Readonly<Record<Mode, string>> = {
  data: 'The response was returned by `.asResponse()`; read the data from its body',
  response: 'The body of this response has been read; call `.asResponse()` right on the call',
};
