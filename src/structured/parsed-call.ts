import { callerHere } from '../errors/caller.js';
import { untilCallerAborts } from '../errors/until-caller-aborts.js';
import { Cancellation } from '../internal/cancellation.js';
import type { RequestOptions, StreamPromise } from '../resources/method.js';
import { streamPromise } from '../resources/stream-promise.js';
import type { StreamSource } from '../streaming/event-iterator.js';
import type { Stream } from '../streaming/stream.js';
import { APIPromise } from '../transport/api-promise.js';
import type { Schema } from './schema.js';

/** What is read from one answer. */
type Read<Data, Result> = (data: Data) => Promise<Result>;

/**
 * A call whose data is read from that of another.
 *
 * @param open - Sends the call and says how to read its data. What it throws is what the call rejects with, since a
 * method never throws where a promise is due.
 */
export function parsedCall<Data, Result>(
  open: () => { readonly call: APIPromise<Data>; readonly read: Read<Data, Result> },
  options: RequestOptions | undefined,
): APIPromise<Result> {
  const caller = callerHere();
  let opened: ReturnType<typeof open>;
  try {
    opened = open();
  } catch (fault) {
    return new APIPromise(() => Promise.reject(fault as Error), 'now', caller);
  }
  const { call, read } = opened;
  return new APIPromise(
    async (mode) => {
      // Nobody can ask for the attempts of a response that was handed out.
      if (mode === 'response') return { response: await call.asResponse(), attempts: 1 };
      const { data, response, attempts } = await call.withResponse();
      // A check may take its time, and the caller's signal ends the waiting for it as for everything else.
      return { data: await untilCallerAborts(options?.signal, read(data)), response, attempts };
    },
    'now',
    caller,
  );
}

/** A stream whose call is on its way, and the schema to read it by. */
interface Opened<S> {
  readonly source: StreamPromise<S>;
  readonly schema: Schema;
}

/** What `open` gives; or, for what it throws, a stream that fails with it as soon as it is used. */
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
