import { ArgumentError } from '../errors/argument-error.js';
import { describeThrown } from '../internal/describe-thrown.js';
import { withLocalReferences } from './local-references.js';
import { jsonSchemaOf, type JsonObject, type Schema } from './schema.js';

/**
 * The JSON Schema of a schema, as it is sent to the API for a tool's parameters or a response format.
 *
 * @param place - Names the schema in messages.
 * @throws {ArgumentError} for a schema without a JSON Schema, or with a dangling reference.
 */
export const wireSchemaOf = (schema: Schema, place: string): JsonObject =>
  withLocalReferences(asJson(jsonSchemaOf(schema, place), place), place);

/** A copy as it would be sent, without values that are not JSON. */
function asJson(schema: JsonObject, place: string): JsonObject {
  try {
    return JSON.parse(JSON.stringify(schema)) as JsonObject;
  } catch (cause) {
    throw new ArgumentError(`${place} cannot be written as JSON: ${describeThrown(cause)}`, { cause });
  }
}
