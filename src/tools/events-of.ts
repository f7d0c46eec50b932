import { ArgumentError } from '../errors/argument-error.js';
import { requireSync } from '../errors/require-sync.js';

/**
 * What a client streams.
 *
 * @throws {ArgumentError} if it cannot be iterated, as it is with a double that is asynchronous.
 */
export function eventsOf<Event>(stream: AsyncIterable<Event>): AsyncIterable<Event> {
  const given: unknown = (stream as Partial<AsyncIterable<Event>> | null | undefined)?.[Symbol.asyncIterator];
  if (typeof given === 'function') return stream;
  requireSync<unknown>(stream, owner);
  throw new ArgumentError(`${owner} must return what \`for await\` can iterate`);
}

const owner = 'The streaming method of the client';
