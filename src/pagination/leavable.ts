/**
 * A generator that can be left while it waits: by itself it would hear of that only when what it waits for has come.
 *
 * @param leave - Ends what the generator waits for.
 */
export function leavable<T>(generator: AsyncGenerator<T, void>, leave: () => void): AsyncGenerator<T, void> {
  const end = generator.return.bind(generator);
  return Object.assign(generator, {
    return: (value: void | PromiseLike<void>) => {
      leave();
      return end(value);
    },
  });
}
