import type { Stream } from '../streaming/stream.js';
import type { APIPromise } from '../transport/api-promise.js';

const ofPromise: readonly PropertyKey[] = [
  'then',
  'catch',
  'finally',
  'withResponse',
  'asResponse',
] satisfies readonly (keyof APIPromise<unknown>)[];

/**
 * A stream that is also a promise of itself. The promise resolves to the plain stream, as awaiting a thenable would never
 * end.
 */
export function streamPromise<S extends Stream<unknown>>(stream: S, call: APIPromise<S>): S & APIPromise<S> {
  const both: S & APIPromise<S> = new Proxy(stream, {
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
  }) as S & APIPromise<S>;
  return both;
}
