/** Advice for objects whose JSON would not be their content. */
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

/** The built-in class of an object of any realm: `Map`, `Date`, or `Object` for all others. */
export const tagOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);

/** Whether it is an object of a literal or of `JSON.parse()`, of any realm. */
export function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Advice for an object whose content is not in its properties; `undefined` for one whose content is.
 */
export function serializationAdvice(value: object): string | undefined {
  if (ArrayBuffer.isView(value) || tagOf(value).endsWith('ArrayBuffer'))
    return 'pass its bytes as a base64 string';
  if (isPlain(value)) return undefined;
  const advice = adviceByTag[tagOf(value)];
  if (advice) return advice;
  return Object.keys(value).length === 0 ? 'pass an object with its content in own properties' : undefined;
}

/** Unwraps `new Number(1)`, `new String('a')` and `new Boolean(true)`; anything else is returned unchanged. */
export function unboxed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return ['Number', 'String', 'Boolean'].includes(tagOf(value)) ? value.valueOf() : value;
}
