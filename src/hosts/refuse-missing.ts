import { ArgumentError } from '../errors/argument-error.js';

/**
 * What is missing, as a variable that is not set, would be replaced by Mistral's: the key of one company would go to the host
 * of another.
 *
 * @throws {ArgumentError} naming the option that is not there, or empty.
 */
export function refuseMissing<Options extends object>(
  owner: string,
  options: Options,
  names: readonly (keyof Options & string)[],
): void {
  // The type promises an object, and JavaScript does not.
  const given = (options ?? {}) as Partial<Options>;
  const missing = names.find((name) => {
    const value: unknown = given[name];
    return !(typeof value === 'string' ? value.trim() : typeof value === 'function');
  });
  if (missing) throw new ArgumentError(`${owner}: \`${missing}\` is missing; pass a text that is not empty`);
}
