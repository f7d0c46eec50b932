import { isRecord } from '../internal/is-record.js';
import type { JsonObject } from './schema.js';

/** The path of a schema in another: `['properties', 'authors', 'items']`. */
export type SchemaPath = readonly (string | number)[];

type Change = (schema: JsonObject, path: SchemaPath) => unknown;

/** The keywords that contain schemas. Values of others, such as `const` or `examples`, may only look like schemas. */
const schemasByName = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);
const schemaLists = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems', 'items']);
const schemas = new Set([
  'items',
  'additionalItems',
  'unevaluatedItems',
  'contains',
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
]);

/** A copy of a schema whose direct subschemas are mapped. */
export function mapSubschemas(schema: JsonObject, path: SchemaPath, change: Change): JsonObject {
  return mapValues(schema, (value, keyword) => {
    const at = [...path, keyword];
    const changeOne = (item: unknown, key: string | number) =>
      isRecord(item) ? change(item, [...at, key]) : item;
    if (schemasByName.has(keyword) && isRecord(value)) return mapValues(value, changeOne);
    if (schemaLists.has(keyword) && Array.isArray(value)) return value.map(changeOne);
    return schemas.has(keyword) && isRecord(value) ? change(value, at) : value;
  });
}

const mapValues = (record: JsonObject, map: (value: unknown, key: string) => unknown): JsonObject =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));

/** For messages. */
export const atPath = (place: string, path: SchemaPath): string =>
  path.length === 0 ? place : `${place} at ${path.join('.')}`;
