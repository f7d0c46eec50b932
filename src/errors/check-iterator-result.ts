import { kindOf } from '../internal/kind-of.js';
import { ArgumentError } from './argument-error.js';

/**
 * What an iterator of the caller gave. `for await` looks at it by itself.
 *
 * @throws {ArgumentError} if it is no object: such an iterator would go on without an end.
 */
export function checkIteratorResult<Result extends IteratorResult<unknown>>(
  result: Result,
  owner: string,
): Result {
  if (typeof result === 'object' && result !== null) return result;
  throw new ArgumentError(
    `${owner}: \`next()\` of the iterator must give an object with \`done\` and \`value\`, got ${kindOf(result)}`,
  );
}
