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
 * A stream that is also a promise of itself. The promise gives the stream without the promise, as otherwise
 * awaiting it would have no end.
 */
export function streamPromise<S extends Stream<unknown>>(stream: S, call: APIPromise<S>): S & APIPromise<S> {
  const both: S & APIPromise<S> = new Proxy(stream, {
    get(_, name) {
      const owner: object = ofPromise.includes(name) ? call : stream;
      const value: unknown = Reflect.get(owner, name, owner);
      if (typeof value !== 'function' || name === 'constructor') return value;
      // On the object itself, since private fields are not found through a proxy. What it gives back to be chained is both.
      return (...values: unknown[]) => {
        const result: unknown = Reflect.apply(value, owner, values);
        return result === stream ? both : result;
      };
    },
  }) as S & APIPromise<S>;
  return both;
}
