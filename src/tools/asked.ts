import { MistralError } from '../errors/mistral-error.js';
import type { Assembly } from '../streaming/assembled-stream.js';
import type { Asked } from './dialog.js';
import { eventsOf } from './events-of.js';

/** A reply that is not streamed. */
// oxlint-disable-next-line require-yield -- it has no events
export async function* withoutEvents<Response>(
  ask: () => PromiseLike<Response>,
): AsyncGenerator<never, Response, void> {
  return ask();
}

/** A reply that is assembled from streamed events. */
export const assembled = <Event, Response>(
  assembly: Pick<Assembly<Event, Response, never>, 'add' | 'result'>,
  ask: () => AsyncIterable<Event>,
): Asked<Event, Response> => ({
  events: read(assembly, ask),
  partial: () => assembly.result,
});

async function* read<Event, Response>(
  assembly: Pick<Assembly<Event, Response, never>, 'add' | 'result'>,
  ask: () => AsyncIterable<Event>,
): AsyncGenerator<Event, Response, void> {
  for await (const event of eventsOf(ask())) {
    assembly.add(event, undefined);
    yield event;
  }
  if (!assembly.result) throw new MistralError('The stream ended without a response');
  return assembly.result;
}
