import { requestIdOf } from '../errors/api-error.js';
import { ArgumentError } from '../errors/argument-error.js';
import { tellCaller, type Caller } from '../errors/caller.js';
import { rateLimitOf, type RateLimit } from '../errors/rate-limit.js';

/** The data of an answer together with what came around it. */
export interface WithResponse<T> {
  readonly data: T;
  /** Status and headers. The body has been read already, except for downloads. */
  readonly response: Response;
  /** Quote this to Mistral's support; it names the request in their logs. */
  readonly requestId: string | undefined;
  /** What is left of the account's limits, where the server tells it. */
  readonly rateLimit: RateLimit | undefined;
  /** How many times the request was sent, this time included. */
  readonly attempts: number;
}

export interface Outcome<T> {
  readonly response: Response;
  readonly attempts: number;
  /** Absent when the caller asked for the raw response. */
  readonly data?: T;
}

/** What becomes of the body of the answer: data is made of it, or it is handed out unread. */
export type Mode = 'data' | 'response';

/** Carries out a call. */
export type Perform<T> = (mode: Mode) => Promise<Outcome<T>>;

/** The outcome of a call, for the rooms above: what a promise of one kind has, one of another is made of. */
export let outcomeOf: <T>(promise: APIPromise<T>, mode: Mode) => Promise<Outcome<T>>;

/**
 * One call on its way. Await it for the data.
 *
 * The request is sent in the same tick, whether it is awaited or not, and once: awaiting twice gives the same
 * data. What is done with the body is decided by the method that is called on it first.
 *
 * An interface, so that a test double, and the call of another copy of this package, fit it: the private fields of a
 * class would refuse both.
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
  /** The data together with the response's status, headers, request id, rate limit and the count of attempts. */
  withResponse(): Promise<WithResponse<T>>;
  /**
   * The response with its body unread. Answers that are not a success still reject.
   *
   * @throws {ArgumentError} when called later than in the tick of the call: the body has been read by then.
   */
  asResponse(): Promise<Response>;
}

/**
 * @param start - When the request is sent: in this tick, or as soon as the promise is used.
 * @param caller - Where the stack of a failure is to lead.
 */
type APIPromiseClass = new <T>(
  perform: Perform<T>,
  start?: 'now' | 'when used',
  caller?: Caller,
) => APIPromise<T>;

/** The class of the promises that methods return. */
// oxlint-disable-next-line no-shadow -- for whoever imports them, the interface and its class are one
export const APIPromise: APIPromiseClass = class APIPromise<T> implements Promise<T> {
  readonly [Symbol.toStringTag] = 'APIPromise';
  /** Neither is held for longer than the call takes: a promise may be kept for its data. */
  #perform: Perform<T> | undefined;
  #caller: Caller | undefined;
  #mode: Mode | undefined;
  #outcome: Promise<Outcome<T>> | undefined;

  constructor(perform: Perform<T>, start: 'now' | 'when used' = 'now', caller?: Caller) {
    this.#perform = perform;
    this.#caller = caller;
    // Not in a static block: that would keep bundlers from dropping the class where nobody uses it.
    // The rooms of this package ask for the outcome of what they made by this class.
    outcomeOf ??= <U>(promise: Promise<U>, mode: Mode) => (promise as APIPromise<U>).#start(mode);
    if (start === 'when used') return;
    // By the next microtask `asResponse()` has been called if it is ever going to be.
    queueMicrotask(() => {
      if (!this.#outcome) void this.#start('data');
    });
  }

  // oxlint-disable-next-line unicorn/no-thenable -- being awaited is what a promise is for
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
    // In this mode every `Perform` sets the data, and for an empty answer it is `undefined`.
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
      throw tellCaller(error, this.#caller);
    } finally {
      this.#perform = this.#caller = undefined;
    }
  }
};

/** What is wrong with asking for the one after the other. */
const conflicts: Readonly<Record<Mode, string>> = {
  data: 'The response was handed out by `.asResponse()`; read the data from its body',
  response: 'The body of this response has been read; call `.asResponse()` right on the call',
};
