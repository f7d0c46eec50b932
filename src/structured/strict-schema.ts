import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import type { JsonObject } from './schema.js';
import { atPath, mapSubschemas, type SchemaPath } from './subschemas.js';

/**
 * Rewrite a schema for the API's strict mode: the root is an object, and all objects are closed by
 * `additionalProperties: false`. Optional properties stay optional, as the API accepts them.
 *
 * @throws {ArgumentError} for a feature that strict mode does not support, naming its place.
 */
export function strictSchema(root: JsonObject, place: string): JsonObject {
  if (root.type !== 'object')
    throw new ArgumentError(
      `${place} must describe an object, but its root is ${kindOf(root)}. Wrap it in an object with one property, ${orNotStrict}`,
    );
  return close(root, []);

  function close(schema: JsonObject, path: SchemaPath): JsonObject {
    const closed = mapSubschemas(schema, path, close);
    if (Array.isArray(schema.allOf) && (schema.properties || schema.allOf.some(describesObject)))
      refuse(
        'combines objects with `allOf`, none of which may have the keys of the others',
        'Merge them into one object',
      );
    if (!describesObject(schema)) return closed;
    const { properties, patternProperties, additionalProperties } = schema;
    if (!properties || patternProperties || saysSomething(additionalProperties))
      refuse('is an object with arbitrary keys', 'Describe a list of objects with a key and a value');
    return { ...closed, additionalProperties: false };

    function refuse(problem: string, advice: string): never {
      throw new ArgumentError(`${atPath(place, path)} ${problem}. ${advice}, ${orNotStrict}`);
    }
  }
}

const orNotStrict = 'or give up strictness with `responseFormat(schema, { strict: false })`';

const describesObject = (schema: unknown): boolean =>
  isRecord(schema) && ([schema.type].flat().includes('object') || isRecord(schema.properties));

const saysSomething = (schema: unknown): boolean => isRecord(schema) && Object.keys(schema).length > 0;

function kindOf({ type, anyOf, oneOf, allOf }: JsonObject): string {
  if (anyOf || oneOf) return 'a union';
  if (allOf) return 'combined with `allOf`';
  return type === undefined ? 'of no `type`' : `of type ${JSON.stringify(type)}`;
}
