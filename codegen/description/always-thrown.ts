import { isObject, type JsonObject, type JsonValue } from './json.js';
import { onlyValueOf, propertiesOf, schemaName, type Property } from './schema.js';

/**
 * Whether `src/streaming/event-reader.ts` takes every event of a schema for a failure, whatever the stream is told: it throws
 * that, so that no program gets such an event.
 */
export const isAlwaysThrown = (document: JsonObject, schema: JsonValue): boolean =>
  fieldsOf(document, schema).some(({ name, required, schema: { type, ...rest } }) => {
    if (name === 'error') return required && (type === 'string' || type === 'object');
    return ['object', 'type'].includes(name) && onlyValueOf(rest) === 'error';
  });

/** The properties of an object that is a component or written in place. */
export const fieldsOf = (document: JsonObject, schema: JsonValue): Property[] =>
  isObject(schema) && (schemaName(schema) !== undefined || schema.properties !== undefined)
    ? propertiesOf(document, schema)
    : [];
