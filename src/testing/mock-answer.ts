import type {
  ChatCompletionResponse,
  ConversationResponse,
  TranscriptionResponse,
} from '../../generated/types.gen.js';
import type { MockBehaviour } from './mock-behaviour.js';
import type { MockCall } from './mock-call.js';
import type { OperationId, ShapeOf } from './operation-id.js';
import type { MockFinish, MockReference, MockSource, MockThinking, MockUsage } from './said-part.js';
import type { MockToolCall } from './tool-call.js';

/**
 * What the mock can be told to answer: an answer, or what the model says in it; a whole response; a function of the
 * call, and of the usual answer; and any of these with a fault, or in turn with others.
 */
export type MockAnswer<Id extends OperationId> =
  GivenAnswer<Id> | MockReply<Id> | MockBehaviour<MockAnswer<Id>>;

/** An answer that depends on the call. */
export type MockReply<Id extends OperationId> = (
  call: MockCall<Id>,
  usual: PlainAnswer<Id>,
) => GivenAnswer<Id> | Promise<GivenAnswer<Id>>;

/** An answer that does not. */
export type GivenAnswer<Id extends OperationId> = PlainAnswer<Id> | SaidAnswer<Id> | Response;

/** Answers by operation. */
export type MockAnswers = { readonly [Id in OperationId]?: MockAnswer<Id> };

/**
 * An answer without its wrapping: the JSON of a call, the events of a stream, the items of all pages of a
 * list, the content of a file, or `undefined` where there is nothing to say.
 */
export type PlainAnswer<Id extends OperationId> = PlainOf<ShapeOf<Id>>;

/**
 * What a model says, as a text or in parts, and what it calls, thinks and cites: the mock makes the response of it, or the
 * events of a stream, one a part.
 */
export type SaidAnswer<Id extends OperationId> = SaidOf<ShapeOf<Id>>;

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
