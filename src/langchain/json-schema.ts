import { toJsonSchema } from '@langchain/core/utils/json_schema';

import { ArgumentError } from '../errors/argument-error.js';
import { describeThrown } from '../internal/describe-thrown.js';
import type { PlainJsonSchema } from '../structured/schema.js';
import { strictSchema } from '../structured/strict-schema.js';
import { wireSchemaOf } from '../structured/wire-schema.js';

/**
 * The JSON Schema of a schema as the API takes it, whichever library it is of.
 *
 * @param place - Names the schema in messages.
 * @throws {ArgumentError} for a schema that cannot be sent.
 */
export function wireJsonSchema(schema: unknown, place: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = toJsonSchema(schema as never);
  } catch (cause) {
    throw new ArgumentError(`${place} has no JSON Schema: ${describeThrown(cause)}`, { cause });
  }
  // It refuses what is not an object.
  return wireSchemaOf(json as PlainJsonSchema, place);
}

/** A schema as it is sent, and whether the API enforces it. */
export interface SentSchema {
  readonly schema: Record<string, unknown>;
  readonly strict: boolean;
}

/**
 * A schema in strict mode, or without it, if it has what strict mode does not support.
 *
 * @param isAskedFor - Whether it must be in strict mode.
 * @throws {ArgumentError} if it must, and cannot.
 */
export function strictIfPossible(
  schema: Record<string, unknown>,
  place: string,
  isAskedFor: boolean,
): SentSchema {
  try {
    return { schema: strictSchema(schema, place), strict: true };
  } catch (error) {
    if (isAskedFor || !ArgumentError.isInstance(error)) throw error;
    return { schema, strict: false };
  }
}
