import { callerHere } from '../errors/caller.js';
import { MistralError } from '../errors/mistral-error.js';
import { Cancellation } from '../internal/cancellation.js';
import type { EventIterator, StreamSource } from '../streaming/event-iterator.js';
import { openEvents } from '../streaming/open-events.js';
import type { ResponseEvents } from '../streaming/response-events.js';
import { openStream, type Stream } from '../streaming/stream.js';
import { StreamPosition } from '../streaming/stream-position.js';
import { APIPromise, outcomeOf } from '../transport/api-promise.js';
import type { ReadResponse } from '../transport/exchange.js';
import type { LostConnection } from '../transport/retry.js';
import type { CallMeta } from '../transport/transport.js';
import { callFault } from './call-fault.js';
import { continued, resumable, startingPosition } from './resume-stream.js';
import { sendOperation, type Invocation } from './send-operation.js';
import { streamPromise } from './stream-promise.js';
import { StreamWatch } from './watch-stream.js';

export type StreamClass = new (source: StreamSource<never>) => Stream<unknown>;

/** @param before - The position of the stream that is resumed. */
export function performStream(
  invocation: Invocation,
  StreamClass: StreamClass,
  before?: StreamPosition,
): APIPromise<unknown> {
  const { operation, params, options } = invocation;
  const cancellation = new Cancellation();
  const watch = new StreamWatch();
  const position = before ?? startingPosition(invocation);
  const read: ReadResponse<ResponseEvents<never>> = async (exchange) => {
    const { response, attempt, following, scrub, clock, settings, maxEventBytes } = exchange;
    const { firstEventTimeoutMs, idleTimeoutMs } = settings;
    const call = `mistral.${operation.id}()`;
    const events = await openEvents<never>(
      { call, response, attempt, following, scrub, clock, handOver: () => exchange.handOver() },
      {
        firstEventTimeoutMs,
        idleTimeoutMs,
        maxEventBytes,
        end: operation.stream!,
        onEvent: options.onEvent,
        isRepeated: position?.isRepeated,
      },
    );
    watch.begin(exchange);
    return events;
  };
  const headers = { accept: 'text/event-stream' };
  const send = (from: StreamPosition | undefined, meta?: Pick<CallMeta, 'lost' | 'maxRetries'>) =>
    // It gives what `read` does.
    sendOperation(from ? continued(invocation, from) : invocation, {
      read,
      headers,
      leaving: cancellation,
      start: 'when used',
      ...meta,
    }) as APIPromise<ResponseEvents<never>>;
  const call = send(before);
  if (!position) return streamOf(StreamClass, call, { cancellation, watch });

  const maxRetries = options.reconnect?.maxAttempts;
  const connect = async (lost: LostConnection) =>
    (await outcomeOf(send(position, { lost, maxRetries }), 'data')).data!;
  const reconnecting = { position, connect: maxRetries === undefined ? undefined : connect };
  return streamOf(StreamClass, resumable(call, reconnecting, before !== undefined), {
    cancellation,
    watch,
    resume: (changes) => {
      const { signal = options.signal, reconnect = options.reconnect } = changes ?? {};
      const changed = { ...options, ...changes, signal, reconnect };
      const fault = callFault(operation, params, changed);
      if (fault) throw fault;
      if (!position.id) {
        throw new MistralError(
          'This stream cannot be resumed: its last event had no `id`, or nothing was read of it',
        );
      }
      const next = { ...invocation, options: changed, caller: callerHere() };
      return performStream(next, StreamClass, new StreamPosition(position.id, position));
    },
  });
}

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
