import { kindOf } from '../internal/kind-of.js';
import { ArgumentError } from './argument-error.js';

/**
 * Check the result of a caller's iterator, as `for await` does by itself.
 *
 * @throws {ArgumentError} if it is not an object: the loop would never end.
 */
export function checkIteratorResult<Result extends IteratorResult<unknown>>(
  result: Result,
  owner: string,
): Result {
  if (typeof result === 'object' && result !== null) return result;
  throw new ArgumentError(
    `${owner}: \`next()\` of the iterator must return an object with \`done\` and \`value\`, got ${kindOf(result)}`,
  );
}
