import { ArgumentError } from '../errors/argument-error.js';
import { describeThrown } from '../internal/describe-thrown.js';
import { withLocalReferences } from './local-references.js';
import { jsonSchemaOf, type JsonObject, type Schema } from './schema.js';

/**
 * The JSON Schema of a schema, as the API is sent it: of a tool's parameters and of a response format alike.
 *
 * @param place - What the schema is called in messages.
 * @throws {ArgumentError} for a schema that has no JSON Schema, or one that refers to what is not in it.
 */
export const wireSchemaOf = (schema: Schema, place: string): JsonObject =>
  withLocalReferences(asJson(jsonSchemaOf(schema, place), place), place);

/** Without what is not JSON, as it would be sent. */
function asJson(schema: JsonObject, place: string): JsonObject {
  try {
    return JSON.parse(JSON.stringify(schema)) as JsonObject;
  } catch (cause) {
    throw new ArgumentError(`${place} cannot be written as JSON: ${describeThrown(cause)}`, { cause });
  }
}
