import { isObject, type JsonValue } from '../description/json.js';

/** A value as text that is the same however its keys are ordered, and its prose is wrapped. */
export const canonical = (value: JsonValue | undefined): string => JSON.stringify(sorted(value)) ?? '';

export const isSame = (a: JsonValue | undefined, b: JsonValue | undefined): boolean =>
  a === b || canonical(a) === canonical(b);

/** A list whose order says nothing, in an order of its own. */
export const sortedList = (value: JsonValue | undefined): JsonValue | undefined =>
  Array.isArray(value) ? value.toSorted((a, b) => (canonical(a) < canonical(b) ? -1 : 1)) : value;

function sorted(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value === 'string') return value.replace(/\s+/g, ' ').trim();
  if (Array.isArray(value)) return value.map((item) => sorted(item)!);
  if (!isObject(value)) return value;
  const entries = Object.keys(value).toSorted();
  return Object.fromEntries(entries.map((key) => [key, sorted(value[key])!]));
}
