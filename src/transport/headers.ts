/** Headers as people write them; `null` and `undefined` remove a header that would be sent otherwise. */
export type HeadersInput = Readonly<Record<string, string | number | boolean | null | undefined>> | Headers;

/** Headers as a plain object: the generated functions spread them. */
export const toRecord = (headers: HeadersInput | undefined): Exclude<HeadersInput, Headers> =>
  headers instanceof Headers ? Object.fromEntries(headers) : (headers ?? {});

/** Merge headers; later ones win, whatever the case of their names. */
export function mergeHeaders(...layers: readonly (HeadersInput | undefined)[]): Headers {
  const headers = new Headers();
  for (const layer of layers) {
    for (const [name, value] of Object.entries(toRecord(layer))) {
      if (value === null || value === undefined) headers.delete(name);
      else headers.set(name, String(value));
    }
  }
  return headers;
}
