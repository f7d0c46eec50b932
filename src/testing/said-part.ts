import type { ChatCompletionChoice, ToolReferenceChunk, UsageInfo } from '../../generated/types.gen.js';

/** Something other than text, as a part of what a model says: what it thinks, a source, how the response ends, what it used. */
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

/** A source, as a tool found it. */
export type MockSourceFields = Omit<ToolReferenceChunk, 'type' | 'tool'> &
  Partial<Pick<ToolReferenceChunk, 'tool'>>;

/**
 * What a model that reasons thinks, before it says something.
 *
 * @example
 * ```ts
 * import { createMockMistral, thinking } from 'mistral-sdk/testing';
 *
 * createMockMistral({ 'chat.stream': [thinking('Lyon, in July: '), thinking('warm.'), 'It is', ' warm.'] });
 * ```
 */
export const thinking = (text: string): MockThinking => new MockPart('thinking', text);

/** The documents that a model names for what it says in a completion, by the numbers with which they were given to it. */
export function citation(...documents: readonly number[]): MockReference;
/** A source that a model names for what it says in a conversation: what a tool found, a web search unless it says otherwise. */
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

/** Why a completion ends, such as `'length'`; it is `'stop'` or `'tool_calls'` otherwise. */
export const finish = (reason: MockFinish['value']): MockFinish => new MockPart('finish', reason);

/** The tokens of a response; what is left out is counted: a token a part. */
export const usage = (tokens: MockUsage['value']): MockUsage => new MockPart('usage', tokens);
