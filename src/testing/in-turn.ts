import { ArgumentError } from '../errors/argument-error.js';
import { callsOf, MockBehaviour } from './mock-behaviour.js';

/**
 * One response per call, in order; the last one repeats.
 *
 * Outside of the place of an operation's response, name the operation: `inTurn<MockResponse<'chat.complete'>>(…)`.
 *
 * @throws {ArgumentError} without a response.
 *
 * @example
 * ```ts
 * import { createMockMistral, failWith, inTurn } from 'mistral-sdk/testing';
 *
 * createMockMistral({ 'chat.complete': inTurn('Bonjour', failWith(500), 'Au revoir') });
 * ```
 */
export function inTurn<Given>(...responses: readonly NoInfer<Given>[]): MockBehaviour<Given> {
  if (responses.length === 0) throw new ArgumentError('inTurn() takes at least one response');
  const starts = responses.map((_, index) =>
    responses.slice(0, index).reduce((calls: number, response) => calls + callsOf(response), 0),
  );
  const all = starts.at(-1)! + callsOf(responses.at(-1));
  return new MockBehaviour(all, ({ number, resolve }) => {
    const place = starts.findLastIndex((start) => start < number);
    return resolve(responses[place], number - starts[place]!);
  });
}
