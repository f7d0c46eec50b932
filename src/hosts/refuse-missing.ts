import { ArgumentError } from '../errors/argument-error.js';

/**
 * A missing option, such as an unset variable, would default to Mistral's: the key of one company would be sent to the host of
 * another.
 *
 * @throws {ArgumentError} naming the option that is missing or empty.
 */
export function refuseMissing<Options extends object>(
  owner: string,
  options: Options,
  names: readonly (keyof Options & string)[],
): void {
  // JavaScript callers may pass anything.
  const given = (options ?? {}) as Partial<Options>;
  const missing = names.find((name) => {
    const value: unknown = given[name];
    return !(typeof value === 'string' ? value.trim() : typeof value === 'function');
  });
  if (missing) throw new ArgumentError(`${owner}: \`${missing}\` is missing; pass a non-empty string`);
}
