import type { MockRequest } from './mock-request.js';
import type { OperationId, ShapeOf } from './operation-id.js';

/** What the mock can be told to answer; an answer that depends on the request is a function. */
export type MockAnswer<Id extends OperationId> =
  | PlainAnswer<Id>
  | Response
  | ((
      request: MockRequest,
      usual: PlainAnswer<Id>,
    ) => PlainAnswer<Id> | Response | Promise<PlainAnswer<Id> | Response>);

/** Answers by operation. */
export type MockAnswers = { readonly [Id in OperationId]?: MockAnswer<Id> };

/**
 * An answer without its wrapping: the JSON of a call, the events of a stream, the items of all pages of a
 * list, the content of a file, or `undefined` where there is nothing to say.
 */
export type PlainAnswer<Id extends OperationId> = PlainOf<ShapeOf<Id>>;

type PlainOf<Shape> = Shape extends { kind: 'json'; response: infer Body }
  ? Body
  : Shape extends { kind: 'stream'; event: infer Event }
    ? readonly Event[]
    : Shape extends { kind: 'page'; item: infer Item }
      ? readonly Item[]
      : Shape extends { kind: 'binary' }
        ? string | Uint8Array<ArrayBuffer>
        : undefined;
