import { isObject, type JsonObject, type JsonValue } from './json.js';
import { routesOf } from './routes.js';
import { keysOf } from './schema.js';
import { walk } from './walk.js';

/** The description of some operations, with the components that these reach and no others. */
export function subsetOf(document: JsonObject, isIn: (id: string) => boolean): JsonObject {
  const subset = structuredClone(document);
  const paths = subset.paths as JsonObject;
  for (const { id, pathKey, method } of routesOf(subset)) {
    if (!isIn(id)) delete (paths[pathKey] as JsonObject)[method.toLowerCase()];
  }
  const reached = new Set<string>();
  const reach = (value: JsonValue | undefined): void =>
    walk(value, ({ $ref }) => {
      if (typeof $ref !== 'string' || reached.has($ref)) return;
      reached.add($ref);
      reach(at(subset, keysOf($ref)));
    });
  reach(paths);
  for (const [kind, components] of Object.entries(isObject(subset.components) ? subset.components : {})) {
    if (kind === 'securitySchemes' || !isObject(components)) continue;
    for (const name of Object.keys(components))
      if (!reached.has(`#/components/${kind}/${name}`)) delete components[name];
  }
  return subset;
}

const at = (document: JsonObject, keys: readonly string[]): JsonValue | undefined =>
  keys.reduce<JsonValue | undefined>((node, key) => (isObject(node) ? node[key] : undefined), document);
