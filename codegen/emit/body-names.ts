import type { JsonObject, JsonValue } from '../description/json.js';
import type { Body } from '../description/operations.js';
import { propertiesOf, resolve } from '../description/schema.js';

/** The names in the body of an operation, as the emitted table has them. */
export interface BodyNames {
  readonly fields: readonly string[];
  /** `objects` lead to objects whose fields are described, at whatever depth; `fields` are those of several words in them. */
  readonly nested?: { readonly objects: readonly string[]; readonly fields: readonly string[] };
}

/** Read the names in a body. What callers may name as they like, such as the fields of `metadata`, is not looked into. */
export function bodyNames(document: JsonObject, body: Body): BodyNames {
  const objects = new Set<string>();
  const free = new Set<string>();
  const nested = new Set<string>();
  const visited = new Set<JsonObject>();

  const visit = (value: JsonValue | undefined, name?: string): void => {
    if (value === undefined) return;
    const schema = resolve(document, value);
    const alternatives = [schema.oneOf, schema.anyOf, schema.allOf]
      .filter((list) => Array.isArray(list))
      .flat();
    for (const alternative of alternatives) visit(alternative, name);
    if (schema.type === 'array') visit(schema.items, name);
    const properties = propertiesOf(document, value);
    if (name !== undefined && schema.type === 'object' && properties.length === 0) free.add(name);
    if (alternatives.length > 0 || properties.length === 0) return;
    if (name !== undefined) objects.add(name);
    if (visited.has(schema)) return;
    visited.add(schema);
    for (const property of properties) {
      if (name !== undefined && property.name.includes('_')) nested.add(property.name);
      visit(property.written, property.name);
    }
  };
  for (const { name, written } of body.properties) visit(written, name);

  const fields = body.properties.map(({ name }) => name).filter((name) => !(name in body.fixed));
  if (nested.size === 0) return { fields };
  const leading = [...objects].filter((name) => !free.has(name)).toSorted();
  return { fields, nested: { objects: leading, fields: [...nested].toSorted() } };
}
