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
  check(value, '', []);
  return JSON.stringify(value);
}

function check(value: unknown, place: string, ancestors: readonly object[]): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) refuse(place, `is ${value}`, 'pass a finite number');
    return;
  }
  if (typeof value !== 'object') refuse(place, `is ${aOrAn(typeof value)}`, 'pass what has a form in JSON');
  if (ancestors.includes(value))
    refuse(place, 'refers back to an object that it is part of', 'break the cycle');
  if (isConvertible(value)) return checkConverted(value, place, ancestors);
  const refusal = refusalOf(value);
  if (refusal) refuse(place, `is ${aOrAn(value.constructor.name)}`, refusal);
  const within = [...ancestors, value];
  if (Array.isArray(value)) {
    // Not `forEach`, which skips holes.
    for (let index = 0; index < value.length; index += 1) check(value[index], `${place}[${index}]`, within);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) check(item, place === '' ? key : `${place}.${key}`, within);
  }
}

const isConvertible = (value: object): value is { toJSON(): unknown } =>
  typeof (value as { toJSON?: unknown }).toJSON === 'function';

function checkConverted(value: { toJSON(): unknown }, place: string, ancestors: readonly object[]): void {
  if (value instanceof Date && Number.isNaN(value.getTime()))
    refuse(place, 'is an invalid date', 'pass a valid one');
  check(value.toJSON(), place, [...ancestors, value]);
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

function refuse(place: string, problem: string, advice: string): never {
  throw new ArgumentError(`${place === '' ? 'The body' : `\`${place}\``} ${problem}; ${advice}`);
}

const aOrAn = (noun: string): string => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
