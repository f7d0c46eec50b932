import type { JsonObject, JsonValue } from '../codegen/description/json.js';

/** What of the components is copied. */
const kinds = ['schemas', 'responses', 'pathItems'] as const;

/** A description with so many copies of all its operations and schemas, each under names and paths of its own. */
export function multiply(description: JsonObject, times: number): JsonObject {
  const copies = Array.from({ length: times }, (_, index) => copyOf(description, index));
  const merged = (read: (copy: JsonObject) => JsonValue | undefined) =>
    Object.assign({}, ...copies.map(read)) as JsonObject;
  const components = (copy: JsonObject) => copy.components as JsonObject;
  const ofKinds = kinds.map((kind) => [kind, merged((copy) => components(copy)[kind])]);
  return {
    ...description,
    paths: merged(({ paths }) => paths),
    components: { ...components(description), ...Object.fromEntries(ofKinds) },
  };
}

const reference = new RegExp(`^(#/components/(?:${kinds.join('|')})/)`);

/** The first copy is the description itself. */
function copyOf(description: JsonObject, index: number): JsonObject {
  if (index === 0) return description;
  const rename = (key: string, value: string): string => {
    if (key === 'operationId') return `copy${index}.${value}`;
    return value.replace(reference, `$1Copy${index}`);
  };
  const copy = (value: JsonValue, key = ''): JsonValue => {
    if (typeof value === 'string') return rename(key, value);
    if (Array.isArray(value)) return value.map((item) => copy(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copy(item, name)]));
  };
  const copied = copy(description) as JsonObject;
  const prefixed = (named: JsonValue | undefined, prefix: string): JsonObject =>
    Object.fromEntries(
      Object.entries((named ?? {}) as JsonObject).map(([name, value]) => [prefix + name, value]),
    );
  const components = copied.components as JsonObject;
  const ofKinds = kinds.map((kind) => [kind, prefixed(components[kind], `Copy${index}`)]);
  return {
    ...copied,
    paths: prefixed(copied.paths, `/copy${index}`),
    components: { ...components, ...Object.fromEntries(ofKinds) },
  };
}
