import type { JsonObject, JsonValue } from '../json.js';
import type { Body } from '../operations.js';
import { propertiesOf, resolve } from '../schema.js';

/** The names in the body of an operation. */
export interface BodyNames {
  /** Of the body itself. */
  readonly fields: readonly string[];
  /** Those that lead to objects whose fields are described, at whatever depth. */
  readonly objects: readonly string[];
  /** Of several words, in these objects. */
  readonly nested: readonly string[];
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

  return {
    fields: body.properties.map(({ name }) => name).filter((name) => !(name in body.fixed)),
    objects: [...objects].filter((name) => !free.has(name)).toSorted(),
    nested: [...nested].toSorted(),
  };
}
