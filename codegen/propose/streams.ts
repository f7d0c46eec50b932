import { isObject, type JsonObject, type JsonValue } from '../json.js';
import { routesOf } from '../routes.js';
import { propertiesOf, resolve, schemaName } from '../schema.js';
import { segment } from '../walk.js';
import { proposed, type Proposal } from './proposal.js';
import { placeOf, successOf } from './separate-operations.js';

const events = 'text/event-stream';

/**
 * Say of operations that answer with events what the events are and how the stream ends.
 *
 * A schema of the lines of the wire (`event`, `data`, `id`, `retry`) is replaced by that of the JSON in `data`.
 */
export function proposeStreams(document: JsonObject): Proposal[] {
  return routesOf(document).flatMap((route) => {
    const success = successOf(document, route);
    const media = success?.content[events];
    if (success === undefined || !isObject(media)) return [];
    const target = placeOf(route);
    const place = `${target}.responses${segment(success.status)}.content${segment(events)}`;
    const data = dataOf(document, media.schema);
    const unwrapped: Proposal[] =
      data === undefined
        ? []
        : [
            {
              target: `${place}.schema`,
              description: proposed('a program gets the JSON in `data:`.'),
              remove: true,
            },
            {
              target: place,
              description: proposed('a program gets the JSON in `data:`.'),
              update: { schema: data },
            },
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
    const stale: Proposal[] = unwrapped.length > 0 ? examplesOf(place, media) : [];
    const told = route.definition['x-stream'];
    const end = endOf(document, data ?? media.schema);
    const isTold = isObject(told) && ('done' in told || 'terminal' in told);
    const update = { 'x-stream': { format: 'sse', ...end } };
    const says: Proposal[] =
      isTold || (isObject(told) && Object.keys(end).length === 0)
        ? []
        : [{ target, description: proposed('it answers with a stream; look up how that ends.'), update }];
    return [...unwrapped, ...stale, ...untyped, ...says];
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

const lines = new Set(['event', 'data', 'id', 'retry', 'comment']);

/** The schema of `data`, where a schema describes lines. */
function dataOf(document: JsonObject, schema: JsonValue | undefined): JsonValue | undefined {
  if (schema === undefined) return undefined;
  const { properties } = resolve(document, schema);
  if (!isObject(properties) || properties.data === undefined) return undefined;
  return Object.keys(properties).every((name) => lines.has(name)) ? properties.data : undefined;
}

/** Where one tag alone ends in `.done`, that event ends the stream; one that ends in `.error` reports a failure. */
function endOf(document: JsonObject, schema: JsonValue | undefined): JsonObject {
  if (schema === undefined) return {};
  const { oneOf, anyOf } = resolve(document, schema);
  const members = oneOf ?? anyOf;
  if (!Array.isArray(members)) return {};
  const tags = members.flatMap((member) => tagOf(document, member));
  const ending = (end: string) => tags.filter((tag) => tag.endsWith(end));
  const [terminal, ...others] = ending('.done');
  if (terminal === undefined || others.length > 0) return {};
  const error = ending('.error');
  return { tag: 'type', terminal: [terminal], ...(error.length > 0 ? { error } : {}) };
}

function tagOf(document: JsonObject, member: JsonValue): string[] {
  if (!isObject(member) || (schemaName(member) === undefined && member.properties === undefined)) return [];
  const type = propertiesOf(document, member).find(({ name }) => name === 'type')?.schema;
  const value = Array.isArray(type?.enum) && type.enum.length === 1 ? type.enum[0] : type?.const;
  return typeof value === 'string' ? [value] : [];
}
