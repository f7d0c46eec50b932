import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { textNamed } from './sample.js';
import type { SharedConstants } from './shared-constants.js';

/** Values that are written once and then named, by their JSON. */
export type Constants = ReadonlyMap<string, NamedValue>;

/** A value that an operation responds with, and a name for it. */
export interface NamedValue {
  readonly name: string;
  readonly value: JsonValue;
}

/** Shorter ones are easier to read where they are used. */
const smallestConstant = 150;
const smallestShared = 40;

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

/**
 * A value as code, in which each object of some size is shared; one that is a variation of another says what differs.
 * A text that follows from its property is left to the mock.
 */
export function writeValue(
  value: JsonValue,
  constants: Constants,
  shared: SharedConstants,
  field = 'value',
): string {
  const text = JSON.stringify(value);
  const write = (inner: JsonValue, name: string) => writeValue(inner, constants, shared, name);
  if (Array.isArray(value)) return `[${value.map((item) => write(item, field)).join(', ')}]`;
  if (!isObject(value)) return value === textNamed(field) ? 'named' : text;
  const own = constants.get(text);
  const base = own ? undefined : [...constants.values()].find((other) => isVariation(other.value, value));
  const different = base && isObject(base.value) ? differences(base.value, value) : value;
  const fields = Object.entries(different).map(
    ([name, inner]) => `${JSON.stringify(name)}: ${write(inner, name)}`,
  );
  const inherited = base ? [`...${write(base.value, base.name)}`] : [];
  const code = `{ ${[...inherited, ...fields].join(', ')} }`;
  return text.length < smallestShared ? code : shared.share(code, `${own?.name ?? field}Example`);
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
