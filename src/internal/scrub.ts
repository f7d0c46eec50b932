/** Takes what must stay secret out of what a server sent, which may quote the request. */
export type Scrub = <T>(value: T) => T;

export const redacted = '[redacted]';

/** Shorter ones, such as `none`, would tear holes into ordinary words. */
const shortestSecret = 8;

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
  const scrub = (value: unknown): unknown => {
    if (typeof value === 'string') return scrubText(value);
    if (Array.isArray(value)) return value.map(scrub);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [scrubText(key), scrub(item)]));
  };
  return (value) => scrub(value) as typeof value;
}
