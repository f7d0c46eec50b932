import { ArgumentError } from '../errors/argument-error.js';

/** A function that the model calls, as a part of what it says. */
export class MockToolCall {
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
  readonly id: string | undefined;

  constructor(name: string, args: string, id: string | undefined) {
    this.name = name;
    this.arguments = args;
    this.id = id;
  }
}

/**
 * A call of a function, among the texts that a model says.
 *
 * @param args - Written as JSON; a string is sent as it is, for arguments that are wrong.
 * @param id - Numbered within the reply if omitted.
 *
 * @example
 * ```ts
 * import { createMockMistral, inTurn, toolCall } from 'mistral-sdk/testing';
 *
 * createMockMistral({ 'chat.complete': inTurn([toolCall('weather', { city: 'Lyon' })], 'It is 21 °C in Lyon.') });
 * ```
 */
export function toolCall(name: string, args: object | string = {}, id?: string): MockToolCall {
  if (typeof name !== 'string' || name === '')
    throw new ArgumentError('toolCall(): the first argument must be the name of a function');
  return new MockToolCall(name, typeof args === 'string' ? args : JSON.stringify(args), id);
}
