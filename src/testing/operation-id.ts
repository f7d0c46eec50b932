import type { Api } from '../../generated/api.gen.js';

/** Name of an operation, as the client spells it: `chat.complete`, `batch.jobs.list`. */
export type OperationId = PathOf<Api>;

/** What the description says of an operation. */
export type ShapeOf<Id extends OperationId> = ShapeAt<Api, Id>;

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
