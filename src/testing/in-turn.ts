import { ArgumentError } from '../errors/argument-error.js';
import { callsOf, MockBehaviour } from './mock-behaviour.js';

/**
 * One answer after the other, a call each; the last one stays.
 *
 * Where it is not written where an operation's answer goes, say for which: `inTurn<MockAnswer<'chat.complete'>>(…)`.
 *
 * @throws {ArgumentError} without an answer.
 *
 * @example
 * ```ts
 * import { createMockMistral, failWith, inTurn } from 'mistral-sdk/testing';
 *
 * createMockMistral({ 'chat.complete': inTurn('Bonjour', failWith(500), 'Au revoir') });
 * ```
 */
export function inTurn<Answer>(...answers: readonly NoInfer<Answer>[]): MockBehaviour<Answer> {
  if (answers.length === 0) throw new ArgumentError('inTurn() takes one answer or more');
  const starts = answers.map((_, index) =>
    answers.slice(0, index).reduce((calls: number, answer) => calls + callsOf(answer), 0),
  );
  const all = starts.at(-1)! + callsOf(answers.at(-1));
  return new MockBehaviour(all, ({ number, answer }) => {
    const place = starts.findLastIndex((start) => start < number);
    return answer(answers[place], number - starts[place]!);
  });
}
