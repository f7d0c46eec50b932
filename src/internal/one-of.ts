/**
 * A union whose members also declare the fields of the other one, as `undefined`: each field can be read without narrowing, and
 * narrows.
 */
export type OneOf<A, B> = (A & Without<B, keyof A>) | (B & Without<A, keyof B>);

type Without<T, Key extends PropertyKey> = { readonly [K in Exclude<keyof T, Key>]?: undefined };
