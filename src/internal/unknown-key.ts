import { isRecord } from './is-record.js';
import { nearestName } from './nearest-name.js';

/**
 * Find a key that is not a known one, so that a misspelt option is not ignored. JavaScript callers may pass anything, also no object.
 *
 * @param mistaken - Names that people may try, with the right ones.
 * @returns a message, which names the key and probably the right one; `undefined` if all keys are known.
 */
export function unknownKey(
  options: object,
  known: readonly string[],
  owner: string,
  mistaken: Readonly<Record<string, string>>,
): string | undefined {
  if (!isRecord(options as unknown)) return `${owner} takes an object of options`;
  const key = Object.keys(options).find((name) => !known.includes(name));
  if (key === undefined) return undefined;
  const meant = Object.hasOwn(mistaken, key) ? mistaken[key] : nearestName(key, known);
  return `${owner} has no option \`${key}\`. ${meant ? `Did you mean \`${meant}\`?` : `Known: ${known.join(', ')}.`}`;
}
