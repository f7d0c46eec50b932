import { callerHere, tellCaller } from '../errors/caller.js';

/**
 * A generator that can be left while it waits: by itself it would hear of that only when what it waits for has come.
 * The stack of a failure leads to where it was made.
 *
 * @param leave - Ends what the generator waits for.
 */
export function cancellableGenerator<T>(
  generator: AsyncGenerator<T, void>,
  leave: () => void,
): AsyncGenerator<T, void> {
  const next = generator.next.bind(generator);
  const end = generator.return.bind(generator);
  const caller = callerHere();
  return Object.assign(generator, {
    next: () =>
      next().catch((error: unknown) => {
        throw tellCaller(error, caller);
      }),
    return: (value: void | PromiseLike<void>) => {
      leave();
      return end(value);
    },
  });
}
