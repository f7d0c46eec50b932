import type { JsonObject, JsonValue } from './json.js';
import { resolve } from './schema.js';

const httpMethods = ['get', 'put', 'post', 'delete', 'patch'];

/** One method of one path, as the document has it. */
export interface Route {
  readonly pathKey: string;
  readonly path: string;
  readonly method: string;
  readonly definition: JsonObject;
  /** Those of the path, which all its operations share, and the operation's own. */
  readonly parameters: readonly JsonValue[];
  readonly id: string;
}

/** Every operation of a document, in its order. */
export function routesOf(document: JsonObject): Route[] {
  return Object.entries(resolve(document, document.paths)).flatMap(([pathKey, pathItem]) => {
    const item = resolve(document, pathItem);
    return httpMethods
      .filter((method) => method in item)
      .map((method) => {
        const definition = resolve(document, item[method]);
        return {
          pathKey,
          path: pathKey.replace(/#.*$/, ''),
          method: method.toUpperCase(),
          definition,
          parameters: [item.parameters, definition.parameters].flatMap((list) => list ?? []),
          id: String(definition.operationId ?? ''),
        };
      });
  });
}
