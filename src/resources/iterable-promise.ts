import { APIPromise, type Perform } from '../transport/api-promise.js';

/**
 * A call whose answer can be iterated without awaiting it first.
 *
 * The request is sent when it is first awaited or iterated, so a stream that is made and dropped costs nothing.
 */
export class IterablePromise<T extends AsyncIterable<Item>, Item>
  extends APIPromise<T>
  implements AsyncIterable<Item>
{
  constructor(perform: Perform<T>) {
    super(perform, 'when used');
  }

  [Symbol.asyncIterator](): AsyncIterator<Item> {
    let iterator: AsyncIterator<Item> | undefined;
    let ended = false;
    const open = async () => (iterator ??= (await this)[Symbol.asyncIterator]());
    return {
      next: async () => (ended ? { done: true, value: undefined } : (iterator ?? (await open())).next()),
      return: async () => {
        ended = true;
        // Left before the answer came: it is opened all the same, so that leaving it can close it.
        return (await (await open()).return?.()) ?? { done: true, value: undefined };
      },
    };
  }
}
