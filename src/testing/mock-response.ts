import type {
  ChatCompletionResponse,
  ConversationResponse,
  TranscriptionResponse,
} from '../../generated/types.gen.js';
import type { MockBehaviour } from './mock-behaviour.js';
import type { MockCall } from './mock-call.js';
import type { OperationId, ShapeOf } from './operation-id.js';
import type { MockFinish, MockReference, MockSource, MockThinking, MockUsage } from './mock-part.js';
import type { MockToolCall } from './tool-call.js';

/**
 * What the mock responds with: data, or only the model's reply; a `Response`; a function of the call and of the default
 * data; and any of these with a fault, or in turn with others.
 */
export type MockResponse<Id extends OperationId> =
  StaticMockResponse<Id> | MockHandler<Id> | MockBehaviour<MockResponse<Id>>;

/** A response that depends on the call. */
export type MockHandler<Id extends OperationId> = (
  call: MockCall<Id>,
  defaultData: MockData<Id>,
) => StaticMockResponse<Id> | Promise<StaticMockResponse<Id>>;

/** A response that does not depend on the call. */
export type StaticMockResponse<Id extends OperationId> = MockData<Id> | MockReply<Id> | Response;

/** Responses by operation. */
export type MockResponses = { readonly [Id in OperationId]?: MockResponse<Id> };

/**
 * The data of a response: the JSON of a call, the events of a stream, the items of all pages of a list, the content of a
 * file, or `undefined` for no content.
 */
export type MockData<Id extends OperationId> = PlainOf<ShapeOf<Id>>;

/**
 * The reply of a model, as a text or in parts: texts, tool calls, thinking and citations. The mock makes the response of
 * it, or the events of a stream, one per part.
 */
export type MockReply<Id extends OperationId> = SaidOf<ShapeOf<Id>>;

type PlainOf<Shape> = Shape extends { kind: 'json'; response: infer Body }
  ? Body
  : Shape extends { kind: 'stream'; event: infer Event }
    ? readonly Event[]
    : Shape extends { kind: 'page'; item: infer Item }
      ? readonly Item[]
      : Shape extends { kind: 'binary' }
        ? string | Uint8Array<ArrayBuffer>
        : undefined;

type SaidOf<Shape> = Shape extends
  { eventName: 'CompletionChunk' } | { kind: 'json'; response: ChatCompletionResponse }
  ? SaidIn<MockToolCall | MockThinking | MockReference | MockFinish | MockUsage>
  : Shape extends { eventName: 'ConversationEvent' } | { kind: 'json'; response: ConversationResponse }
    ? SaidIn<MockToolCall | MockThinking | MockSource | MockUsage>
    : Shape extends
          { eventName: 'TranscriptionStreamEvent' } | { kind: 'json'; response: TranscriptionResponse }
      ? SaidIn<MockUsage>
      : never;

type SaidIn<Part> = string | readonly (string | Part)[];
