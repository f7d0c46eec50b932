import { credentialOf, type Credential } from './credential.js';
import { isObject, type JsonObject, type JsonValue } from './json.js';
import { bullets } from '../run/bullets.js';
import { isReplacement } from './deprecations.js';
import { PipelineError } from '../run/pipeline-error.js';
import { routesOf, type Route } from './routes.js';
import { onlyValueOf, propertiesOf, resolve, type Property } from './schema.js';

/** What an operation responds with, and so what its method returns. */
export type Kind = 'json' | 'stream' | 'page' | 'binary' | 'void';

/** One operation of the effective document, in the terms that the emitters need. */
export interface Operation {
  /** Where the method lives: `beta.agents.list`. */
  readonly id: string;
  /** Name of the flat function: `betaAgentsList`. */
  readonly functionName: string;
  /** Prefix of the operation's types: `BetaAgentsList`. */
  readonly typeName: string;
  readonly method: string;
  /** The path as requested; the document's key may end in a fragment such as `#stream`. */
  readonly path: string;
  readonly pathKey: string;
  readonly kind: Kind;
  readonly summary: string;
  readonly description: string;
  readonly deprecated: boolean;
  /** What upstream says of it: why, and what to use instead. */
  readonly deprecation: string;
  readonly pathParameters: readonly Parameter[];
  readonly queryParameters: readonly Parameter[];
  readonly body: Body | undefined;
  readonly success: Success;
  /** Whether any of its responses is a failure. */
  readonly hasErrors: boolean;
  readonly credential: Credential;
  readonly stream: JsonObject | undefined;
  readonly pagination: Pagination | undefined;
  /** `x-upload`: which files the operation takes. */
  readonly upload: JsonObject | undefined;
  /** `x-read-differently`: places that the two generators are known to read differently: `body`, `200`. */
  readonly readDifferently: readonly string[];
  /** The operation on the same URL that responds in the other way: `chat.stream` for `chat.complete`. */
  readonly twin: string | undefined;
}

export interface Parameter {
  readonly name: string;
  readonly required: boolean;
  /** `x-json-query`: the value travels as JSON in one query parameter. */
  readonly json: boolean;
  readonly schema: JsonObject;
  readonly description: string;
}

export interface Body {
  readonly encoding: 'json' | 'multipart';
  readonly required: boolean;
  readonly schema: JsonValue;
  /** The description's own example of a body. */
  readonly example: JsonValue | undefined;
  readonly properties: readonly Property[];
  /** Whether the body is one of several schemas. */
  readonly isUnion: boolean;
  /** Whether it is something else than an object, such as a list: the method takes it whole, as its parameter `body`. */
  readonly isWhole: boolean;
  /** Booleans that the operation itself decides, such as `stream: true`. */
  readonly fixed: Readonly<Record<string, boolean>>;
}

export interface Success {
  readonly status: string;
  readonly contentType: string | undefined;
  readonly schema: JsonValue | undefined;
  readonly media: JsonObject | undefined;
  /** What the JSON is in any case; `undefined` where it may be either, or is neither. */
  readonly shape: JsonShape | undefined;
}

export type JsonShape = (typeof jsonShapes)[number];

const jsonShapes = ['object', 'array', 'string'] as const;

/** `x-pagination`: how a list is paginated. Paths such as `pagination.has_more` are in the response. */
export interface Pagination {
  /** What says which page is requested: its number, the offset of its first item, or a cursor from the page before. */
  readonly style: 'page' | 'offset' | 'cursor';
  /** The parameter for it, in the query or in the body. */
  readonly page: string;
  /** The parameter for the page size. */
  readonly size?: string;
  /** The number of the first page. */
  readonly first?: number;
  /** Path of the items; the empty string if the response is the list itself. */
  readonly items: string;
  readonly total?: string;
  readonly more?: string;
  /** Path of the next page's cursor. */
  readonly next?: string;
}

/** Whether an operationId says where its method lives. */
export const isMethodName = (id: string): boolean => /^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)+$/.test(id);

/**
 * Read the operations out of an effective document, sorted by name.
 *
 * @throws {PipelineError} for an operation without a name, two operations of one name, and a parameter
 * name that stands in two places; all of them at once.
 */
export function collectOperations(document: JsonObject): Operation[] {
  const routes = routesOf(document);
  const faults = [...unnamed(routes), ...sharedNames(routes)];
  if (faults.length > 0)
    throw new PipelineError(`${faults.length} operations cannot be exposed:\n${bullets(faults)}`);

  const operations = routes.map((route) => readOperation(document, route, routes));
  const clashes = operations.flatMap(parameterClashes);
  if (clashes.length > 0) {
    throw new PipelineError(
      `Path, query and body share one params object, so their names must differ:\n${bullets(clashes)}\n  The wire names cannot change, so such an operation needs a decision: leave one place out with an overlay, and report it upstream.`,
    );
  }
  return operations.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Why the operation of a route cannot have a method, whatever its name; `undefined` when it can. */
export function faultOf(document: JsonObject, route: Route, routes: readonly Route[]): string | undefined {
  try {
    const [clash] = parameterClashes(readOperation(document, route, routes));
    return clash;
  } catch (error) {
    if (error instanceof PipelineError) return error.message.split('\n', 1)[0];
    throw error;
  }
}

function unnamed(routes: readonly Route[]): string[] {
  return routes
    .filter(({ id }) => !isMethodName(id))
    .map(
      ({ method, pathKey, id }) =>
        `${method} ${pathKey} has no name (operationId: ${id || 'none'}). Add to the names overlay:\n` +
        `      - target: $.paths['${pathKey}'].${method.toLowerCase()}\n        update: { operationId: resource.method }`,
    );
}

function sharedNames(routes: readonly Route[]): string[] {
  const named = routes.filter(({ id }) => isMethodName(id));
  const faults: string[] = [];
  const byFunction = new Map<string, Route>();
  for (const route of named) {
    const first = byFunction.get(functionNameOf(route.id));
    if (first) {
      const both =
        first.id === route.id
          ? `\`${route.id}\` names both ${describe(first)} and ${describe(route)}`
          : `\`${first.id}\` (${describe(first)}) and \`${route.id}\` (${describe(route)}) make the same function`;
      faults.push(`${both}. Give one of them another name in the names overlay.`);
    }
    byFunction.set(functionNameOf(route.id), route);
  }
  for (const route of named) {
    const below = named.find(({ id }) => id.startsWith(`${route.id}.`));
    if (below)
      faults.push(`\`${route.id}\` is a method and the resource of \`${below.id}\`. Rename one of them.`);
  }
  return faults;
}

const describe = ({ method, pathKey }: Route): string => `${method} ${pathKey}`;

function readOperation(document: JsonObject, route: Route, routes: readonly Route[]): Operation {
  const { definition, id, method, path, pathKey } = route;
  refuseOtherPlaces(route);
  const inPlace = (place: string) =>
    route.parameters.filter((parameter) => parameter.in === place).map(readParameter);
  const success = readSuccess(document, route);
  return {
    id,
    functionName: functionNameOf(id),
    typeName: typeNameOf(id),
    method,
    path,
    pathKey,
    kind: kindOf(definition, success),
    summary: String(definition.summary ?? ''),
    description: String(definition.description ?? ''),
    deprecated: definition.deprecated === true,
    deprecation: deprecationOf(definition, routes),
    pathParameters: inPlace('path'),
    queryParameters: inPlace('query'),
    body: readBody(document, route),
    success,
    hasErrors: Object.keys(resolve(document, definition.responses)).some((code) =>
      /^[45]|^default$/.test(code),
    ),
    credential: credentialOf(document, definition, `${method} ${pathKey}`),
    stream: isObject(definition['x-stream']) ? definition['x-stream'] : undefined,
    // Its shape is checked where it is emitted.
    pagination: definition['x-pagination'] as unknown as Pagination | undefined,
    upload: isObject(definition['x-upload']) ? definition['x-upload'] : undefined,
    readDifferently: Array.isArray(definition['x-read-differently'])
      ? definition['x-read-differently'].map(String)
      : [],
    twin: routes.find((other) => other !== route && other.path === path && other.method === method)?.id,
  };
}

/** `x-deprecation-message` and `x-deprecation-replacement`, or with the name of a tool in between, as sentences. */
function deprecationOf(definition: JsonObject, routes: readonly Route[]): string {
  const entries = Object.entries(definition);
  const [, message = ''] = entries.find(([key]) => /^x-(.*-)?deprecation-message$/.test(key)) ?? [];
  const [, replacement] = entries.find(([key]) => isReplacement(key)) ?? [];
  const method = routes.find((route) => `${route.method} ${route.pathKey}` === replacement)?.id;
  const instead = method === undefined ? '' : `Use \`${method}\` instead.`;
  return `${String(message)} ${instead}`.replaceAll(/\s+/g, ' ').trim();
}

function refuseOtherPlaces({ id, parameters }: Route): void {
  const other = parameters.find((parameter) => parameter.in !== 'path' && parameter.in !== 'query');
  if (other === undefined) return;
  throw new PipelineError(
    `${id}: \`${String(other.name)}\` is in a ${String(other.in)}, and methods take path, query and body. Leave it out with an overlay; callers can send headers through the options.`,
  );
}

function readParameter(parameter: JsonObject): Parameter {
  return {
    name: String(parameter.name),
    required: parameter.required === true,
    json: parameter['x-json-query'] === true,
    schema: isObject(parameter.schema) ? parameter.schema : {},
    description: String(parameter.description ?? ''),
  };
}

function readBody(document: JsonObject, { definition, method, pathKey }: Route): Body | undefined {
  if (definition.requestBody === undefined) return undefined;
  const requestBody = resolve(document, definition.requestBody);
  const content = resolve(document, requestBody.content);
  const mediaTypes = Object.entries(content);
  if (mediaTypes.length > 1) {
    throw new PipelineError(
      `${method} ${pathKey}: takes ${mediaTypes.map(([type]) => type).join(' or ')}, and a method sends one kind of body. Leave out the others with an overlay.`,
    );
  }
  const [contentType, media] = mediaTypes[0] ?? [];
  if (contentType !== 'application/json' && contentType !== 'multipart/form-data') {
    throw new PipelineError(
      `${method} ${pathKey}: the body is ${contentType ?? 'of no type'}. The client sends JSON and multipart; teach \`src/transport/send.ts\` the new type first.`,
    );
  }
  const schema = resolve(document, media).schema ?? {};
  const required = requestBody.required === true;
  const isWhole = !mayBeObject(document, schema);
  const properties = isWhole
    ? [{ name: 'body', schema: resolve(document, schema), written: schema, required }]
    : propertiesOf(document, schema);
  const fixed = properties.flatMap(({ name, schema: property }) => {
    const only = onlyValueOf(property);
    return typeof only === 'boolean' ? [[name, only] as const] : [];
  });
  return {
    encoding: contentType === 'application/json' ? 'json' : 'multipart',
    required,
    schema,
    example: exampleOf(document, resolve(document, media)),
    properties,
    isUnion: !isWhole && isUnion(document, schema),
    isWhole,
    fixed: Object.fromEntries(fixed),
  };
}

function exampleOf(document: JsonObject, { example, examples }: JsonObject): JsonValue | undefined {
  if (example !== undefined) return example;
  const [first] = Object.values(isObject(examples) ? examples : {});
  return first === undefined ? undefined : resolve(document, first).value;
}

function mayBeObject(document: JsonObject, value: JsonValue): boolean {
  const { type, oneOf, anyOf, allOf } = resolve(document, value);
  const member = (schema: JsonValue) => mayBeObject(document, schema);
  return (
    [type ?? 'object'].flat().includes('object') &&
    [oneOf, anyOf].every((union) => !Array.isArray(union) || union.some(member)) &&
    (!Array.isArray(allOf) || allOf.every(member))
  );
}

function isUnion(document: JsonObject, value: JsonValue): boolean {
  const { oneOf, anyOf, allOf } = resolve(document, value);
  if (oneOf !== undefined || anyOf !== undefined) return true;
  return Array.isArray(allOf) && allOf.some((member) => isUnion(document, member));
}

function readSuccess(document: JsonObject, { definition, method, pathKey }: Route): Success {
  const responses = resolve(document, definition.responses);
  const status = Object.keys(responses).find((code) => code.startsWith('2'));
  if (status === undefined)
    throw new PipelineError(`${method} ${pathKey}: no 2xx response. Add one with an overlay.`);
  if (!/^\d+$/.test(status)) {
    throw new PipelineError(
      `${method} ${pathKey}: responds with ${status}, which is no one status. Name it with an overlay.`,
    );
  }
  const { content } = resolve(document, responses[status]);
  const mediaTypes = Object.entries(isObject(content) ? content : {});
  if (mediaTypes.length > 1) {
    throw new PipelineError(
      `${method} ${pathKey}: responds with ${mediaTypes.map(([type]) => type).join(' and ')}, and a method has one kind of response. Split the operation in the streams overlay.`,
    );
  }
  const [contentType, media] = mediaTypes[0] ?? [];
  return {
    status,
    contentType,
    schema: isObject(media) ? media.schema : undefined,
    shape: isObject(media) ? shapeOf(document, media.schema) : undefined,
    media: isObject(media) ? media : undefined,
  };
}

/** Every alternative of a union must agree; of what a schema is composed of, one part is enough. */
function shapeOf(document: JsonObject, value: JsonValue | undefined): JsonShape | undefined {
  if (value === undefined) return undefined;
  const schema = resolve(document, value);
  const own = jsonShapes.find((shape) => shape === schema.type);
  if (own) return own;
  const { allOf } = schema;
  if (Array.isArray(allOf))
    return allOf.map((part) => shapeOf(document, part)).find((shape) => shape !== undefined);
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (!Array.isArray(alternatives)) return undefined;
  const shapes = new Set(alternatives.map((alternative) => shapeOf(document, alternative)));
  return shapes.size === 1 ? [...shapes][0] : undefined;
}

function kindOf(definition: JsonObject, { status, contentType }: Success): Kind {
  if (definition['x-stream'] !== undefined) return 'stream';
  if (definition['x-pagination'] !== undefined) return 'page';
  if (status === '204' || contentType === undefined) return 'void';
  return contentType === 'application/json' ? 'json' : 'binary';
}

function parameterClashes({ id, pathParameters, queryParameters, body }: Operation): string[] {
  const places = new Map<string, string>();
  const faults: string[] = [];
  for (const [place, names] of [
    ['path', pathParameters.map(({ name }) => name)],
    ['query', queryParameters.map(({ name }) => name)],
    ['body', body?.properties.map(({ name }) => name) ?? []],
  ] as const) {
    for (const name of names) {
      const other = places.get(name);
      if (other) faults.push(`${id}: \`${name}\` is in the ${other} and in the ${place}`);
      places.set(name, place);
    }
  }
  return faults;
}

/** `betaAgentsList` of `beta.agents.list`. */
export const functionNameOf = (id: string): string =>
  id
    .split('.')
    .map((word, index) => (index === 0 ? word : capitalise(word)))
    .join('');

/** `BetaAgentsList` of `beta.agents.list`. */
export const typeNameOf = (id: string): string => capitalise(functionNameOf(id));

const capitalise = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** `75 operations: 7 stream, 7 page, …` */
export function describeOperations(operations: readonly Operation[]): string {
  const count = (kind: Operation['kind']) => operations.filter((operation) => operation.kind === kind).length;
  return `${operations.length} operations: ${count('stream')} stream, ${count('page')} page, ${count('binary')} binary, ${count('void')} empty`;
}
