import { isObject, type JsonObject, type JsonValue } from '../description/json.js';

/** Values that are written once and then named, by their JSON. */
export type Constants = ReadonlyMap<string, NamedValue>;

/** A value that an operation answers with, and a name for it. */
export interface NamedValue {
  readonly name: string;
  readonly value: JsonValue;
}

/** Shorter ones are easier to read where they are used. */
const smallestConstant = 150;

/** Names for the values that occur more than once, and for the objects that others vary a little. */
export function findConstants(values: readonly NamedValue[]): Constants {
  const constants = new Map<string, NamedValue>();
  const firsts: NamedValue[] = [];
  for (const { name, value } of values) {
    if (JSON.stringify(value).length < smallestConstant) continue;
    const first = firsts.find((other) => isVariation(other.value, value));
    if (first) constants.set(JSON.stringify(first.value), first);
    else firsts.push({ name: freeName(name, firsts), value });
  }
  return constants;
}

/** A value as code: the name of a constant, a variation of one, or the value itself. */
export function writeValue(value: JsonValue, constants: Constants): string {
  const text = JSON.stringify(value);
  const constant = constants.get(text);
  if (constant !== undefined) return constant.name;
  if (Array.isArray(value)) return `[${value.map((item) => writeValue(item, constants)).join(', ')}]`;
  if (!isObject(value)) return text;
  for (const { name, value: base } of constants.values()) {
    if (isObject(base) && isVariation(base, value)) {
      return `{ ...${name}, ${JSON.stringify(differences(base, value)).slice(1)}`;
    }
  }
  return text;
}

/** Equal values, or objects with the same fields and the same values in most of them. */
function isVariation(base: JsonValue, value: JsonValue): boolean {
  if (!isObject(base) || !isObject(value)) return JSON.stringify(base) === JSON.stringify(value);
  if (Object.keys(base).join() !== Object.keys(value).join()) return false;
  return Object.keys(differences(base, value)).length <= Object.keys(value).length / 2;
}

function differences(base: JsonObject, value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).filter(([key, field]) => JSON.stringify(field) !== JSON.stringify(base[key])),
  );
}

function freeName(name: string, taken: readonly NamedValue[]): string {
  let free = name;
  for (let number = 2; taken.some((other) => other.name === free); number++) free = `${name}${number}`;
  return free;
}
