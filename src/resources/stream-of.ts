import { Cancellation } from '../internal/cancellation.js';
import type { EventIterator, StreamSource } from '../streaming/event-iterator.js';
import { openStream, type Stream } from '../streaming/stream.js';
import { APIPromise, outcomeOf } from '../transport/api-promise.js';
import { streamPromise } from './stream-promise.js';
import type { StreamWatch } from './watch-stream.js';

export type StreamClass = new (source: StreamSource<never>) => Stream<unknown>;

/** What is known of the call of a stream; of one that fails before it is sent, nothing is. */
interface StreamCall {
  readonly cancellation?: Cancellation;
  readonly watch?: StreamWatch;
  readonly resume?: StreamSource<never>['resume'];
}

export function streamOf(
  StreamClass: StreamClass,
  call: APIPromise<EventIterator<never>>,
  { cancellation = new Cancellation(), watch, resume }: StreamCall = {},
): APIPromise<unknown> {
  const open = async () => (await outcomeOf(call, 'data')).data!;
  const stream: Stream<unknown> = new StreamClass({
    cancellation,
    open,
    watch: () => watch?.listener(stream),
    resume,
  });
  const promise = new APIPromise(async (mode) => {
    if (mode === 'data') await openStream(stream);
    const { response, attempts } = await outcomeOf(call, mode);
    return { response, attempts, data: stream };
  }, 'when used');
  // It has everything that is used of an `APIPromise`; the type of the method says so, too.
  return streamPromise(stream, promise) as unknown as APIPromise<unknown>;
}
