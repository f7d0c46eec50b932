import { fieldsOf, isAlwaysThrown } from '../description/always-thrown.js';
import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { placeOf, routesOf } from '../description/routes.js';
import { onlyValueOf, resolve, schemaName } from '../description/schema.js';
import { segment } from '../description/visit.js';
import { proposed, type Proposal } from './proposal.js';
import { successOf } from './separate-operations.js';

const eventStream = 'text/event-stream';

/**
 * Say of operations that respond with events what the events are and how the stream ends.
 *
 * A schema of the lines of the wire (`event`, `data`, `id`, `retry`) is replaced by that of the JSON in `data`, and an event
 * that is always thrown as an error is none of the events.
 */
export function proposeStreams(document: JsonObject): Proposal[] {
  return routesOf(document).flatMap((route) => {
    const success = successOf(document, route);
    const media = success?.content[eventStream];
    if (success === undefined || !isObject(media)) return [];
    const target = placeOf(route);
    const place = `${target}.responses${segment(success.status)}.content${segment(eventStream)}`;
    const lines = linesOf(document, media.schema);
    const written = dataOf(lines) ?? media.schema;
    const told = route.definition['x-stream'];
    const isTold = isObject(told) && ('done' in told || 'terminal' in told);
    const end = endOf(document, written);
    const events = isTold ? written : withoutFailures(document, written, lines, end);
    const description = proposed(
      lines.length > 0
        ? 'a program gets the JSON in `data:`, and not what is thrown as an error.'
        : 'what is thrown as an error is no event that a program gets.',
    );
    const changed: Proposal[] =
      events === undefined || events === media.schema
        ? []
        : [
            { target: `${place}.schema`, description, remove: true },
            { target: place, description, update: { schema: events } },
          ];
    const untyped: Proposal[] =
      media.schema === undefined
        ? [
            {
              target: place,
              description: proposed('nothing is said about the events.'),
              update: { schema: {} },
            },
          ]
        : [];
    const stale: Proposal[] = lines.length > 0 ? examplesOf(place, media) : [];
    const update = { 'x-stream': { format: 'sse', ...end } };
    const says: Proposal[] =
      isTold || (isObject(told) && Object.keys(end).length === 0)
        ? []
        : [{ target, description: proposed('it responds with a stream; look up how that ends.'), update }];
    return [...changed, ...stale, ...untyped, ...says];
  });
}

/**
 * Say of streams that take the id of an event to go on after how they take it, before what is in a header is left out.
 */
export function proposeResumption(document: JsonObject): Proposal[] {
  return routesOf(document).flatMap((route): Proposal[] => {
    const told = route.definition['x-stream'];
    if (successOf(document, route)?.content[eventStream] === undefined) return [];
    if (isObject(told) && told.resume !== undefined) return [];
    const carriers = route.parameters.filter(({ name }) => /^last[-_]?event[-_]?id$/i.test(String(name)));
    // A query parameter is among those of the method: it is one place, however it is set.
    const [carrier] = ['query', 'header'].flatMap((place) => carriers.filter((each) => each.in === place));
    if (carrier === undefined) return [];
    const description = proposed(
      'it responds with a stream that can be resumed after an event; look up how that ends.',
    );
    const update = { 'x-stream': { format: 'sse', resume: String(carrier.name) } };
    return [{ target: placeOf(route), description, update }];
  });
}

const examplesOf = (place: string, media: JsonObject): Proposal[] =>
  ['example', 'examples']
    .filter((name) => media[name] !== undefined)
    .map((name) => ({
      target: `${place}.${name}`,
      description: proposed('it shows lines of the wire, and the schema is that of the JSON in `data:`.'),
      remove: true,
    }));

const fieldsOfLines = new Set(['event', 'data', 'id', 'retry', 'comment']);

/** What a schema of the wire says of one kind of line. */
interface Line {
  readonly data: JsonValue;
  /** The names that its `event` may have, where they are listed. */
  readonly names: readonly JsonValue[];
}

/** The kinds of lines that a schema describes; none where it describes the JSON in them. */
function linesOf(document: JsonObject, schema: JsonValue | undefined): Line[] {
  if (schema === undefined) return [];
  const { properties } = resolve(document, schema);
  if (isObject(properties)) {
    const { data, event } = properties;
    if (data === undefined || !Object.keys(properties).every((name) => fieldsOfLines.has(name))) return [];
    const { enum: listed, const: name } = event === undefined ? {} : resolve(document, event);
    return [{ data, names: Array.isArray(listed) ? listed : name === undefined ? [] : [name] }];
  }
  const kinds = membersOf(document, schema).map((member) =>
    isObject(member) ? linesOf(document, member) : [],
  );
  return kinds.every(({ length }) => length > 0) ? kinds.flat() : [];
}

/** The schema of the data of lines, without those that are called errors. */
function dataOf(lines: readonly Line[]): JsonValue | undefined {
  const [first, ...others] = lines.filter(
    ({ names: [name, ...more] }) => name !== 'error' || more.length > 0,
  );
  return first && others.length > 0 ? { oneOf: [first, ...others].map(({ data }) => data) } : first?.data;
}

const membersOf = (document: JsonObject, schema: JsonValue): readonly JsonValue[] => {
  const { oneOf, anyOf } = resolve(document, schema);
  const members = oneOf ?? anyOf;
  return Array.isArray(members) ? members : [];
};

/** The events without the members that are always thrown; where lines may be called errors, these are the members of that name. */
function withoutFailures(
  document: JsonObject,
  schema: JsonValue | undefined,
  lines: readonly Line[],
  { error }: JsonObject,
): JsonValue | undefined {
  if (schema === undefined) return undefined;
  const someAreErrors = lines.some(({ names }) => names.includes('error'));
  const isFailure = (member: JsonValue): boolean =>
    isAlwaysThrown(document, member) ||
    tagOf(document, member).some((tag) => Array.isArray(error) && error.includes(tag)) ||
    (someAreErrors && nameOf(document, member).endsWith('Error'));
  const members = membersOf(document, schema);
  const kept = members.filter((member) => !isFailure(member));
  const [only, ...others] = kept;
  if (only === undefined || kept.length === members.length) return schema;
  if (others.length === 0) return only;
  // What names a discriminator is a rule of its own.
  const { discriminator: _, ...union } = resolve(document, schema);
  return { ...union, [union.oneOf === undefined ? 'anyOf' : 'oneOf']: kept };
}

const nameOf = (document: JsonObject, schema: JsonValue): string =>
  schemaName(schema) ?? String(resolve(document, schema).title ?? '');

/** Where one tag alone ends in `.done`, that event ends the stream; one that ends in `.error` reports a failure. */
function endOf(document: JsonObject, schema: JsonValue | undefined): JsonObject {
  if (schema === undefined) return {};
  const tags = membersOf(document, schema).flatMap((member) => tagOf(document, member));
  const ending = (end: string) => tags.filter((tag) => tag.endsWith(end));
  const [terminal, ...others] = ending('.done');
  if (terminal === undefined || others.length > 0) return {};
  const error = ending('.error');
  return { tag: 'type', terminal: [terminal], ...(error.length > 0 ? { error } : {}) };
}

function tagOf(document: JsonObject, member: JsonValue): string[] {
  const type = fieldsOf(document, member).find(({ name }) => name === 'type')?.schema;
  const value = type && onlyValueOf(type);
  return typeof value === 'string' ? [value] : [];
}
