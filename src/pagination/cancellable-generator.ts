import { captureCaller, addCallerStack } from '../errors/caller.js';

/**
 * A generator that can be cancelled while it waits: `return()` would otherwise take effect only after the wait. The stack of
 * a failure leads to where it was created.
 *
 * @param cancel - Ends what the generator waits for.
 */
export function cancellableGenerator<T>(
  generator: AsyncGenerator<T, void>,
  cancel: () => void,
): AsyncGenerator<T, void> {
  const next = generator.next.bind(generator);
  const end = generator.return.bind(generator);
  const caller = captureCaller();
  return Object.assign(generator, {
    next: () =>
      next().catch((error: unknown) => {
        throw addCallerStack(error, caller);
      }),
    return: (value: void | PromiseLike<void>) => {
      cancel();
      return end(value);
    },
  });
}
