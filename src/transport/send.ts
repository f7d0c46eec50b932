/** One HTTP request. Nothing in it is used up by sending, so that it can be sent again. */
export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: BodyInit | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Everything that carries a call to the API is a `Send`, or wraps one. */
export type Send = (call: Call) => Promise<Response>;

/** What the transport needs of `fetch`: it is called as `fetch(url, init)`, never with a `Request`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The path of a call for messages: never the query, which may hold what the caller searched for. */
export const routeOf = ({ method, url }: Call): string => `${method} ${new URL(url).pathname}`;
