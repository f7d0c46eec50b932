import type { Scrub } from '../internal/scrub.js';
import type { StreamedBody } from '../internal/streamed-body.js';
import type { FetchOptions } from './fetch-options.js';

/** What a request carries. All but a stream can be sent as often as needed; a stream says whether it can. */
export type RequestBody = string | Blob | FormData | StreamedBody;

export const isStreamed = (body: RequestBody | undefined): body is StreamedBody =>
  typeof body === 'object' && 'open' in body;

export const isReplayable = (body: RequestBody | undefined): boolean => !isStreamed(body) || body.replayable;

/** One HTTP request. Nothing in it is used up by sending, a body that cannot be replayed aside. */
export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: RequestBody | undefined;
}

/** What surrounds one attempt to send a call. */
export interface CallContext {
  /** Name of the method that was called, such as `chat.complete`. */
  readonly operation: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Aborts when the caller does, and when the attempt takes too long. */
  readonly signal: AbortSignal;
}

/** The same, with what only the transport needs. */
export interface Attempt extends CallContext {
  readonly fetchOptions: FetchOptions;
  readonly scrub: Scrub;
  /** The error for a `fetch` that was rejected. */
  failure(problem: string, cause: unknown): Error;
}

/** Everything that carries a call to the API is a `Send`, or wraps one. */
export type Send = (call: Call, attempt: Attempt) => Promise<Response>;

/** What the transport needs of `fetch`: it is called as `fetch(url, init)`, never with a `Request`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The path of a call for messages, as it was written: never the query, which may hold what the caller searched for. */
export const routeOf = ({ method, url }: Pick<Call, 'method' | 'url'>): string =>
  `${method} ${url.replace(/^[^:]+:\/\/[^/?#]*|[?#][^]*$/g, '') || '/'}`;
