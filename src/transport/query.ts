import { ArgumentError } from '../errors/argument-error.js';

/**
 * Write query parameters in the style that OpenAPI calls form, exploded: an array repeats its name, an
 * object contributes its own names, `null` and `undefined` are left out.
 *
 * @returns the query with its `?`, or the empty string.
 * @throws {ArgumentError} for a value that a query cannot carry.
 */
export function writeQuery(parameters: Readonly<Record<string, unknown>> = {}): string {
  const entries = Object.entries(parameters);
  if (entries.length === 0) return '';
  const search = new URLSearchParams();
  for (const [name, value] of entries) append(search, name, value);
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

function append(search: URLSearchParams, name: string, value: unknown): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    for (const item of value) appendPrimitive(search, name, item);
  } else if (typeof value === 'object' && !(value instanceof Date)) {
    for (const [key, item] of Object.entries(value)) {
      if (item !== null && item !== undefined) appendPrimitive(search, key, item);
    }
  } else {
    appendPrimitive(search, name, value);
  }
}

function appendPrimitive(search: URLSearchParams, name: string, value: unknown): void {
  if (typeof value === 'string' && !isWellFormed(value))
    throw new ArgumentError(`\`${name}\` holds half of a surrogate pair, which no URL can carry`);
  if (value instanceof Date) search.append(name, value.toISOString());
  else if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value))
    search.append(name, String(value));
  else
    throw new ArgumentError(
      `\`${name}\` is ${typeof value === 'number' ? value : typeof value}; a query parameter is a string, a number, a boolean or a list of them`,
    );
}

function isWellFormed(text: string): boolean {
  try {
    encodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
