import { isObject, type JsonObject } from '../description/json.js';
import { placeOf, routesOf, type Route } from '../description/routes.js';
import { propertiesOf, resolve } from '../description/schema.js';
import { quoted, segment } from '../description/visit.js';
import { proposed, type Proposal } from './proposal.js';

/** Leave one kind of body: JSON, or else multipart; and take null out of a body that may be left out. */
export const settleBodies = (document: JsonObject): Proposal[] =>
  routesOf(document).flatMap((route) => [...oneBody(document, route), ...withoutNull(route)]);

/**
 * Bring the parameters to the places that methods have, which are path, query and body.
 *
 * What travels elsewhere is left out, since callers can send headers through the options of a call, and what the path
 * needs is declared.
 */
export const settlePlaces = (document: JsonObject): Proposal[] =>
  eachOnce(
    routesOf(document).flatMap((route) => [...withoutOtherPlaces(document, route), ...declaredInPath(route)]),
  );

/** Path, query and body share one object: of two parameters of one name, that of the query can be sent through the options. */
export const settleQueries = (document: JsonObject): Proposal[] =>
  eachOnce(routesOf(document).flatMap((route) => queryGivesWay(document, route)));

/** The name of a path parameter is never sent, so it can be another one than that of a field of the body. */
export function settlePaths(document: JsonObject): Proposal[] {
  const routes = routesOf(document);
  return [...new Set(routes.map(({ pathKey }) => pathKey))].flatMap((pathKey) => {
    const own = routes.filter((route) => route.pathKey === pathKey);
    const fields = new Set(own.flatMap((route) => bodyNames(document, route)));
    const clashing = namesInPath(pathKey).filter((name) => fields.has(name));
    return clashing.length === 0 ? [] : renamePath(pathKey, clashing, own);
  });
}

/** Operations of one path share its parameters, and each would take them away. */
const eachOnce = (proposals: readonly Proposal[]): Proposal[] => [
  ...new Map(proposals.map((proposal) => [proposal.target, proposal])).values(),
];

const encodings = ['application/json', 'multipart/form-data'];

function oneBody(document: JsonObject, { definition, ...route }: Route): Proposal[] {
  if (definition.requestBody === undefined) return [];
  const types = Object.keys(resolve(document, resolve(document, definition.requestBody).content ?? {}));
  const kept = encodings.find((type) => types.includes(type));
  if (types.length < 2 || kept === undefined) return [];
  return types
    .filter((type) => type !== kept)
    .map((type) => ({
      target: `${placeOf(route)}.requestBody.content${segment(type)}`,
      description: proposed(
        `a method sends one kind of body, and this operation takes ${types.join(' or ')}.`,
      ),
      remove: true,
    }));
}

function withoutNull(route: Route): Proposal[] {
  const { requestBody } = route.definition;
  if (!isObject(requestBody) || requestBody.required === true || !isObject(requestBody.content)) return [];
  return Object.entries(requestBody.content).flatMap(([type, media]): Proposal[] => {
    const schema = isObject(media) && isObject(media.schema) ? media.schema : {};
    return ['anyOf', 'oneOf'].flatMap((keyword) => {
      const members = schema[keyword];
      if (!Array.isArray(members)) return [];
      const values = members.filter((member) => !isObject(member) || member.type !== 'null');
      const [only, ...others] = values;
      if (only === undefined || values.length === members.length) return [];
      const target = `${placeOf(route)}.requestBody.content${segment(type)}`;
      const description = proposed('the body may be left out, so that null says nothing.');
      const update = { schema: others.length === 0 ? only : { ...schema, [keyword]: values } };
      return [
        { target: `${target}.schema`, description, remove: true as const },
        { target, description, update },
      ];
    });
  });
}

/** Parameters are written in the operation, or shared by the path's operations; a rule of this kind finds both. */
function removeParameter(
  document: JsonObject,
  route: Route,
  parameter: JsonObject,
  reason: string,
): Proposal[] {
  const { pathKey, method } = route;
  const item = resolve(document, resolve(document, document.paths)[pathKey]);
  const owners = [
    [placeOf(route), resolve(document, item[method.toLowerCase()]).parameters],
    [`$.paths${segment(pathKey)}`, item.parameters],
  ] as const;
  return owners.flatMap(([place, parameters]) => {
    const index = Array.isArray(parameters)
      ? parameters.findIndex((each) => resolve(document, each) === parameter)
      : -1;
    if (index < 0) return [];
    const written = (parameters as JsonObject[])[index]!;
    const filter =
      typeof written.$ref === 'string'
        ? `@['$ref'] == ${quoted(written.$ref)}`
        : `@.in == ${quoted(String(parameter.in))} && @.name == ${quoted(String(parameter.name))}`;
    return [
      { target: `${place}.parameters[?${filter}]`, description: proposed(reason), remove: true as const },
    ];
  });
}

function withoutOtherPlaces(document: JsonObject, route: Route): Proposal[] {
  return route.parameters
    .filter((parameter) => parameter.in !== 'path' && parameter.in !== 'query')
    .flatMap((parameter) =>
      removeParameter(
        document,
        route,
        parameter,
        `methods take path, query and body; \`${String(parameter.name)}\` is in a ${String(parameter.in)}, and can be sent through \`headers\` of the options.`,
      ),
    );
}

const namesInPath = (path: string): string[] => [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name!);

function declaredInPath(route: Route): Proposal[] {
  const declared = route.parameters.filter(({ in: place }) => place === 'path').map(({ name }) => name);
  const missing = namesInPath(route.path).filter((name) => !declared.includes(name));
  if (missing.length === 0) return [];
  const target = placeOf(route);
  const description = proposed(
    `the path has ${missing.map((name) => `{${name}}`).join(', ')}, which nothing declares.`,
  );
  const parameters = missing.map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return [{ target, description, update: { parameters } }];
}

function queryGivesWay(document: JsonObject, route: Route): Proposal[] {
  const inPath = route.parameters.filter(({ in: place }) => place === 'path').map(({ name }) => String(name));
  const taken = new Set([...bodyNames(document, route), ...inPath]);
  return route.parameters
    .filter(({ in: place, name }) => place === 'query' && taken.has(String(name)))
    .flatMap((parameter) =>
      removeParameter(
        document,
        route,
        parameter,
        `path, query and body share one params object, and \`${String(parameter.name)}\` is in two of them; the one of the query can be sent through \`query\` of the options.`,
      ),
    );
}

function renamePath(pathKey: string, clashing: readonly string[], routes: readonly Route[]): Proposal[] {
  const renamed = clashing.reduce((key, name) => key.replace(`{${name}}`, `{path_${name}}`), pathKey);
  const [from, to] = [`$.paths${segment(pathKey)}`, `$.paths${segment(renamed)}`];
  const description = proposed(
    `${clashing.join(', ')} is in the path and in a body, which share one params object; the name in the path is never sent.`,
  );
  const places = routes.map((route) => placeOf({ ...route, pathKey: renamed }));
  return [
    { target: '$.paths', description, update: { [renamed]: {} } },
    { target: to, description, copy: from },
    { target: from, description, remove: true },
    ...without('parameters', to, description),
    ...places.flatMap((place, index) => declareAgain(place, description, routes[index]!, clashing)),
  ];
}

/** The parameters of one operation, written out, whether they were its own, its path's or a component. */
function declareAgain(
  target: string,
  description: string,
  { parameters }: Route,
  clashing: readonly string[],
): Proposal[] {
  const own = parameters.map((parameter) =>
    parameter.in === 'path' && clashing.includes(String(parameter.name))
      ? { ...parameter, name: `path_${String(parameter.name)}` }
      : parameter,
  );
  return [
    ...without('parameters', target, description),
    { target, description, update: { parameters: own } },
  ];
}

/** Removes a list that may not be there. */
const without = (name: string, target: string, description: string): Proposal[] => [
  { target, description, update: { [name]: [] } },
  { target: `${target}.${name}`, description, remove: true },
];

function bodyNames(document: JsonObject, { definition }: Route): string[] {
  if (definition.requestBody === undefined) return [];
  const content = resolve(document, resolve(document, definition.requestBody).content ?? {});
  const media = encodings.map((type) => content[type]).find(isObject);
  return media?.schema === undefined ? [] : propertiesOf(document, media.schema).map(({ name }) => name);
}
