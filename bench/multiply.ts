import type { JsonObject, JsonValue } from '../codegen/json.js';

/** A description with so many copies of all its operations and schemas, each under names and paths of its own. */
export function multiply(description: JsonObject, times: number): JsonObject {
  const copies = Array.from({ length: times }, (_, index) => copyOf(description, index));
  const merged = (read: (copy: JsonObject) => JsonValue | undefined) =>
    Object.assign({}, ...copies.map(read)) as JsonObject;
  const components = (copy: JsonObject) => copy.components as JsonObject;
  return {
    ...description,
    paths: merged(({ paths }) => paths),
    components: {
      ...components(description),
      schemas: merged((copy) => components(copy).schemas),
      pathItems: merged((copy) => components(copy).pathItems),
    },
  };
}

/** The first copy is the description itself. */
function copyOf(description: JsonObject, index: number): JsonObject {
  if (index === 0) return description;
  const rename = (key: string, value: string): string => {
    if (key === 'operationId') return `copy${index}.${value}`;
    return value.replace(/^(#\/components\/(?:schemas|pathItems)\/)/, `$1Copy${index}`);
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
  return {
    ...copied,
    paths: prefixed(copied.paths, `/copy${index}`),
    components: {
      ...components,
      schemas: prefixed(components.schemas, `Copy${index}`),
      pathItems: prefixed(components.pathItems, `Copy${index}`),
    },
  };
}
