import { RedirectError } from '../errors/api-error.js';
import { discardBody } from '../internal/response-body.js';
import { isReplayable, routeOf, type Send } from './send.js';

/** How redirects are handled: as errors, or followed on the same origin if they repeat the request. */
export type RedirectMode = 'error' | 'same-origin';

const longestChain = 5;
/** The redirects that keep method and body. */
const repeating = [307, 308];
const redirecting = [301, 302, 303, 307, 308];

/** @throws {RedirectError} for a redirect that must not be followed. */
export function withRedirects(mode: RedirectMode, send: Send): Send {
  return (call, attempt) => {
    const sendTo = (url: string, hops: number): Promise<Response> =>
      send(url === call.url ? call : { ...call, url }, attempt).then((response) =>
        isRedirect(response) ? follow(response, url, hops) : response,
      );
    const follow = async (response: Response, url: string, hops: number): Promise<Response> => {
      const location = locationOf(response, url);
      discardBody(response);
      const isFollowed =
        mode === 'same-origin' &&
        repeating.includes(response.status) &&
        location?.origin === new URL(call.url).origin &&
        isReplayable(call.body) &&
        hops < longestChain;
      if (!isFollowed)
        throw new RedirectError(routeOf(call), response, location && location.origin + location.pathname);
      return sendTo(location.href, hops + 1);
    };
    return sendTo(call.url, 0);
  };
}

/** Browsers replace a redirect that is not followed by a response of this type, with status 0. */
const isRedirect = ({ type, status }: Response): boolean =>
  type === 'opaqueredirect' || redirecting.includes(status);

function locationOf(response: Response, url: string): URL | undefined {
  const location = response.headers.get('location');
  return location !== null && URL.canParse(location, url) ? new URL(location, url) : undefined;
}
