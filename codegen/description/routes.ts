import { isObject, type JsonObject } from './json.js';
import { resolve } from './schema.js';
import { segment } from './visit.js';

export const httpMethods = ['get', 'put', 'post', 'delete', 'patch'];

/** One method of one path, as the document has it. */
export interface Route {
  readonly pathKey: string;
  readonly path: string;
  readonly method: string;
  readonly definition: JsonObject;
  /** Those of the path, which all its operations share, and the operation's own. */
  readonly parameters: readonly JsonObject[];
  readonly id: string;
}

/** An operation as it is written, whether it can be read or not. */
export interface WrittenOperation {
  readonly pathKey: string;
  readonly method: string;
  /** What has the operation. */
  readonly item: JsonObject;
}

/** Every operation of a document that may be damaged, by the names of the methods. */
export const writtenOperations = ({ paths }: JsonObject): WrittenOperation[] =>
  Object.entries(isObject(paths) ? paths : {}).flatMap(([pathKey, item]) =>
    isObject(item)
      ? httpMethods.filter((method) => method in item).map((method) => ({ pathKey, method, item }))
      : [],
  );

/** Where a route is in its document, as JSONPath. */
export const placeOf = ({ pathKey, method }: Pick<Route, 'pathKey' | 'method'>): string =>
  `$.paths${segment(pathKey)}.${method.toLowerCase()}`;

/** What people call a route: `GET /v1/models`. */
export const nameOfRoute = ({ pathKey, method }: Pick<Route, 'pathKey' | 'method'>): string =>
  `${method.toUpperCase()} ${pathKey}`;

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
          parameters: parametersOf(document, item, definition),
          id: String(definition.operationId ?? ''),
        };
      });
  });
}

/** The operation's own replace those of the path that have the same name and place. */
function parametersOf(document: JsonObject, ...owners: readonly JsonObject[]): JsonObject[] {
  const parameters = owners
    .flatMap((owner) => owner.parameters ?? [])
    .map((parameter) => resolve(document, parameter));
  return [
    ...new Map(
      parameters.map((parameter) => [`${String(parameter.in)} ${String(parameter.name)}`, parameter]),
    ).values(),
  ];
}
