import { requestIdOf } from '../errors/api-error.js';
import { abortOf, failureOf } from '../errors/failure-of.js';
import { noteAttempt } from '../errors/note-attempt.js';
import { readError } from '../errors/read-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { CallbackFailure } from '../internal/callback-failure.js';
import type { Clock } from '../internal/clock.js';
import { isBrowser } from '../internal/environment.js';
import type { Signal } from '../internal/cancellation.js';
import { linkSignals, type LinkedCancellation } from '../internal/linked-cancellation.js';
import { discardBody } from '../internal/response-body.js';
import { scrubbing, type Scrub } from '../internal/scrub.js';
import { isPromise, untilAborted } from '../internal/until-aborted.js';
import type { Outcome } from './api-promise.js';
import { authorize, type Credential } from './authorization.js';
import type { Exchange, ReadResponse } from './exchange.js';
import type { FetchOptions } from './fetch-options.js';
import { secretsOf } from './headers.js';
import type { Watch } from './observer.js';
import { isStreamed, routeOf, type Attempt, type RequestBody, type Send } from './send.js';
import type { CompleteSettings } from './settings.js';

/** A call before its first attempt. */
export interface PreparedCall {
  readonly operation: string;
  readonly method: string;
  readonly url: string;
  /** By name; `null` removes a header that would be sent otherwise. */
  readonly headers: Map<string, string | null>;
  /** `undefined` if the caller set or removed the `Authorization` header. */
  readonly credential: Credential | undefined;
  readonly fetchOptions: FetchOptions;
  /** If it is a promise, its sources are not read before it is awaited. */
  readonly body: RequestBody | undefined | PromiseLike<RequestBody | undefined>;
  /** Each of them aborts the call. */
  readonly signals: readonly (Signal | undefined)[];
  readonly settings: CompleteSettings;
  /** Releases the sources of the body. */
  readonly whenOver: (() => void) | undefined;
}

export interface AttemptContext {
  readonly send: Send;
  readonly clock: Clock;
  readonly maxResponseBytes: number;
  readonly maxEventBytes: number;
  /** Absent without an observer. */
  readonly watch: Watch | undefined;
}

/**
 * Makes the attempts of one call. Each has its own controller and timer, and leaves no timer or listener behind, however it
 * ends.
 */
export const attempting =
  (call: PreparedCall, context: AttemptContext) =>
  async <T>(number: number, read: ReadResponse<T>): Promise<Outcome<T>> => {
    const attempt = new OneAttempt(call, number, context);
    const { cancellation, watch } = attempt;
    try {
      // Values are not awaited, as that would delay sending.
      const given = untilAborted(cancellation, call.body);
      const body = isPromise(given) ? await given : given;
      const prepared = untilAborted(cancellation, headersFor(call, body, number));
      const headers = isPromise(prepared) ? await prepared : prepared;
      attempt.headers = headers;
      const response = await untilAborted(
        cancellation,
        context.send({ method: call.method, url: call.url, headers, body }, attempt),
        discardBody,
      );
      attempt.response = response;
      if (!response.ok) throw await readError(attempt);
      const data = await read(attempt);
      watch?.responded({
        response,
        requestId: attempt.scrub(requestIdOf(response.headers)),
        attempts: number,
        scrub: attempt.scrub,
      });
      if (!attempt.isDetached) watch?.ended({ data });
      attempt.end();
      if (!attempt.isDetached) call.whenOver?.();
      return { response, data, attempts: number };
    } catch (error) {
      const isCallers = error instanceof CallbackFailure;
      const failure = cancellation.aborted && !isCallers ? abortOf(cancellation) : error;
      noteAttempt(failure, attempt);
      attempt.abort();
      throw failure;
    }
  };

/** The context of one attempt, and its response once there is one. */
class OneAttempt implements Attempt, Exchange {
  readonly operation: string;
  readonly attempt: number;
  readonly cancellation: LinkedCancellation;
  readonly clock: Clock;
  readonly settings: CompleteSettings;
  readonly maxBytes: number;
  readonly maxEventBytes: number;
  readonly watch: Watch | undefined;
  readonly fetchOptions: FetchOptions;
  /** Once they are known. */
  headers: Headers | undefined;
  /** Once there is one. */
  response!: Response;
  #isDetached = false;
  readonly #route: Pick<PreparedCall, 'method' | 'url'>;
  readonly #stopTimer: () => void;
  #scrub: Scrub | undefined;

  constructor(call: PreparedCall, number: number, context: AttemptContext) {
    this.operation = call.operation;
    this.attempt = number;
    this.cancellation = linkSignals(...call.signals);
    this.clock = context.clock;
    this.settings = call.settings;
    this.maxBytes = context.maxResponseBytes;
    this.maxEventBytes = context.maxEventBytes;
    this.watch = context.watch;
    this.fetchOptions = call.fetchOptions;
    this.#route = call;
    this.#stopTimer = context.clock.after(call.settings.timeoutMs, () => this.#timeOut());
  }

  get signal(): AbortSignal {
    return this.cancellation.signal;
  }

  get call(): string {
    return routeOf(this.#route);
  }

  get scrub(): Scrub {
    return (this.#scrub ??= scrubbing(() => (this.headers ? secretsOf(this.headers) : [])));
  }

  get isDetached(): boolean {
    return this.#isDetached;
  }

  failure(problem: string, cause: unknown): Error {
    return failureOf(this, problem, cause);
  }

  detachBody(): void {
    this.#isDetached = true;
    this.#stopTimer();
  }

  /** The attempt succeeded. */
  end(): void {
    this.#stopTimer();
    if (!this.#isDetached) this.cancellation.release();
  }

  /** The attempt failed. This also ends what is still running, such as an upload that was refused early. */
  abort(): void {
    this.#stopTimer();
    this.cancellation.abort();
  }

  #timeOut(): void {
    const { timeoutMs } = this.settings;
    const problem = `${this.call} took longer than ${timeoutMs} ms, its \`timeoutMs\``;
    this.cancellation.fail(new TimeoutError(problem, timeoutMs));
  }
}

/** The headers of one attempt: the API key is fetched again, and the retries are counted. */
function headersFor(
  call: PreparedCall,
  body: RequestBody | undefined,
  number: number,
): Headers | Promise<Headers> {
  const headers = new Headers();
  for (const [name, value] of call.headers) if (value !== null) headers.set(name, value);
  if (!isBrowser()) headers.set('x-retry-count', String(number - 1));
  const contentType = contentTypeOf(body);
  if (body === undefined) headers.delete('content-type');
  else if (contentType && !headers.has('content-type')) headers.set('content-type', contentType);
  // The server knows the size, and `fetch` notices a file that changes during the upload.
  if (isStreamed(body) && body.byteLength !== undefined)
    headers.set('content-length', String(body.byteLength));
  return call.credential ? authorize(headers, call.credential) : headers;
}

function contentTypeOf(body: RequestBody | undefined): string | undefined {
  if (typeof body === 'string') return 'application/json';
  if (body instanceof Blob) return body.type;
  return isStreamed(body) ? body.contentType : undefined;
}
