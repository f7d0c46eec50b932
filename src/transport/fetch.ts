import { RedirectError } from '../errors/api-error.js';
import { requireSync } from '../errors/require-sync.js';
import { MistralError } from '../errors/mistral-error.js';
import { calling } from '../internal/callback-failure.js';
import { isReadable } from '../internal/response-body.js';
import { isStreamed, routeOf, type Fetch, type Send } from './send.js';

/** The innermost `Send`: one `fetch`, whose failures become errors of this package. */
export function withFetch(fetch: Fetch): Send {
  return async ({ url, method, headers, body }, attempt) => {
    const init: RequestInit & { duplex?: 'half' } = {
      ...attempt.fetchOptions,
      method,
      headers,
      body: isStreamed(body)
        ? requireSync(calling(body.open.bind(body)), '`open` of the body')
        : bodyOf(body, headers),
      // The key must not reach another host. Without 'error', Node's fetch buffers a complete stream for a possible redirect.
      redirect: isStreamed(body) ? 'error' : 'manual',
      signal: attempt.signal,
    };
    if (isStreamed(body)) init.duplex = 'half';
    try {
      return checked(await fetch(url, init));
    } catch (cause) {
      if (isStreamed(body) && isRedirect(cause))
        throw new RedirectError(routeOf({ method, url }), hidden(), undefined);
      throw attempt.failure('got no response', cause);
    }
  };
}

/** A replaced `fetch` may return anything. */
function checked(response: Partial<Response> | undefined): Response {
  if (typeof response?.status !== 'number')
    throw new MistralError('`fetch` did not return a Response; it must return a promise of one');
  if (typeof response.headers?.get !== 'function')
    throw new MistralError('The Response of `fetch` has no `headers`, which are a Headers object');
  if (!isReadable(response))
    throw new MistralError(
      'The Response of `fetch` cannot be read: it has neither a web stream nor an async iterator as its `body`, nor `text()` or `arrayBuffer()`',
    );
  return response as Response;
}

/** Cloudflare Workers warn if the type of a form is given twice. A slice has no type, and does not copy. */
const bodyOf = (body: BodyInit | undefined, headers: Headers): BodyInit | null =>
  body instanceof Blob && headers.has('content-type') ? body.slice() : (body ?? null);

/** A redirect that `fetch` itself refused, whose response is hidden. */
const hidden = () => ({ status: 0, statusText: '', headers: new Headers() });

const isRedirect = (cause: unknown): boolean =>
  cause instanceof Error && cause.cause instanceof Error && cause.cause.message === 'unexpected redirect';
