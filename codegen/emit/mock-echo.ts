import type { JsonObject, JsonValue } from '../description/json.js';
import type { Operation } from '../description/operations.js';
import { propertiesOf, resolve } from '../description/schema.js';

/** Field of the response → where in the request its value is, such as `body.model`. */
export type Echo = Readonly<Record<string, string>>;

/**
 * Which fields of a response repeat a part of the request: those of the same name and type, the id that the
 * path names, and what is known of an uploaded file. Only where every value that the request may have is
 * also one that the response may have.
 */
export function echoOf(
  document: JsonObject,
  { success, pathParameters, queryParameters, body }: Operation,
): Echo {
  const fields = responseFields(document, success.schema ?? {});
  const echo: Record<string, string> = {};
  const add = (field: string, schema: JsonValue, source: string) => {
    const accepting = fields.get(field);
    if (accepting?.every((response) => accepts(document, response, schema))) echo[field] = source;
  };
  for (const { name, schema } of body?.properties ?? []) add(name, schema, `body.${name}`);
  for (const { name, schema } of queryParameters) add(name, schema, `query.${name}`);
  for (const { name, schema } of pathParameters) add(fields.has(name) ? name : 'id', schema, `path.${name}`);
  for (const { name, schema } of body?.properties ?? []) {
    if (schema.format !== 'binary') continue;
    for (const field of ['filename', 'name']) add(field, { type: 'string' }, `body.${name}.name`);
    for (const field of ['bytes', 'size']) add(field, { type: 'integer' }, `body.${name}.size`);
    for (const field of ['mimetype', 'mime_type']) add(field, { type: 'string' }, `body.${name}.type`);
  }
  return echo;
}

/** Which fields of a list's items repeat an id of the path: the documents of a library know the library. */
export function itemEchoOf(document: JsonObject, item: JsonValue, { pathParameters }: Operation): Echo {
  const fields = responseFields(document, item);
  const repeated = pathParameters.filter(({ name, schema }) =>
    fields.get(name)?.every((field) => accepts(document, field, schema)),
  );
  return Object.fromEntries(repeated.map(({ name }) => [name, `path.${name}`]));
}

/** The properties of a response, with the schemas that the members of a union give them. */
function responseFields(document: JsonObject, schema: JsonValue): Map<string, JsonObject[]> {
  const resolved = resolve(document, schema);
  const members = resolved.oneOf ?? resolved.anyOf;
  const variants = Array.isArray(members) ? members : [resolved];
  const fields = new Map<string, JsonObject[]>();
  for (const variant of variants) {
    for (const property of propertiesOf(document, variant)) {
      fields.set(property.name, [...(fields.get(property.name) ?? []), property.schema]);
    }
  }
  return fields;
}

/** Whether what fits `request` also fits `response`; `false` when in doubt. Null is never repeated, so it is no matter. */
function accepts(document: JsonObject, response: JsonValue, request: JsonValue): boolean {
  const responses = variantsOf(document, response);
  return variantsOf(document, request).every((variant) =>
    responses.some((other) => includes(other, variant)),
  );
}

function variantsOf(document: JsonObject, value: JsonValue): JsonObject[] {
  const schema = resolve(document, value);
  const members = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(members)) return members.flatMap((member) => variantsOf(document, member));
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return types
    .filter((type) => type !== 'null')
    .map((type) => ({ ...schema, ...(type === undefined ? {} : { type }) }));
}

const annotations = ['title', 'description', 'default', 'example', 'examples', 'deprecated'];

function includes(response: JsonObject, request: JsonObject): boolean {
  const wide = withoutAnnotations(response);
  const narrow = withoutAnnotations(request);
  // The mock checks no patterns, so a request may hold what the response may not.
  if (wide.pattern !== undefined) return false;
  if (JSON.stringify(wide) === JSON.stringify(narrow)) return true;
  if (Object.keys(wide).length !== 1) return false;
  if (wide.type === 'string') return narrow.type === 'string' && narrow.format !== 'binary';
  return wide.type === 'number' && narrow.type === 'integer';
}

function withoutAnnotations(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).filter(([key]) => !annotations.includes(key) && !key.startsWith('x-')),
  );
}
