/**
 * Methods of a resource, such as `Mistral['chat']`, for code that only awaits and iterates their results. The resource has this
 * type, and so has a test double of plain async functions and generators.
 *
 * Other members of the results are missing, such as `withResponse()` or the `text()` of a stream. A generic method, such as
 * `parse` of `structured(mistral.chat)`, loses its type parameters: use its own type.
 */
export type PlainMethods<Resource, Name extends keyof Resource = keyof Resource> = {
  readonly [Key in Name]: Resource[Key] extends (...given: infer Given) => infer Returned
    ? (...given: Given) => PlainlyReturned<Returned>
    : PlainMethods<Resource[Key]>;
};

/** A stream or a list is only iterable here: a double cannot be awaited for its other members. */
type PlainlyReturned<Returned> =
  Returned extends AsyncIterable<infer Item> ? AsyncIterable<Item> : Promise<Awaited<Returned>>;
