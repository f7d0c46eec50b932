import { ArgumentError } from '../errors/argument-error.js';

type HeaderValue = string | number | boolean | null | undefined;

/**
 * Headers as an object, `Headers` of any implementation, a Map, or pairs. `null` removes a header that would be sent otherwise.
 */
export type HeadersInput =
  Readonly<Record<string, HeaderValue>> | Headers | Iterable<readonly [name: string, value: HeaderValue]>;

/**
 * A copy of headers as a plain object, as the generated functions spread them.
 *
 * @throws {ArgumentError} for a value that is not headers.
 */
export function toRecord(headers: HeadersInput | undefined): Record<string, HeaderValue> {
  if (headers === undefined) return {};
  if (typeof headers !== 'object' || headers === null) throw new ArgumentError(noHeaders);
  if (!isIterable(headers)) return { ...(headers as Readonly<Record<string, HeaderValue>>) };
  const record: Record<string, HeaderValue> = {};
  for (const pair of headers) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string') throw new ArgumentError(noHeaders);
    const [name, value] = pair as [string, HeaderValue];
    // As `Headers` do with repeated names.
    record[name] = record[name] == null || value == null ? value : `${record[name]}, ${value}`;
  }
  return record;
}

const noHeaders = '`headers` must be an object of names and values, `Headers`, or a list of pairs';

const isIterable = (headers: object): headers is Iterable<unknown> => Symbol.iterator in headers;

/**
 * Merge headers by their names in lower case; later ones take precedence. `null` is kept unless it is overwritten.
 *
 * They are checked here because the runtime's own error for a bad header quotes its value, which may be secret.
 *
 * @throws {ArgumentError} for an invalid name or value, naming only the header.
 */
export function mergeHeaders(...layers: readonly (HeadersInput | undefined)[]): Map<string, string | null> {
  const headers = new Map<string, string | null>();
  for (const layer of layers) {
    for (const [name, value] of Object.entries(toRecord(layer))) {
      if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) {
        throw new ArgumentError(
          'A name in `headers` is empty, or has a character that a header name cannot have',
        );
      }
      if (value === undefined) continue;
      if (ofTheConnection.test(name))
        throw new ArgumentError(
          `The header \`${name}\` is of the connection, and is not yours to set; leave it out`,
        );
      headers.set(name.toLowerCase(), value === null ? null : checkedValue(name, value));
    }
  }
  return headers;
}

/** Headers that `fetch` sets itself: it fails with what looks like a connection error if they are given. */
const ofTheConnection = /^(content-length|expect|keep-alive|te|trailer|transfer-encoding|upgrade)$/i;

function checkedValue(name: string, value: unknown): string {
  if (!['string', 'boolean'].includes(typeof value) && !Number.isFinite(value)) {
    throw new ArgumentError(
      `The value of the header \`${name}\` is ${typeof value === 'number' ? value : typeof value}; pass text, a finite number or a boolean`,
    );
  }
  const trimmed = String(value).trim();
  if (/^[\t\x20-\x7e]*$/.test(trimmed)) return trimmed;
  throw new ArgumentError(
    `The value of the header \`${name}\` has a line break, another control character or one beyond ASCII in it; encode it`,
  );
}

const secretHeaders =
  /^(authorization|proxy-authorization|cookie|.*(api-?key|token|secret|password|credential).*)$/;

/** The secrets of a request: the values of its headers that grant access, with and without their scheme. */
export function secretsOf(headers: Headers): string[] {
  return [...headers]
    .filter(([name]) => secretHeaders.test(name))
    .flatMap(([, value]) => [value.replace(/^(bearer|basic|token)\s+/i, ''), value])
    .filter((value) => value !== '');
}
