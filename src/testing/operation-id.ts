import type { Api } from '../../generated/api.gen.js';
import type { MockRequest } from './mock-request.js';

/** Name of an operation, as the client spells it: `chat.complete`, `batch.jobs.list`. */
export type OperationId = PathOf<Api>;

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
export type PlainAnswer<Id extends OperationId> = PlainOf<ShapeAt<Api, Id>>;

type PlainOf<Shape> = Shape extends { kind: 'json'; response: infer Body }
  ? Body
  : Shape extends { kind: 'stream'; event: infer Event }
    ? readonly Event[]
    : Shape extends { kind: 'page'; item: infer Item }
      ? readonly Item[]
      : Shape extends { kind: 'binary' }
        ? string | Uint8Array<ArrayBuffer>
        : undefined;

type PathOf<Tree> = {
  [Name in keyof Tree & string]: Tree[Name] extends { kind: string } ? Name : `${Name}.${PathOf<Tree[Name]>}`;
}[keyof Tree & string];

type ShapeAt<Tree, Path> = Path extends `${infer Name}.${infer Rest}`
  ? Name extends keyof Tree
    ? ShapeAt<Tree[Name], Rest>
    : never
  : Path extends keyof Tree
    ? Tree[Path]
    : never;
