import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { placeOf, routesOf, type Route } from '../description/routes.js';
import { keysOf, resolve } from '../description/schema.js';
import { segment } from '../description/visit.js';
import { proposed, type Proposal } from './proposal.js';

/** The first success of a route: its status, and its responses by media type. */
export function successOf(
  document: JsonObject,
  { definition }: Route,
): { readonly status: string; readonly content: JsonObject } | undefined {
  if (!isObject(definition.responses)) return undefined;
  const status = Object.keys(definition.responses).find((code) => code.startsWith('2'));
  if (status === undefined) return undefined;
  const { content } = resolve(document, definition.responses[status]);
  return { status, content: isObject(content) ? content : {} };
}

/** A success that has no status of its own: `2XX` or `default`, where no other response is a success. */
export function nameSuccess(document: JsonObject): Proposal[] {
  return routesOf(document).flatMap((route): Proposal[] => {
    const { responses } = route.definition;
    if (!isObject(responses) || Object.keys(responses).some((code) => /^2\d\d$/.test(code))) return [];
    const [general] = ['2XX', '2xx', 'default'].filter((code) => code in responses);
    if (general === undefined) return [];
    const place = `${placeOf(route)}.responses`;
    const description = proposed(`${general} is its success, and a method responds with one status.`);
    return [
      { target: place, description, update: { 200: {} } },
      { target: `${place}['200']`, description, copy: `${place}['${general}']` },
      { target: `${place}['${general}']`, description, remove: true },
    ];
  });
}

const json = 'application/json';
const events = 'text/event-stream';

/**
 * Write bodies and responses that are components where they are used, if something of theirs will change: others that
 * use them may need something else.
 */
export function writeOutShared(document: JsonObject): Proposal[] {
  return routesOf(document).flatMap((route) => {
    const { requestBody, responses } = route.definition;
    const status = successOf(document, route)?.status;
    const place = placeOf(route);
    return [
      ...writeOut(document, requestBody, `${place}.requestBody`),
      ...(status === undefined
        ? []
        : writeOut(document, (responses as JsonObject)[status], `${place}.responses${segment(status)}`)),
    ];
  });
}

function writeOut(document: JsonObject, value: JsonValue | undefined, target: string): Proposal[] {
  if (!isObject(value) || typeof value.$ref !== 'string') return [];
  const types = Object.keys(resolve(document, resolve(document, value).content ?? {}));
  if (types.length < 2 && !types.includes(events)) return [];
  const description = proposed(`it is ${value.$ref}, of which only a part fits here.`);
  const copy = `$${keysOf(value.$ref).map(segment).join('')}`;
  return [
    { target, description, copy },
    { target: `${target}['$ref']`, description, remove: true },
  ];
}

/**
 * One operation for each way of responding: one that responds with JSON or with events becomes two, and of other
 * alternatives the first that a method can hand out stays.
 */
export function separateResponses(document: JsonObject): Proposal[] {
  return routesOf(document).flatMap((route) => {
    const success = successOf(document, route);
    const types = Object.keys(success?.content ?? {});
    if (success === undefined || types.length < 2) return [];
    const place = `${placeOf(route)}.responses${segment(success.status)}.content`;
    const rest = types.filter((type) => type !== events);
    const kept = rest.includes(json) ? json : rest[0]!;
    const description = proposed(`a method has one kind of response, and this one has ${types.join(', ')}.`);
    const others = rest
      .filter((type) => type !== kept)
      .map((type): Proposal => ({ target: place + segment(type), description, remove: true }));
    return types.includes(events) ? [...others, ...split(document, route, place, kept, types)] : others;
  });
}

function split(
  document: JsonObject,
  route: Route,
  place: string,
  kept: string,
  types: readonly string[],
): Proposal[] {
  const { pathKey, method, id, definition } = route;
  const key = `${pathKey.replace(/#.*$/, '')}#stream`;
  const remove: Proposal = {
    target: place + segment(events),
    description: proposed('the events are the response of an operation of their own.'),
    remove: true,
  };
  // Upstream, or an overlay, has made the other operation already.
  if (key in resolve(document, document.paths)) return [remove];
  const name = method.toLowerCase();
  const twin = `$.paths${segment(key)}.${name}`;
  const twinPlace = place.replace(placeOf(route), twin);
  const description = proposed(`it responds with ${types.join(' or ')}, so it becomes two operations.`);
  const path = resolve(document, resolve(document, document.paths)[pathKey]);
  const shared: JsonObject = path.parameters === undefined ? {} : { parameters: path.parameters };
  return [
    { target: '$.paths', description, update: { [key]: { ...shared, [name]: {} } } },
    { target: twin, description, copy: placeOf(route) },
    {
      target: twin,
      description,
      update: {
        operationId: `${id || name}_stream`,
        ...(definition.summary ? { summary: `${String(definition.summary)}, as a stream` } : {}),
      },
    },
    { target: twinPlace + segment(kept), description, remove: true },
    remove,
    ...(definition['x-stream'] === undefined ? [] : [{ ...remove, target: `${placeOf(route)}['x-stream']` }]),
    ...fixStream(document, route, twin),
  ];
}

/** The request says by its `stream` which of the two is meant. */
function fixStream(document: JsonObject, route: Route, twin: string): Proposal[] {
  const { definition } = route;
  if (definition.requestBody === undefined) return [];
  const content = resolve(document, resolve(document, definition.requestBody).content);
  return Object.entries(content).flatMap(([type, media]): Proposal[] => {
    const schema = isObject(media) ? media.schema : undefined;
    const written = schema === undefined ? undefined : resolve(document, schema);
    if (!isObject(written?.properties) || !isObject(written.properties.stream)) return [];
    const inside = `.requestBody.content${segment(type)}.schema`;
    const description = proposed('`stream` says which of the two operations is meant.');
    const only = (value: boolean): JsonValue => ({
      allOf: [schema!, { type: 'object', properties: { stream: { type: 'boolean', const: value } } }],
    });
    return [[placeOf(route), false] as const, [twin, true] as const].flatMap(([place, value]): Proposal[] => [
      { target: place + inside, description, remove: true },
      {
        target: `${place}.requestBody.content${segment(type)}`,
        description,
        update: { schema: only(value) },
      },
    ]);
  });
}
