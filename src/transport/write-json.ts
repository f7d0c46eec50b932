import { ArgumentError } from '../errors/argument-error.js';

/**
 * Write a value as JSON, once for all attempts.
 *
 * `JSON.stringify` writes `null` for NaN and for a hole in a list, `{}` for a Map or a promise, and leaves out
 * functions. None of that is what the caller meant, so it is refused.
 *
 * @throws {ArgumentError} naming the place of what has no JSON.
 */
export function writeJson(value: unknown): string {
  check(value, [], []);
  return JSON.stringify(value);
}

/**
 * @param path - The keys that lead to the value, and what they were found in; both are as they were when it returns.
 */
function check(value: unknown, path: (string | number)[], ancestors: object[]): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) refuse(path, `is ${value}`, 'pass a finite number');
    return;
  }
  if (typeof value !== 'object') refuse(path, `is ${aOrAn(typeof value)}`, 'pass what has a form in JSON');
  if (ancestors.includes(value))
    refuse(path, 'refers back to an object that it is part of', 'break the cycle');
  const refusal = isConvertible(value) ? undefined : refusalOf(value);
  if (refusal) refuse(path, `is ${aOrAn(value.constructor.name)}`, refusal);
  ancestors.push(value);
  if (isConvertible(value)) checkConverted(value, path, ancestors);
  else checkItems(value, path, ancestors);
  ancestors.pop();
}

function checkItems(value: object, path: (string | number)[], ancestors: object[]): void {
  // `keys` and not `forEach`, which skips holes.
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  for (const key of keys) {
    const item = (value as Record<string | number, unknown>)[key];
    if (item === undefined && typeof key === 'string') continue;
    path.push(key);
    check(item, path, ancestors);
    path.pop();
  }
}

const isConvertible = (value: object): value is { toJSON(): unknown } =>
  typeof (value as { toJSON?: unknown }).toJSON === 'function';

function checkConverted(value: { toJSON(): unknown }, path: (string | number)[], ancestors: object[]): void {
  if (value instanceof Date && Number.isNaN(value.getTime()))
    refuse(path, 'is an invalid date', 'pass a valid one');
  check(value.toJSON(), path, ancestors);
}

/** What to do instead with an object that would be written as `{}` or as a list of its bytes. */
function refusalOf(value: object): string | undefined {
  if (value instanceof Promise) return 'await it';
  if (value instanceof Map) return 'pass `Object.fromEntries(map)`';
  if (value instanceof Set) return 'pass a list';
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return 'pass its bytes as a base64 string';
  if (value instanceof Blob) return 'pass its bytes as a base64 string, or upload the file first';
  return undefined;
}

function refuse(path: readonly (string | number)[], problem: string, advice: string): never {
  const place = path.map((key, index) =>
    typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`,
  );
  throw new ArgumentError(
    `${path.length === 0 ? 'The body' : `\`${place.join('')}\``} ${problem}; ${advice}`,
  );
}

const aOrAn = (noun: string): string => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
