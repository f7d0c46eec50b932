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
    let opening: Promise<AsyncIterator<Item>> | undefined;
    let iterator: AsyncIterator<Item> | undefined;
    let left = false;
    const open = async () => {
      iterator = (await this)[Symbol.asyncIterator]();
      return iterator;
    };
    const end: IteratorReturnResult<undefined> = { done: true, value: undefined };
    return {
      next: async () => {
        if (left) return end;
        opening ??= open();
        return (iterator ?? (await opening)).next();
      },
      return: async () => {
        left = true;
        // Left while the answer is on its way: it is waited for, so that it can be closed.
        return (await (await opening)?.return?.()) ?? end;
      },
    };
  }
}
