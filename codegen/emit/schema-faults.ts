import {
  dereference,
  encodePointer,
  ignoredKeyword,
  schemaArrayKeyword,
  schemaKeyword,
  schemaMapKeyword,
  validate,
} from '@cfworker/json-schema';

import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { expressionOf } from './pattern.js';

/**
 * Says why values do not fit schemas that refer to the components of one document.
 *
 * Schemas are interpreted: each is asked about a value or two, so to compile them would cost more than it saves.
 */
export class SchemaFaults {
  /** Every schema that a reference may lead to, by its URI. */
  readonly #known: ReturnType<typeof dereference> = {};
  readonly #prepared = new Map<string, JsonObject>();

  /** @param schemas - The schemas of the components, by name. */
  constructor(schemas: JsonObject) {
    for (const [name, schema] of Object.entries(schemas))
      this.#prepare(schema, `/components/schemas/${encodePointer(name)}`);
  }

  /** Such as `response/next: …`; `undefined` if the value fits. */
  of(schema: JsonValue, value: JsonValue): string | undefined {
    const key = JSON.stringify(schema);
    const prepared = this.#prepared.get(key) ?? this.#prepare(schema, `/values/${this.#prepared.size}`);
    this.#prepared.set(key, prepared);
    const { valid, errors } = validate(value, prepared, '2020-12', this.#known);
    // All before the last only say that something within does not fit.
    const { instanceLocation = '', error = '' } = errors.at(-1) ?? {};
    return valid ? undefined : `response${instanceLocation.slice(1)}: ${error}`;
  }

  #prepare(schema: JsonValue, pointer: string): JsonObject {
    const readable = readableSchema(schema) as JsonObject;
    dereference(readable, this.#known, undefined, pointer);
    return readable;
  }
}

/** A copy, since the validator marks what it reads, without what it would take for schemas, such as examples. */
function readableSchema(schema: JsonValue): JsonValue {
  if (!isObject(schema)) return schema;
  const entries = Object.entries(schema).flatMap(([keyword, value]): [string, JsonValue][] => {
    if (schemaMapKeyword[keyword] && isObject(value)) return [[keyword, mapValues(value, readableSchema)]];
    if (schemaArrayKeyword[keyword] && Array.isArray(value)) return [[keyword, value.map(readableSchema)]];
    if (schemaKeyword[keyword]) return [[keyword, readableSchema(value)]];
    const isRead = ignoredKeyword[keyword] && keyword !== 'id' && keyword !== '$id';
    // The validator reads patterns with `u`.
    return isRead && (keyword !== 'pattern' || expressionOf(value, 'u')) ? [[keyword, value]] : [];
  });
  return Object.fromEntries(entries);
}

const mapValues = (object: JsonObject, change: (value: JsonValue) => JsonValue): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
