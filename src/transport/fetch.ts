import { isStreamed, type Fetch, type Send } from './send.js';

/** The bottom of the stack: one `fetch`, with its failures given our names. */
export function withFetch(fetch: Fetch): Send {
  return async ({ url, method, headers, body }, { signal, failure }) => {
    const init: RequestInit & { duplex?: 'half' } = {
      method,
      headers,
      body: isStreamed(body) ? body.open() : (body ?? null),
      // The key goes to the host that it is meant for, and to no other.
      redirect: 'manual',
      signal,
    };
    if (isStreamed(body)) init.duplex = 'half';
    try {
      return await fetch(url, init);
    } catch (cause) {
      throw failure('got no answer', cause);
    }
  };
}
