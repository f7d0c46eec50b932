/** What to do instead with an object that would be written as something else than what it holds. */
const adviceByTag: Readonly<Record<string, string>> = {
  Promise: 'await it',
  Map: 'pass `Object.fromEntries(map)`',
  Set: 'pass a list',
  Headers: 'pass `Object.fromEntries(headers)`',
  URLSearchParams: 'pass `Object.fromEntries(search)`',
  FormData: 'pass its fields',
  Blob: 'pass its bytes as a base64 string, or upload the file first',
  File: 'pass its bytes as a base64 string, or upload the file first',
  Error: 'pass its message',
  RegExp: 'pass its source',
};

/** The name of the kind of an object, in whatever realm it was made: `Map`, `Date`, or `Object` for those of no kind. */
export const tagOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);

/** Objects of literals and of `JSON.parse()`, in whatever realm. */
export function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * What to do instead of passing an object, where its properties are not what it holds; `undefined` for one whose
 * properties are.
 */
export function serializationAdvice(value: object): string | undefined {
  if (ArrayBuffer.isView(value) || tagOf(value).endsWith('ArrayBuffer'))
    return 'pass its bytes as a base64 string';
  if (isPlain(value)) return undefined;
  const advice = adviceByTag[tagOf(value)];
  if (advice) return advice;
  return Object.keys(value).length === 0
    ? 'pass an object whose own properties are what it holds'
    : undefined;
}

/** `new Number(1)`, `new String('a')` and `new Boolean(true)` as what they hold; anything else as it is. */
export function unboxed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return ['Number', 'String', 'Boolean'].includes(tagOf(value)) ? value.valueOf() : value;
}
