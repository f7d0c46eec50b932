import { nearestName } from './nearest-name.js';

/**
 * Say which key is not among the known ones, so that a misspelt option is not silently ignored.
 *
 * @param mistaken - Names that people try, and what is meant.
 * @returns a message that names the key and what was probably meant; `undefined` if all keys are known.
 */
export function unknownKey(
  options: object,
  known: readonly string[],
  owner: string,
  mistaken: Readonly<Record<string, string>>,
): string | undefined {
  const key = Object.keys(options).find((name) => !known.includes(name));
  if (key === undefined) return undefined;
  const meant = Object.hasOwn(mistaken, key) ? mistaken[key] : nearestName(key, known);
  return `${owner} has no option \`${key}\`. ${meant ? `Did you mean \`${meant}\`?` : `Known: ${known.join(', ')}.`}`;
}
