import { StreamInterruptedError } from '../errors/stream-interrupted-error.js';
import type { EventIterator } from '../streaming/event-iterator.js';
import type { ResponseEvents } from '../streaming/response-events.js';
import { isRefusedPosition, ResumableEvents, type Reconnecting } from '../streaming/resumable-events.js';
import { StreamPosition } from '../streaming/stream-position.js';
import { APIPromise, outcomeOf } from '../transport/api-promise.js';
import { toRecord } from '../transport/headers.js';
import type { Invocation } from './send-operation.js';

/** Where the stream of a call starts; `undefined` if it cannot be resumed. */
export function startingPosition({ operation, params }: Invocation): StreamPosition | undefined {
  const { resume } = operation.stream!;
  if (resume === undefined) return undefined;
  const given = params[resume];
  return new StreamPosition(typeof given === 'string' ? given : undefined);
}

/** The same call from a position on. It is another request, so another idempotency key. */
export function continued(invocation: Invocation, { id }: StreamPosition): Invocation {
  const { operation, options } = invocation;
  const resume = operation.stream!.resume!;
  const given = operation.query?.includes(resume)
    ? { query: { ...options.query, [resume]: id } }
    : { headers: { ...toRecord(options.headers), [resume]: id } };
  return { ...invocation, options: { ...options, ...given, idempotencyKey: undefined } };
}

/** The events of a call that can be resumed, or that resumes another. */
export const resumable = <Event>(
  call: APIPromise<ResponseEvents<Event>>,
  reconnecting: Reconnecting<Event>,
  isResumed: boolean,
): APIPromise<EventIterator<Event>> =>
  new APIPromise<EventIterator<Event>>(async (mode) => {
    try {
      const { data, ...outcome } = await outcomeOf(call, mode);
      return data ? { ...outcome, data: new ResumableEvents(data, reconnecting) } : outcome;
    } catch (cause) {
      if (isResumed && isRefusedPosition(cause))
        throw new StreamInterruptedError(0, { cause, eventsLost: true });
      throw cause;
    }
  }, 'when used');
