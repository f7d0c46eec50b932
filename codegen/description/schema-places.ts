import { isObject, type JsonObject, type JsonValue } from './json.js';
import { placeOf as placeOfRoute, routesOf } from './routes.js';
import { keysOf, resolve } from './schema.js';
import { segment } from './visit.js';

/** A schema, or a reference to one, where it is used. */
export interface Place {
  readonly node: JsonObject;
  readonly path: string;
  /** The other members, if the place is in a union. */
  readonly siblings: readonly JsonValue[];
}

/** Every schema that requests reach: parameters and bodies. */
export const placesInRequests = (document: JsonObject): Map<JsonObject, Place> =>
  placesOf(document, requestSchemas(document));

/** Every schema that responses reach, those of failures included. */
export const placesInResponses = (document: JsonObject): Map<JsonObject, Place> =>
  placesOf(document, responseSchemas(document));

/** Every place that is reached from the given schemas, each once. */
function placesOf(document: JsonObject, roots: readonly Place[]): Map<JsonObject, Place> {
  const places = new Map<JsonObject, Place>();
  const visit = (place: Place): void => {
    if (places.has(place.node)) return;
    places.set(place.node, place);
    const { node, path } = place;
    if (typeof node.$ref === 'string') {
      visit({
        node: resolve(document, node),
        path: `$${keysOf(node.$ref).map(segment).join('')}`,
        siblings: [],
      });
    }
    for (const [key, child] of childrenOf(node)) {
      if (isObject(child)) visit({ node: child, path: path + key, siblings: siblingsOf(node, key) });
    }
  };
  roots.forEach(visit);
  return places;
}

/** The schemas inside a schema: those of its keywords, its members and its properties. */
function childrenOf(node: JsonObject): [string, JsonValue][] {
  return Object.entries(node).flatMap(([keyword, value]): [string, JsonValue][] => {
    if (['oneOf', 'anyOf', 'allOf'].includes(keyword) && Array.isArray(value)) {
      return value.map((member, index) => [`.${keyword}[${index}]`, member]);
    }
    if (keyword === 'properties' && isObject(value)) {
      return Object.entries(value).map(([name, property]) => [`.properties${segment(name)}`, property]);
    }
    return ['items', 'additionalProperties'].includes(keyword) ? [[`.${keyword}`, value]] : [];
  });
}

function siblingsOf(node: JsonObject, key: string): readonly JsonValue[] {
  const members = node[/^\.(oneOf|anyOf)\[/.exec(key)?.[1] ?? ''];
  return Array.isArray(members) ? members : [];
}

function requestSchemas(document: JsonObject): Place[] {
  return routesOf(document).flatMap((route) => {
    const { parameters } = route;
    const path = placeOfRoute(route);
    return [
      ...parameters.flatMap(({ schema }) => placeOf(schema, `${path}.parameters`)),
      ...parameters.flatMap((parameter) => mediaOf(parameter, `${path}.parameters`)),
      ...(route.definition.requestBody
        ? mediaOf(resolve(document, route.definition.requestBody), `${path}.requestBody`)
        : []),
    ];
  });
}

function responseSchemas(document: JsonObject): Place[] {
  return routesOf(document).flatMap((route) =>
    Object.entries(resolve(document, route.definition.responses)).flatMap(([status, response]) =>
      mediaOf(resolve(document, response), `${placeOfRoute(route)}.responses${segment(status)}`),
    ),
  );
}

const mediaOf = ({ content }: JsonObject, path: string): Place[] =>
  Object.entries(isObject(content) ? content : {}).flatMap(([type, media]) =>
    placeOf(isObject(media) ? media.schema : undefined, `${path}.content${segment(type)}.schema`),
  );

const placeOf = (node: JsonValue | undefined, path: string): Place[] =>
  isObject(node) ? [{ node, path, siblings: [] }] : [];
