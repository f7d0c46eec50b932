import { ArgumentError } from '../errors/argument-error.js';
import { environmentVariable } from '../internal/environment.js';

const defaultBaseURL = 'https://api.mistral.ai';

/**
 * The URL that paths are appended to. No message quotes it, as it may contain credentials.
 *
 * @throws {ArgumentError} if it is not an http(s) URL, has more than a host and a path, or would send the key unencrypted to
 *   another machine.
 */
export function readBaseURL(given: string | undefined, allowHTTP: boolean): string {
  const fromEnvironment = given === undefined ? environmentVariable('MISTRAL_BASE_URL') : undefined;
  const name = fromEnvironment === undefined ? '`baseURL`' : 'MISTRAL_BASE_URL';
  const text = given ?? fromEnvironment ?? defaultBaseURL;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new ArgumentError(`${name} is not a URL of http or https; pass one such as ${defaultBaseURL}`);
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new ArgumentError(
      `${name} must not hold credentials, a query or a fragment; pass the key as \`apiKey\``,
    );
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowHTTP) {
    throw new ArgumentError(
      `${name} is an \`http:\` URL, which would send the API key unencrypted; use \`https:\`, or pass \`dangerouslyAllowHTTP: true\``,
    );
  }
  // The paths of the API start with /v1; other clients expect it in the base URL.
  return url.href.replace(/\/+$/, '').replace(/\/v1$/, '');
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127\.\d+\.\d+\.\d+$/.test(hostname);
