import { ArgumentError } from '../errors/argument-error.js';
import { serializationAdvice, tagOf, unboxed } from '../internal/serialization-advice.js';
import { wellFormed } from '../internal/well-formed.js';

/**
 * Write query parameters in OpenAPI's style "form" with "explode": an array repeats its name, an object contributes its own
 * names, `null` and `undefined` are omitted.
 *
 * @returns the query with its `?`, or the empty string.
 * @throws {ArgumentError} for a value that a query cannot contain.
 */
export function writeQuery(parameters: Readonly<Record<string, unknown>> = {}): string {
  const entries = Object.entries(parameters);
  if (entries.length === 0) return '';
  const search = new URLSearchParams();
  for (const [name, value] of entries) append(search, name, value);
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

function append(search: URLSearchParams, name: string, given: unknown): void {
  const value = primitiveOf(name, given);
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    for (const item of value) appendPrimitive(search, name, primitiveOf(name, item));
  } else if (typeof value === 'object') {
    const advice = serializationAdvice(value);
    if (advice) throw new ArgumentError(`\`${name}\` is ${tagOf(value)}; ${advice}`);
    for (const [key, item] of Object.entries(value)) {
      if (item !== null && item !== undefined) appendPrimitive(search, key, primitiveOf(key, item));
    }
  } else {
    appendPrimitive(search, name, value);
  }
}

/** Dates, and other objects with a `toJSON()`, are written as its result. */
function primitiveOf(name: string, given: unknown): unknown {
  const value = unboxed(given);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (tagOf(value) === 'Date' && Number.isNaN(Number(value)))
    throw new ArgumentError(`\`${name}\` is an invalid date; pass a valid one`);
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === 'function' ? (toJSON.call(value, name) as unknown) : value;
}

function appendPrimitive(search: URLSearchParams, name: string, value: unknown): void {
  if (typeof value === 'string' && wellFormed(value) !== value)
    throw new ArgumentError(`\`${name}\` has a lone surrogate, which a URL cannot contain`);
  if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value))
    search.append(name, String(value));
  else
    throw new ArgumentError(
      `\`${name}\` is ${typeof value === 'number' ? value : typeof value}; a query parameter is a string, a number, a boolean or a list of them`,
    );
}
