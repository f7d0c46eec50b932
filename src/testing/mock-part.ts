import type { ChatCompletionChoice, ToolReferenceChunk, UsageInfo } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { kindOf } from '../internal/kind-of.js';

/** A part of a reply that is not text: thinking, a citation, the finish reason, the token usage. */
export class MockPart<out Kind extends string, out Value> {
  readonly kind: Kind;
  readonly value: Value;

  constructor(kind: Kind, value: Value) {
    this.kind = kind;
    this.value = value;
  }
}

export type MockThinking = MockPart<'thinking', string>;
export type MockReference = MockPart<'reference', readonly number[]>;
export type MockSource = MockPart<'source', MockSourceFields>;
export type MockFinish = MockPart<'finish', ChatCompletionChoice['finish_reason']>;
export type MockUsage = MockPart<'usage', Partial<UsageInfo>>;

export type AnyMockPart = MockThinking | MockReference | MockSource | MockFinish | MockUsage;

/** A source that a tool found. */
export type MockSourceFields = Omit<ToolReferenceChunk, 'type' | 'tool'> &
  Partial<Pick<ToolReferenceChunk, 'tool'>>;

/**
 * The thinking of a reasoning model, before its text.
 *
 * @example
 * ```ts
 * import { createMockMistral, thinking } from 'mistral-sdk/testing';
 *
 * createMockMistral({ 'chat.stream': [thinking('Lyon, in July: '), thinking('warm.'), 'It is', ' warm.'] });
 * ```
 */
export function thinking(text: string): MockThinking {
  if (typeof text !== 'string') throw new ArgumentError(`thinking() takes a text, not ${kindOf(text)}`);
  return new MockPart('thinking', text);
}

/** The documents that a model cites in a completion, by the numbers that they have in the request. */
export function citation(...documents: readonly number[]): MockReference;
/** A source that a model cites in a conversation: a result of a tool, by default of web search. */
export function citation(source: MockSourceFields): MockSource;
export function citation(...given: readonly (number | MockSourceFields)[]): MockReference | MockSource {
  const [source] = given;
  if (given.length === 1 && isRecord(source) && typeof source.title === 'string')
    return new MockPart('source', source);
  const numbers = given.filter((each): each is number => Number.isSafeInteger(each) && Number(each) >= 0);
  if (numbers.length === 0 || numbers.length < given.length)
    throw new ArgumentError('citation() takes numbers of documents, or a source, such as { title, url }');
  return new MockPart('reference', numbers);
}

/** The finish reason of a completion, such as `'length'`; by default `'stop'` or `'tool_calls'`. */
export function finish(reason: MockFinish['value']): MockFinish {
  if (typeof reason !== 'string')
    throw new ArgumentError(`finish() takes a reason, such as 'length', not ${kindOf(reason)}`);
  return new MockPart('finish', reason);
}

/** The token usage of a response; what is omitted is counted as one token per part. */
export function usage(tokens: MockUsage['value']): MockUsage {
  const isWrong = ([name, value]: [string, unknown]) =>
    /[A-Z]/.test(name) ||
    (name.endsWith('_tokens') && value !== undefined && !(Number.isSafeInteger(value) && Number(value) >= 0));
  if (!isRecord(tokens) || Object.entries(tokens).some(isWrong))
    throw new ArgumentError(
      'usage() takes numbers of tokens, named as in a response of the API, such as { prompt_tokens: 400 }',
    );
  return new MockPart('usage', tokens);
}
