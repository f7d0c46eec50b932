import { captureCaller } from '../errors/caller.js';
import { MistralError } from '../errors/mistral-error.js';
import { StreamInterruptedError } from '../errors/stream-interrupted-error.js';
import { Cancellation } from '../internal/cancellation.js';
import type { EventIterator, ResumeOptions } from '../streaming/event-iterator.js';
import { isRefusedPosition, ResumableEvents, type Connect } from '../streaming/resumable-events.js';
import { StreamPosition } from '../streaming/stream-position.js';
import { APIPromise, outcomeOf } from '../transport/api-promise.js';
import { toRecord } from '../transport/headers.js';
import { callFault } from './call-fault.js';
import type { Invocation } from './send-operation.js';
import { sendStream } from './send-stream.js';
import { streamOf, type StreamClass } from './stream-of.js';
import { StreamWatch } from './watch-stream.js';

/**
 * Perform a call whose stream can be resumed.
 *
 * @param before - The position of the stream that it resumes.
 */
export function performResumable(
  invocation: Invocation,
  StreamClass: StreamClass,
  before?: StreamPosition,
): APIPromise<unknown> {
  const position = before ?? startOf(invocation);
  const cancellation = new Cancellation();
  const watch = new StreamWatch();
  const connection = { cancellation, watch, isRepeated: position.isRepeated };
  const maxRetries = invocation.options.reconnect?.maxAttempts;
  const connect: Connect<never> = async (lost) => {
    const call = sendStream(continued(invocation, position), connection, { lost, maxRetries });
    return (await outcomeOf(call, 'data')).data!;
  };
  const call = sendStream(before ? continued(invocation, before) : invocation, connection);
  const opening = new APIPromise<EventIterator<never>>(async (mode) => {
    try {
      const { data, ...outcome } = await outcomeOf(call, mode);
      const mayReconnect = maxRetries !== undefined;
      const events = data && new ResumableEvents(data, position, mayReconnect ? connect : undefined);
      return events ? { ...outcome, data: events } : outcome;
    } catch (cause) {
      if (!before || !isRefusedPosition(cause)) throw cause;
      throw new StreamInterruptedError(0, { cause, eventsLost: true });
    }
  }, 'when used');
  const resume = (changes?: ResumeOptions) => resumed(invocation, StreamClass, position, changes);
  return streamOf(StreamClass, opening, { cancellation, watch, resume });
}

function resumed(
  invocation: Invocation,
  StreamClass: StreamClass,
  position: StreamPosition,
  changes: ResumeOptions = {},
): APIPromise<unknown> {
  const { operation, params } = invocation;
  const { signal = invocation.options.signal, reconnect = invocation.options.reconnect } = changes;
  const options = { ...invocation.options, ...changes, signal, reconnect };
  const fault = callFault(operation, params, options);
  if (fault) throw fault;
  if (!position.id)
    throw new MistralError('This stream cannot be resumed: the last event that was read had no `id`');
  const next = { ...invocation, options, caller: captureCaller() };
  return performResumable(next, StreamClass, new StreamPosition(position.id, position));
}

/** The caller may have stopped reading the same stream in an earlier process. */
function startOf({ operation, params }: Invocation): StreamPosition {
  const id = params[operation.stream!.resume!];
  return new StreamPosition(typeof id === 'string' ? id : undefined);
}

/** The same call from a position on. It is another request, so it has another idempotency key. */
function continued(invocation: Invocation, { id }: StreamPosition): Invocation {
  const { operation, options } = invocation;
  const resume = operation.stream!.resume!;
  const after = operation.query?.includes(resume)
    ? { query: { ...options.query, [resume]: id } }
    : { headers: { ...toRecord(options.headers), [resume]: id } };
  return { ...invocation, options: { ...options, ...after, idempotencyKey: undefined } };
}
