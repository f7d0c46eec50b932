import { ArgumentError } from './argument-error.js';
import { requireSync } from './require-sync.js';

/**
 * The stream that a client returned.
 *
 * @throws {ArgumentError} if it cannot be iterated: the method of a test double may be `async`.
 */
export function eventsOf<Event>(stream: AsyncIterable<Event>): AsyncIterable<Event> {
  const given: unknown = (stream as Partial<AsyncIterable<Event>> | null | undefined)?.[Symbol.asyncIterator];
  if (typeof given === 'function') return stream;
  requireSync<unknown>(stream, owner);
  throw new ArgumentError(`${owner} must return an async iterable`);
}

const owner = 'The streaming method of the client';
