import { isObject, type JsonObject } from './json.js';
import { nameOfRoute, writtenOperations } from './routes.js';

/**
 * Where a deprecated operation names its replacement by the operationId, name it by its route: overlays give other ids.
 *
 * Says nothing else than before, so it is not reported.
 */
export function nameReplacements(document: JsonObject): void {
  const operations = writtenOperations(document).flatMap(({ item, ...route }) => {
    const definition = item[route.method];
    return isObject(definition) ? [{ route: nameOfRoute(route), definition }] : [];
  });
  const routes = new Map(operations.map(({ route, definition }) => [definition.operationId, route]));
  for (const { definition } of operations)
    for (const [key, id] of Object.entries(definition))
      if (isReplacement(key)) definition[key] = routes.get(id) ?? id;
}

/** Upstream's extension has the name of the tool that reads it. */
export const isReplacement = (key: string): boolean => /^x-(.*-)?deprecation-replacement$/.test(key);
