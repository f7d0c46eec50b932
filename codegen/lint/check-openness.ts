import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { bullets } from '../run/bullets.js';
import { PipelineError } from '../run/pipeline-error.js';
import { routesOf, type Route } from '../description/routes.js';
import { keysOf, resolve } from '../description/schema.js';
import { segment } from '../description/walk.js';

/**
 * Check that enums are open where only answers hold them: the server may come to send other values.
 *
 * What requests hold as well stays closed, since the client writes it.
 *
 * @returns the number of open places.
 * @throws {PipelineError} listing the closed enums, with the overlay action that would open each.
 */
export function checkOpenness(document: JsonObject): number {
  const enums = enumsInAnswers(document);
  const closed = enums.filter(isClosed(document));
  if (closed.length > 0) {
    const faults = closed.map(
      ({ path }) =>
        `${path}: add to the openness overlay\n      - target: ${path}\n        description: …\n        update:\n          x-open-enum: true\n      or, where requests share the enum, replace the reference by \`anyOf: [{ $ref: … }, { type: string, x-open-enum: true }]\``,
    );
    throw new PipelineError(`${closed.length} enums in answers are closed:\n${bullets(faults)}`);
  }
  return enums.length;
}

/** The closed enums that only answers hold, or refer to. */
export const closedEnums = (document: JsonObject): Place[] =>
  enumsInAnswers(document).filter(isClosed(document));

const isClosed =
  (document: JsonObject) =>
  ({ node, siblings }: Place): boolean =>
    !isOpen(document, node, siblings);

function enumsInAnswers(document: JsonObject): Place[] {
  const requests = placesOf(document, requestSchemas(document));
  const answers = placesOf(document, answerSchemas(document));
  const onlyInAnswers = [...answers.values()].filter(({ node }) => !requests.has(node));
  return onlyInAnswers.filter(({ node }) => isEnum(resolve(document, node)));
}

/** A schema, or a reference to one, where it is used. */
export interface Place {
  readonly node: JsonObject;
  readonly path: string;
  /** The other members, if the place is in a union. */
  readonly siblings: readonly JsonValue[];
}

const isEnum = ({ enum: values }: JsonObject): boolean =>
  Array.isArray(values) && values.filter((value) => typeof value === 'string').length > 1;

const isOpen = (document: JsonObject, node: JsonObject, siblings: readonly JsonValue[]): boolean =>
  resolve(document, node)['x-open-enum'] === true ||
  siblings.some((sibling) => isObject(sibling) && sibling['x-open-enum'] === true);

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
    const path = pathOf(route);
    return [
      ...parameters.flatMap(({ schema }) => placeOf(schema, `${path}.parameters`)),
      ...parameters.flatMap((parameter) => mediaOf(parameter, `${path}.parameters`)),
      ...(route.definition.requestBody
        ? mediaOf(resolve(document, route.definition.requestBody), `${path}.requestBody`)
        : []),
    ];
  });
}

function answerSchemas(document: JsonObject): Place[] {
  return routesOf(document).flatMap((route) =>
    Object.entries(resolve(document, route.definition.responses)).flatMap(([status, response]) =>
      mediaOf(resolve(document, response), `${pathOf(route)}.responses${segment(status)}`),
    ),
  );
}

const pathOf = ({ pathKey, method }: Route): string => `$.paths${segment(pathKey)}.${method.toLowerCase()}`;

const mediaOf = ({ content }: JsonObject, path: string): Place[] =>
  Object.entries(isObject(content) ? content : {}).flatMap(([type, media]) =>
    placeOf(isObject(media) ? media.schema : undefined, `${path}.content${segment(type)}.schema`),
  );

const placeOf = (node: JsonValue | undefined, path: string): Place[] =>
  isObject(node) ? [{ node, path, siblings: [] }] : [];
