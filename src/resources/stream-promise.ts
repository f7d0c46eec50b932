import type { Stream } from '../streaming/stream.js';
import type { APIPromise } from '../transport/api-promise.js';

/** What a streamed call has of a promise; see {@link APIPromise}. */
export interface Awaitable<T> extends Promise<T>, Pick<APIPromise<T>, 'withResponse' | 'asResponse'> {}

const ofPromise: readonly PropertyKey[] = [
  'then',
  'catch',
  'finally',
  'withResponse',
  'asResponse',
] satisfies readonly (keyof Awaitable<unknown>)[];

/**
 * A stream that is also a promise of itself. The promise gives the stream without the promise, as otherwise
 * awaiting it would have no end.
 */
export function streamPromise<S extends Stream<unknown>>(stream: S, call: APIPromise<S>): S & Awaitable<S> {
  return new Proxy(stream, {
    get(_, name) {
      const owner: object = ofPromise.includes(name) ? call : stream;
      const value: unknown = Reflect.get(owner, name, owner);
      // Bound, since private fields are found on the object itself and not through a proxy.
      return typeof value === 'function' && name !== 'constructor' ? value.bind(owner) : value;
    },
  }) as S & Awaitable<S>;
}
