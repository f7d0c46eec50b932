import { Cancellation } from '../internal/cancellation.js';
import type { EventIterator, StreamSource } from '../streaming/event-iterator.js';
import { openEvents } from '../streaming/open-events.js';
import { openStream, type Stream } from '../streaming/stream.js';
import { APIPromise, outcomeOf } from '../transport/api-promise.js';
import type { ReadResponse } from '../transport/exchange.js';
import { sendOperation, type Invocation } from './send-operation.js';
import { streamPromise } from './stream-promise.js';
import { StreamWatch } from './watch-stream.js';

export type StreamClass = new (source: StreamSource<never>) => Stream<unknown>;

export function performStream(invocation: Invocation, StreamClass: StreamClass): APIPromise<unknown> {
  const { operation, options } = invocation;
  const cancellation = new Cancellation();
  const watch = new StreamWatch();
  const read: ReadResponse<EventIterator<never>> = async (exchange) => {
    const { response, attempt, scrub, clock, settings, maxEventBytes } = exchange;
    const { firstEventTimeoutMs, idleTimeoutMs } = settings;
    const call = `mistral.${operation.id}()`;
    const events = await openEvents<never>(
      {
        call,
        response,
        attempt,
        cancellation: exchange.cancellation,
        scrub,
        clock,
        detachBody: () => exchange.detachBody(),
      },
      {
        firstEventTimeoutMs,
        idleTimeoutMs,
        maxEventBytes,
        end: operation.stream!,
        onEvent: options.onEvent,
      },
    );
    watch.begin(exchange);
    return events;
  };
  const headers = { accept: 'text/event-stream' };
  const call = sendOperation(invocation, { read, headers, cancelSignal: cancellation, start: 'when used' });
  return streamOf(StreamClass, call as APIPromise<EventIterator<never>>, {
    cancellation,
    watch,
  });
}

/** What is known of the call of a stream; of one that fails before it is sent, nothing is. */
interface StreamCall {
  readonly cancellation?: Cancellation;
  readonly watch?: StreamWatch;
}

export function streamOf(
  StreamClass: StreamClass,
  call: APIPromise<EventIterator<never>>,
  { cancellation = new Cancellation(), watch }: StreamCall = {},
): APIPromise<unknown> {
  const open = async () => (await outcomeOf(call, 'data')).data!;
  const stream: Stream<unknown> = new StreamClass({
    cancellation,
    open,
    watch: () => watch?.listener(stream),
  });
  const promise = new APIPromise(async (mode) => {
    if (mode === 'data') await openStream(stream);
    const { response, attempts } = await outcomeOf(call, mode);
    return { response, attempts, data: stream };
  }, 'when used');
  // It has everything that is used of an `APIPromise`; the type of the method says so, too.
  return streamPromise(stream, promise) as unknown as APIPromise<unknown>;
}
