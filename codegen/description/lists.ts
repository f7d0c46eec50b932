import { isObject, type JsonObject, type JsonValue } from './json.js';
import { propertiesOf, resolve } from './schema.js';

/** A value somewhere in a response: itself, one of its properties, or one of those of an object in it. */
export interface Place {
  /** `pagination.has_more`; the empty string is the response itself. */
  readonly path: string;
  /** Without the null that it may also be. */
  readonly schema: JsonObject;
  readonly isRequired: boolean;
  readonly isDeprecated: boolean;
}

/** The array at a place of a response; `undefined` if there is none, or one that says nothing of its items. */
export function listIn(
  document: JsonObject,
  response: JsonValue | undefined,
  path: string,
): (Place & { readonly items: JsonValue }) | undefined {
  const found = response === undefined ? undefined : placeAt(document, response, listPath(path));
  return found && isList(found) ? { ...found, items: found.schema.items! } : undefined;
}

/** The keys that lead to a list; none when it is the response itself. */
export const listPath = (path: string): string[] => (path === '' ? [] : path.split('.'));

/** Whether a value is an array, and its items are described. */
export const isList = ({ schema }: Place): boolean => schema.type === 'array' && schema.items !== undefined;

/** Every value of a response that is at most so deep inside. */
export function placesIn(document: JsonObject, response: JsonValue, depth = 2): Place[] {
  return [rootOf(document, response), ...below(document, response, '', depth, false)];
}

function below(
  document: JsonObject,
  schema: JsonValue,
  path: string,
  depth: number,
  isDeprecated: boolean,
): Place[] {
  if (depth === 0) return [];
  return propertiesIn(document, schema).flatMap(({ name, written, required }) => {
    const place = placeOf(document, written, path === '' ? name : `${path}.${name}`, required);
    const within = { ...place, isDeprecated: isDeprecated || place.isDeprecated };
    return [within, ...below(document, written, place.path, depth - 1, within.isDeprecated)];
  });
}

function placeAt(document: JsonObject, response: JsonValue, keys: readonly string[]): Place | undefined {
  return keys.reduce<Place | undefined>(
    (above, key) => {
      const found = above && propertiesIn(document, above.schema).find(({ name }) => name === key);
      return found && placeOf(document, found.written, key, found.required);
    },
    rootOf(document, response),
  );
}

const rootOf = (document: JsonObject, response: JsonValue): Place => placeOf(document, response, '', true);

function placeOf(document: JsonObject, written: JsonValue, path: string, isRequired: boolean): Place {
  return {
    path,
    schema: withoutNull(document, written),
    isRequired,
    isDeprecated: isDeprecated(document, written),
  };
}

const propertiesIn = (document: JsonObject, schema: JsonValue) =>
  propertiesOf(document, withoutNull(document, schema));

/** Whether a schema says so, next to its reference or behind it. */
export const isDeprecated = (document: JsonObject, schema: JsonValue): boolean =>
  [schema, resolve(document, schema)].some((each) => isObject(each) && each.deprecated === true);

/** What a schema allows apart from null, where that is one schema; else the schema. */
export function withoutNull(document: JsonObject, value: JsonValue): JsonObject {
  const schema = resolve(document, value);
  const { type, anyOf, oneOf } = schema;
  if (Array.isArray(type)) {
    const types = type.filter((each) => each !== 'null');
    return types.length === 1 ? { ...schema, type: types[0]! } : schema;
  }
  const members = [anyOf, oneOf].find(Array.isArray)?.filter((each) => !isNull(document, each));
  return members?.length === 1 ? withoutNull(document, members[0]!) : schema;
}

const isNull = (document: JsonObject, schema: JsonValue): boolean =>
  resolve(document, schema).type === 'null';
