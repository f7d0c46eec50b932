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
  const refusal = refusalIn(value, []);
  if (refusal) throw new ArgumentError(messageOf(refusal));
  return JSON.stringify(value);
}

/** What has no JSON, and the keys that lead to it, the last first: they are gathered on the way back. */
interface Refusal {
  readonly keys: (string | number)[];
  readonly problem: string;
  readonly advice: string;
}

const refused = (problem: string, advice: string): Refusal => ({ keys: [], problem, advice });

/** @param ancestors - What the value was found in; as it was when it returns. */
function refusalIn(value: unknown, ancestors: object[]): Refusal | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : refused(`is ${value}`, 'pass a finite number');
  if (typeof value !== 'object') return refused(`is ${aOrAn(typeof value)}`, 'pass what has a form in JSON');
  if (ancestors.includes(value))
    return refused('refers back to an object that it is part of', 'break the cycle');
  ancestors.push(value);
  const refusal = isConvertible(value)
    ? refusalInConverted(value, ancestors)
    : refusalInItems(value, ancestors);
  ancestors.pop();
  return refusal;
}

function refusalInItems(value: object, ancestors: object[]): Refusal | undefined {
  if (Array.isArray(value)) {
    // By index: `forEach` skips holes.
    for (let index = 0; index < value.length; index += 1) {
      const refusal = refusalIn(value[index], ancestors);
      if (refusal) return under(index, refusal);
    }
    return undefined;
  }
  const advice = adviceFor(value);
  if (advice) return refused(`is ${aOrAn(value.constructor.name)}`, advice);
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    const refusal = item === undefined ? undefined : refusalIn(item, ancestors);
    if (refusal) return under(key, refusal);
  }
  return undefined;
}

function under(key: string | number, refusal: Refusal): Refusal {
  refusal.keys.push(key);
  return refusal;
}

const isConvertible = (value: object): value is { toJSON(): unknown } =>
  typeof (value as { toJSON?: unknown }).toJSON === 'function';

const refusalInConverted = (value: { toJSON(): unknown }, ancestors: object[]): Refusal | undefined =>
  value instanceof Date && Number.isNaN(value.getTime())
    ? refused('is an invalid date', 'pass a valid one')
    : refusalIn(value.toJSON(), ancestors);

/** What to do instead with an object that would be written as `{}` or as a list of its bytes. */
function adviceFor(value: object): string | undefined {
  if (Object.getPrototypeOf(value) === Object.prototype) return undefined;
  if (value instanceof Promise) return 'await it';
  if (value instanceof Map) return 'pass `Object.fromEntries(map)`';
  if (value instanceof Set) return 'pass a list';
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return 'pass its bytes as a base64 string';
  if (value instanceof Blob) return 'pass its bytes as a base64 string, or upload the file first';
  return undefined;
}

function messageOf({ keys, problem, advice }: Refusal): string {
  const place = keys.reduceRight<string>(
    (above, key, index) =>
      typeof key === 'number' ? `${above}[${key}]` : index === keys.length - 1 ? key : `${above}.${key}`,
    '',
  );
  return `${keys.length === 0 ? 'The body' : `\`${place}\``} ${problem}; ${advice}`;
}

const aOrAn = (noun: string): string => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
