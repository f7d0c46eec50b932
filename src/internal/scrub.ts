/** Removes secrets from what a server sent, which may quote the request. */
export type Scrub = <T>(value: T) => T;

export const redacted = '[redacted]';

/** Shorter ones, such as `none`, would match within ordinary words. */
const shortestSecret = 8;

/** Deeper nesting is not intended, and the stack is limited. */
const deepest = 100;
const tooDeep = '[nested too deeply]';

/**
 * Make a function that replaces these secrets in strings, and in all keys and values of arrays and plain objects.
 *
 * @param secrets - Called once, and only if there is something to scrub.
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

/** The same headers, scrubbed: a server may echo secrets in them. */
export const scrubHeaders = (headers: Headers, scrub: Scrub): Headers =>
  new Headers([...headers].map(([name, value]): [string, string] => [name, scrub(value)]));
