import type { ChatCompletionChoice, ToolReferenceChunk, UsageInfo } from '../../generated/types.gen.js';

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
export const thinking = (text: string): MockThinking => new MockPart('thinking', text);

/** The documents that a model cites in a completion, by the numbers that they have in the request. */
export function citation(...documents: readonly number[]): MockReference;
/** A source that a model cites in a conversation: a result of a tool, by default of web search. */
export function citation(source: MockSourceFields): MockSource;
export function citation(...given: readonly (number | MockSourceFields)[]): MockReference | MockSource {
  const [source] = given;
  return typeof source === 'object'
    ? new MockPart('source', source)
    : new MockPart(
        'reference',
        given.filter((each) => typeof each === 'number'),
      );
}

/** The finish reason of a completion, such as `'length'`; by default `'stop'` or `'tool_calls'`. */
export const finish = (reason: MockFinish['value']): MockFinish => new MockPart('finish', reason);

/** The token usage of a response; what is omitted is counted as one token per part. */
export const usage = (tokens: MockUsage['value']): MockUsage => new MockPart('usage', tokens);
