import { isObject, type JsonObject, type JsonValue } from '../json.js';
import type { Operation } from '../operations.js';
import { resolve } from '../schema.js';

type Type = 'number' | 'boolean' | 'list' | 'json';

/** Which parameters in the path, the query and a form are more than text, so that the mock can say what the caller said. */
export function typesOf(
  document: JsonObject,
  { pathParameters, queryParameters, body }: Operation,
): Record<string, Type> {
  const types: Record<string, Type> = {};
  const add = (name: string, type: Type | undefined) => {
    if (type) types[name] = type;
  };
  for (const { name, schema } of pathParameters) add(name, typeOf(document, schema));
  for (const { name, schema, json } of queryParameters)
    add(name, json ? 'json' : primitiveOf(typeOf(document, schema)));
  if (body?.encoding !== 'multipart') return types;
  for (const { name, schema } of body.properties) add(name, typeOf(document, schema));
  return types;
}

/** An object in a query has no name of its own there. */
const primitiveOf = (type: Type | undefined): Type | undefined => (type === 'json' ? undefined : type);

/** Of a union, the first type that is none of text and nothing. */
function typeOf(document: JsonObject, value: JsonValue): Type | undefined {
  const { type, format, anyOf, oneOf, allOf } = resolve(document, value);
  const members = [anyOf, oneOf, allOf].flatMap((list) => (Array.isArray(list) ? list : []));
  for (const member of members) {
    const found = isObject(member) ? typeOf(document, member) : undefined;
    if (found) return found;
  }
  const [name] = [type].flat().filter((each) => each !== 'null');
  if (name === 'integer' || name === 'number') return 'number';
  if (name === 'boolean') return 'boolean';
  if (name === 'array') return 'list';
  return name === 'object' && format === undefined ? 'json' : undefined;
}
