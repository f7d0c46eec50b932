import { MistralError } from '../errors/mistral-error.js';
import type { Assembly } from '../streaming/assembled-stream.js';
import { eventsOf } from '../errors/events-of.js';

/** A reply that was requested, and may still be arriving. */
export interface PendingReply<Event, Response> {
  /** The streamed events; returns the complete reply. */
  readonly events: AsyncGenerator<Event, Response, void>;
  /** What has arrived of a streamed reply; `undefined` before the first event. */
  partial?(): Response | undefined;
}

/** A reply that is not streamed, and has no events. */
export const unstreamedReply = <Response>(
  request: () => PromiseLike<Response>,
): PendingReply<never, Response> => ({ events: withoutEvents(request) });

/** A reply that is assembled from streamed events. */
export const streamedReply = <Event, Response>(
  assembly: ReplyAssembly<Event, Response>,
  request: () => AsyncIterable<Event>,
): PendingReply<Event, Response> => ({
  events: assemble(assembly, request),
  partial: () => assembly.result,
});

type ReplyAssembly<Event, Response> = Pick<Assembly<Event, Response, never>, 'add' | 'result'>;

// oxlint-disable-next-line require-yield -- it has no events
async function* withoutEvents<Response>(
  request: () => PromiseLike<Response>,
): AsyncGenerator<never, Response, void> {
  return request();
}

async function* assemble<Event, Response>(
  assembly: ReplyAssembly<Event, Response>,
  request: () => AsyncIterable<Event>,
): AsyncGenerator<Event, Response, void> {
  for await (const event of eventsOf(request())) {
    assembly.add(event, undefined);
    yield event;
  }
  if (!assembly.result) throw new MistralError('The stream ended without a response');
  return assembly.result;
}
