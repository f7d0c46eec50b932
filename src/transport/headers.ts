import { ArgumentError } from '../errors/argument-error.js';

/** Headers as people write them; `null` removes a header that would be sent otherwise. */
export type HeadersInput = Readonly<Record<string, string | number | boolean | null | undefined>> | Headers;

/** Headers as a plain object: the generated functions spread them. */
export const toRecord = (headers: HeadersInput | undefined): Exclude<HeadersInput, Headers> =>
  headers instanceof Headers ? Object.fromEntries(headers) : (headers ?? {});

/**
 * Merge headers, under their names in lower case; later ones win. `null` stays, where nothing came after it.
 *
 * They are checked here because the runtime's own error for a bad header quotes its value, which may be secret.
 *
 * @throws {ArgumentError} for a name or a value that no header can carry, naming the header alone.
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
      headers.set(name.toLowerCase(), value === null ? null : checkedValue(name, String(value)));
    }
  }
  return headers;
}

function checkedValue(name: string, value: string): string {
  const trimmed = value.trim();
  if (/^[\t\x20-\x7e]*$/.test(trimmed)) return trimmed;
  throw new ArgumentError(
    `The value of the header \`${name}\` has a line break, another control character or one beyond ASCII in it; encode it`,
  );
}

const secretHeaders =
  /^(authorization|proxy-authorization|cookie|.*(api-?key|token|secret|password|credential).*)$/;

/** What must not come back out of a request: the values of its headers that grant access, with and without their scheme. */
export function secretsOf(headers: Headers): string[] {
  return [...headers]
    .filter(([name]) => secretHeaders.test(name))
    .flatMap(([, value]) => [value.replace(/^(bearer|basic|token)\s+/i, ''), value])
    .filter((value) => value !== '');
}
