import { isObject, type JsonObject, type JsonValue } from '../json.js';
import { walk } from '../walk.js';
import { freeName } from './free-name.js';
import type { Repair } from './repair.js';

/**
 * Move the `$defs` of schemas to the components, where both generators find them.
 *
 * A `#/$defs/…` in an OpenAPI document leads to the document's root, which has none. What was meant is the `$defs`
 * of the schema that was pasted around the reference.
 */
export function hoistDefinitions(document: JsonObject): Repair[] {
  const repairs: Repair[] = [];
  const owners: { readonly schema: JsonObject; readonly path: string }[] = [];
  walk(document, (node, path) => {
    if (isObject(node.$defs)) owners.push({ schema: node, path });
  });
  // The innermost first: a definition inside a definition belongs to that one.
  for (const { schema, path } of owners.toReversed()) {
    const schemas = componentsOf(document);
    const definitions = schema.$defs as JsonObject;
    delete schema.$defs;
    const moved = new Map<string, string>();
    for (const [name, definition] of Object.entries(definitions)) {
      const same = schemas[name] !== undefined && isSame(schemas[name], definition);
      const target = same ? name : freeName(name, schemas);
      schemas[target] = definition;
      moved.set(name, target);
    }
    const prefixes = ['#/$defs/', `${pointerOf(path)}/$defs/`];
    for (const part of [schema, ...Object.values(definitions)]) redirect(part, prefixes, moved);
    repairs.push(`${path}.$defs: moved to the components: ${[...moved.values()].join(', ')}`);
  }
  return repairs;
}

function componentsOf(document: JsonObject): JsonObject {
  const components = (document.components ??= {}) as JsonObject;
  return (components.schemas ??= {}) as JsonObject;
}

function redirect(
  value: JsonValue | undefined,
  prefixes: readonly string[],
  moved: ReadonlyMap<string, string>,
): void {
  walk(value, (node) => {
    for (const [key, reference] of Object.entries(node)) {
      if (isObject(reference) && key === 'mapping') redirectMapping(reference, prefixes, moved);
      if (key === '$ref') node.$ref = redirected(reference, prefixes, moved);
    }
  });
}

function redirectMapping(
  mapping: JsonObject,
  prefixes: readonly string[],
  moved: ReadonlyMap<string, string>,
): void {
  for (const [tag, reference] of Object.entries(mapping))
    mapping[tag] = redirected(reference, prefixes, moved);
}

function redirected(
  reference: JsonValue,
  prefixes: readonly string[],
  moved: ReadonlyMap<string, string>,
): JsonValue {
  if (typeof reference !== 'string') return reference;
  const prefix = prefixes.find((each) => reference.startsWith(each));
  const [name = '', ...rest] = reference.slice(prefix?.length).split('/');
  const target = prefix === undefined ? undefined : moved.get(name);
  return target === undefined ? reference : ['#/components/schemas', target, ...rest].join('/');
}

const isSame = (left: JsonValue, right: JsonValue): boolean => JSON.stringify(left) === JSON.stringify(right);

/** The JSON pointer of a path that `walk` gives. */
function pointerOf(path: string): string {
  const keys = [...path.matchAll(/\.([A-Za-z_]\w*)|\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]/g)].map(
    ([, plain, quoted, index]) => plain ?? quoted ?? index!,
  );
  return `#${keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;
}
