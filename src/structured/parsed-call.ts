import { captureCaller } from '../errors/caller.js';
import { untilCallerAborts } from '../errors/until-caller-aborts.js';
import { Cancellation } from '../internal/cancellation.js';
import type { RequestOptions, StreamPromise } from '../resources/method.js';
import { streamPromise } from '../resources/stream-promise.js';
import type { StreamSource } from '../streaming/event-iterator.js';
import type { Stream } from '../streaming/stream.js';
import { APIPromise } from '../transport/api-promise.js';
import type { Schema } from './schema.js';

/** Parses one response. */
type Read<Data, Result> = (data: Data) => Promise<Result>;

/**
 * A call whose data is parsed from that of another.
 *
 * @param open - Sends the call and says how to parse its data. If it throws, the call rejects with that error, since a method
 * never throws synchronously.
 */
export function parsedCall<Data, Result>(
  open: () => { readonly call: APIPromise<Data>; readonly read: Read<Data, Result> },
  options: RequestOptions | undefined,
): APIPromise<Result> {
  const caller = captureCaller();
  let opened: ReturnType<typeof open>;
  try {
    opened = open();
  } catch (fault) {
    return new APIPromise(() => Promise.reject(fault as Error), 'now', caller);
  }
  const { call, read } = opened;
  return new APIPromise(
    async (mode) => {
      // A raw response has no number of attempts.
      if (mode === 'response') return { response: await call.asResponse(), attempts: 1 };
      const { data, response, attempts } = await call.withResponse();
      // Validation may take long, and the caller's signal aborts waiting for it, too.
      return { data: await untilCallerAborts(options?.signal, read(data)), response, attempts };
    },
    'now',
    caller,
  );
}

/** The stream of a pending call, and the schema to parse it by. */
interface Opened<S> {
  readonly source: StreamPromise<S>;
  readonly schema: Schema;
}

/** The result of `open`; or, if it throws, a stream that fails with that error as soon as it is used. */
export function openedOrFailed<S extends Stream<unknown>>(
  open: () => Opened<S>,
  StreamClass: new (source: StreamSource<never>) => S,
): Opened<S> {
  try {
    return open();
  } catch (fault) {
    const fail = () => Promise.reject(fault as Error);
    const stream = new StreamClass({ cancellation: new Cancellation(), open: fail });
    return { source: streamPromise(stream, new APIPromise<S>(fail, 'when used')), schema: {} };
  }
}
