import { isObject, type JsonObject } from './json.js';
import { reachedComponents } from './reach.js';
import { routesOf } from './routes.js';

/** The description of some operations, with the components that these reach and no others. */
export function subsetOf(document: JsonObject, isIn: (id: string) => boolean): JsonObject {
  const subset = structuredClone(document);
  const paths = subset.paths as JsonObject;
  for (const { id, pathKey, method } of routesOf(subset)) {
    if (!isIn(id)) delete (paths[pathKey] as JsonObject)[method.toLowerCase()];
  }
  const reached = reachedComponents(subset, paths);
  for (const [kind, components] of Object.entries(isObject(subset.components) ? subset.components : {})) {
    if (kind === 'securitySchemes' || !isObject(components)) continue;
    for (const name of Object.keys(components)) if (!reached.has(`${kind} ${name}`)) delete components[name];
  }
  return subset;
}
