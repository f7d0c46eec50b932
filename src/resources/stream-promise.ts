import type { Stream } from '../streaming/stream.js';
import type { APIPromise } from '../transport/api-promise.js';

/** The promise methods of a streamed call; see {@link APIPromise}. */
export interface Awaitable<T> extends Promise<T>, Pick<APIPromise<T>, 'withResponse' | 'asResponse'> {}

const ofPromise: readonly PropertyKey[] = [
  'then',
  'catch',
  'finally',
  'withResponse',
  'asResponse',
] satisfies readonly (keyof Awaitable<unknown>)[];

/**
 * A stream that is also a promise of itself. The promise resolves to the plain stream, as awaiting a thenable would never
 * end.
 */
export function streamPromise<S extends Stream<unknown>>(stream: S, call: APIPromise<S>): S & Awaitable<S> {
  const both: S & Awaitable<S> = new Proxy(stream, {
    get(_, name) {
      const owner: object = ofPromise.includes(name) ? call : stream;
      const value: unknown = Reflect.get(owner, name, owner);
      if (typeof value !== 'function' || name === 'constructor') return value;
      // Called on the object itself, since private fields do not work through a proxy. A method that returns `this` returns the proxy.
      return (...values: unknown[]) => {
        const result: unknown = Reflect.apply(value, owner, values);
        return result === stream ? both : result;
      };
    },
  }) as S & Awaitable<S>;
  return both;
}
