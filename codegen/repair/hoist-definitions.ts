import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { holdsNames, visit } from '../description/visit.js';
import { freeName } from '../description/free-name.js';
import type { Repair } from './repair.js';

/** Pointers to definitions (`#/$defs/Usage`), and the names of the components that these have become. */
type Moved = Map<string, string>;

/**
 * Move the `$defs` of schemas to the components, where both generators find them.
 *
 * A `#/$defs/…` in an OpenAPI document leads to the document's root, which has none. What was meant is the `$defs`
 * of the schema that was pasted around the reference.
 */
export function hoistDefinitions(document: JsonObject): Repair[] {
  const owners: { readonly schema: JsonObject; readonly path: string }[] = [];
  visit(document, (node, path) => {
    if (isObject(node.$defs) && !holdsNames(path)) owners.push({ schema: node, path });
  });
  if (owners.length === 0) return [];
  const repairs: Repair[] = [];
  const movedByPath: Moved = new Map();
  // The innermost first: a definition inside a definition belongs to that one.
  for (const { schema, path } of owners.toReversed()) {
    const definitions = schema.$defs as JsonObject;
    delete schema.$defs;
    const names = namesFor(definitions, componentsOf(document));
    const moved: Moved = new Map([...names].map(([name, target]) => [localPrefix + name, target]));
    for (const part of [schema, ...Object.values(definitions)]) redirect(part, moved);
    for (const [name, target] of names) {
      componentsOf(document)[target] = definitions[name]!;
      movedByPath.set(`${pointerOf(path)}/$defs/${name}`, target);
    }
    repairs.push(`${path}.$defs: moved to the components: ${[...names.values()].join(', ')}`);
  }
  redirect(document, movedByPath);
  return repairs;
}

const localPrefix = '#/$defs/';
const componentsPrefix = '#/components/schemas/';

function componentsOf(document: JsonObject): JsonObject {
  const components = (document.components ??= {}) as JsonObject;
  return (components.schemas ??= {}) as JsonObject;
}

/** What each definition is called as a component: as one that says the same, or by a name that is free. */
function namesFor(definitions: JsonObject, schemas: JsonObject): Map<string, string> {
  const names = Object.keys(definitions);
  const kept: Moved = new Map(names.map((name) => [localPrefix + name, name]));
  const same = new Set(
    names.filter((name) => {
      const written = structuredClone(definitions[name]!);
      redirect(written, kept);
      return isObject(schemas[name]) && JSON.stringify(schemas[name]) === JSON.stringify(written);
    }),
  );
  // One that refers to another that gets a new name does not say the same.
  const isKept = (name: string): boolean => same.has(name) || !Object.hasOwn(schemas, name);
  for (let before = -1; before !== same.size;) {
    before = same.size;
    for (const name of same) if (!neighboursOf(definitions[name]!).every(isKept)) same.delete(name);
  }
  const taken = new Set([...Object.keys(schemas), ...names]);
  return new Map(
    names.map((name) => {
      const target = isKept(name) ? name : freeName(name, taken);
      taken.add(target);
      return [name, target];
    }),
  );
}

function neighboursOf(definition: JsonValue): string[] {
  const names: string[] = [];
  visit(definition, ({ $ref }) => {
    if (typeof $ref === 'string' && $ref.startsWith(localPrefix))
      names.push($ref.slice(localPrefix.length).split('/', 1)[0]!);
  });
  return names;
}

function redirect(value: JsonValue, moved: Moved): void {
  visit(value, (node) => {
    if (node.$ref !== undefined) node.$ref = redirected(node.$ref, moved);
    const mapping = isObject(node.discriminator) ? node.discriminator.mapping : undefined;
    if (!isObject(mapping)) return;
    for (const [tag, target] of Object.entries(mapping)) mapping[tag] = redirected(target, moved);
  });
}

/** The reference, where it leads through what has moved: the innermost of that says where to. */
function redirected(reference: JsonValue, moved: Moved): JsonValue {
  if (typeof reference !== 'string' || !reference.includes('/$defs/')) return reference;
  const keys = reference.split('/');
  for (let end = keys.length; end > 1; end -= 1) {
    const target = moved.get(keys.slice(0, end).join('/'));
    if (target !== undefined) return [componentsPrefix + target, ...keys.slice(end)].join('/');
  }
  return reference;
}

/** The JSON pointer of a path that `visit` gives. */
function pointerOf(path: string): string {
  const keys = [...path.matchAll(/\.([A-Za-z_]\w*)|\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]/g)].map(
    ([, plain, quoted, index]) => plain ?? quoted ?? index!,
  );
  return `#${keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;
}
