/**
 * Methods of a resource, such as `Mistral['chat']`, as code needs them that only awaits and iterates what they return. The
 * resource has them, and so has a test double of plain async functions and generators.
 *
 * What more the methods return, such as `withResponse()` or the `text()` of a stream, is not there. A generic method, such as
 * `parse` of `structured(mistral.chat)`, loses its type parameters: depend on that one as it is.
 */
export type PlainMethods<Resource, Name extends keyof Resource = keyof Resource> = {
  readonly [Key in Name]: Resource[Key] extends (...given: infer Given) => infer Returned
    ? (...given: Given) => PlainlyReturned<Returned>
    : PlainMethods<Resource[Key]>;
};

/** Streams and lists can be awaited, too, for what a double would not have. */
type PlainlyReturned<Returned> =
  Returned extends AsyncIterable<infer Item> ? AsyncIterable<Item> : Promise<Awaited<Returned>>;
