import { isObject, type JsonObject, type JsonValue } from './json.js';
import { PipelineError } from './pipeline-error.js';

export interface Property {
  readonly name: string;
  readonly schema: JsonObject;
  /** The schema as it is written, which may be a reference. */
  readonly written: JsonValue;
  readonly required: boolean;
}

/** The object behind a local `$ref`, however many references stand in between. */
export function resolve(document: JsonObject, value: JsonValue | undefined): JsonObject {
  let node: JsonValue | undefined = value;
  for (let hops = 0; isObject(node) && typeof node.$ref === 'string'; hops++) {
    if (hops > 100)
      throw new PipelineError(`${node.$ref}: the reference leads back to itself. Repair it with an overlay.`);
    node = lookUp(document, node.$ref);
  }
  if (!isObject(node))
    throw new PipelineError(`Expected an object or a reference to one, found ${JSON.stringify(node)}.`);
  return node;
}

/** `ChatCompletionRequest` of `#/components/schemas/ChatCompletionRequest`; `undefined` for a schema written in place. */
export function schemaName(value: JsonValue | undefined): string | undefined {
  if (!isObject(value) || typeof value.$ref !== 'string') return undefined;
  return /^#\/components\/schemas\/([^/]+)$/.exec(value.$ref)?.[1];
}

/** The properties of an object schema, those of its `allOf`, `oneOf` and `anyOf` members included. */
export function propertiesOf(document: JsonObject, value: JsonValue | undefined): Property[] {
  const properties = new Map<string, Property>();
  const schema = resolve(document, value);
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);

  for (const keyword of ['allOf', 'oneOf', 'anyOf']) {
    const members = schema[keyword];
    for (const member of Array.isArray(members) ? members : []) {
      for (const property of propertiesOf(document, member)) {
        const isRequired = property.required && keyword === 'allOf';
        properties.set(property.name, { ...property, required: isRequired });
      }
    }
  }
  for (const [name, property] of Object.entries(isObject(schema.properties) ? schema.properties : {})) {
    properties.set(name, {
      name,
      schema: resolve(document, property),
      written: property,
      required: required.has(name),
    });
  }
  for (const property of properties.values()) {
    if (required.has(property.name)) properties.set(property.name, { ...property, required: true });
  }
  return [...properties.values()];
}

function lookUp(document: JsonObject, reference: string): JsonValue | undefined {
  if (!reference.startsWith('#/'))
    throw new PipelineError(`${reference}: only references inside the document are read.`);
  const keys = keysOf(reference);
  const target = keys.reduce<JsonValue | undefined>(
    (node, key) => (isObject(node) ? node[key] : undefined),
    document,
  );
  if (target === undefined)
    throw new PipelineError(`${reference}: leads nowhere. Repair it with an overlay.`);
  return target;
}

/** The names that a local reference leads through: `#/paths/~1v1` is `paths`, `/v1`. */
export const keysOf = (reference: string): string[] =>
  reference
    .slice(2)
    .split('/')
    .map((key) => decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~'));
