import type { Scrub } from '../internal/scrub.js';
import type { StreamedBody } from '../internal/streamed-body.js';
import type { FetchOptions } from './fetch-options.js';

/** A request body. All but a stream can be sent repeatedly; a stream has `replayable`. */
export type RequestBody = string | Blob | FormData | StreamedBody;

export const isStreamed = (body: RequestBody | undefined): body is StreamedBody =>
  typeof body === 'object' && 'open' in body;

export const isReplayable = (body: RequestBody | undefined): boolean => !isStreamed(body) || body.replayable;

/** One HTTP request. It can be sent repeatedly, unless its body cannot be replayed. */
export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: RequestBody | undefined;
}

/** The context of one attempt to send a call. */
export interface CallContext {
  /** Name of the method, such as `chat.complete`. */
  readonly operation: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Aborts when the caller does, and when the attempt times out. */
  readonly signal: AbortSignal;
}

/** The same, with fields that only the transport needs. */
export interface Attempt extends CallContext {
  readonly fetchOptions: FetchOptions;
  readonly scrub: Scrub;
  /** The error for a rejected `fetch`. */
  failure(problem: string, cause: unknown): Error;
}

/** Sends a request. Middleware, logs and redirects each wrap one. */
export type Send = (call: Call, attempt: Attempt) => Promise<Response>;

/** The signature of `fetch` that is used: `fetch(url, init)`, never with a `Request`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The method and path of a call for messages; never the query, which may be private. */
export const routeOf = ({ method, url }: Pick<Call, 'method' | 'url'>): string =>
  `${method} ${url.replace(/^[^:]+:\/\/[^/?#]*|[?#][^]*$/g, '') || '/'}`;
