/** Takes what must stay secret out of what a server sent, which may quote the request. */
export type Scrub = <T>(value: T) => T;

export const redacted = '[redacted]';

/** Shorter ones, such as `none`, would tear holes into ordinary words. */
const shortestSecret = 8;

/** No error is nested as deeply by intent, and a stack has an end. */
const deepest = 100;
const tooDeep = '[nested too deeply]';

/**
 * Make a function that replaces these secrets wherever a string holds one: in the string, and in every key
 * and value of arrays and plain objects.
 *
 * @param secrets - Asked for once, and only if there is something to scrub.
 */
export function scrubbing(secrets: () => readonly string[]): Scrub {
  let long: readonly string[] | undefined;
  const scrubText = (text: string) => {
    long ??= secrets().filter((secret) => secret.length >= shortestSecret);
    return long.reduce((rest, secret) => rest.replaceAll(secret, redacted), text);
  };
  const scrub = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return scrubText(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > deepest) return tooDeep;
    const within = (item: unknown) => scrub(item, depth + 1);
    if (Array.isArray(value)) return value.map(within);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [scrubText(key), within(item)]));
  };
  return (value) => scrub(value, 0) as typeof value;
}

/** The same headers, scrubbed: a server may say things back in them. */
export const scrubHeaders = (headers: Headers, scrub: Scrub): Headers =>
  new Headers([...headers].map(([name, value]): [string, string] => [name, scrub(value)]));
