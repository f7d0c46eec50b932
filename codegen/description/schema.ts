import { isObject, type JsonObject, type JsonValue } from './json.js';
import { PipelineError } from '../run/pipeline-error.js';

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

/** The one value that a schema allows, if it is one. */
export const onlyValueOf = ({ const: constant, enum: values }: JsonObject): JsonValue | undefined =>
  Array.isArray(values) && values.length === 1 ? values[0] : constant;

/**
 * The properties of an object schema, those of its `allOf`, `oneOf` and `anyOf` members included.
 *
 * A property is required if the schema says so, or one member of `allOf`, or all members of a union.
 *
 * @throws {PipelineError} if the schema is composed of itself.
 */
export function propertiesOf(
  document: JsonObject,
  value: JsonValue | undefined,
  within: readonly JsonObject[] = [],
): Property[] {
  const schema = resolve(document, value);
  if (within.includes(schema)) {
    throw new PipelineError(
      `${schemaName(value) ?? 'A schema'} is composed of itself. Repair it with an overlay.`,
    );
  }
  const membersOf = (keyword: string): Property[][] => {
    const members = schema[keyword];
    return (Array.isArray(members) ? members : []).map((member) =>
      propertiesOf(document, member, [...within, schema]),
    );
  };
  const unions = ['oneOf', 'anyOf'].map(membersOf);
  const whole = membersOf('allOf').flat();
  const own = Object.entries(isObject(schema.properties) ? schema.properties : {}).map(
    ([name, property]) => ({
      name,
      schema: resolve(document, property),
      written: property,
      required: false,
    }),
  );
  const required = new Set([
    ...(Array.isArray(schema.required) ? schema.required : []),
    ...requiredIn(whole),
    ...unions.flatMap((members) =>
      requiredIn(members[0] ?? []).filter((name) =>
        members.every((member) => requiredIn(member).includes(name)),
      ),
    ),
  ]);
  const byName = new Map([...unions.flat(2), ...whole, ...own].map((property) => [property.name, property]));
  return [...byName.values()].map((property) => ({ ...property, required: required.has(property.name) }));
}

const requiredIn = (properties: readonly Property[]): string[] =>
  properties.filter(({ required }) => required).map(({ name }) => name);

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
