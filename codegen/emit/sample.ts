import sampler from 'openapi-sampler';

import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { expressionOf } from './pattern.js';
import { SchemaFaults } from './schema-faults.js';

/** Makes values that fit the schemas of one document, and says of a value whether it does. */
export interface Sampler {
  /** The same value each time: the schema's own example where it has one, else values made up from its types. */
  sample(schema: JsonValue): JsonValue;
  /** Why the value does not fit; `undefined` when it does. */
  faultOf(schema: JsonValue, value: JsonValue): string | undefined;
}

/**
 * @param examples - Known values of named schemas; they are used wherever such a schema is part of another.
 */
export function createSampler(
  document: JsonObject,
  examples: ReadonlyMap<string, JsonValue> = new Map(),
): Sampler {
  const schemas = isObject(document.components) ? document.components.schemas : undefined;
  const named = isObject(schemas) ? schemas : {};
  const prepared = { components: { schemas: prepareAll(named, examples) } };
  const faults = new SchemaFaults(named);
  const faultOf = (schema: JsonValue, value: JsonValue): string | undefined => faults.of(schema, value);
  const make = (schema: JsonValue, options: { readonly skipNonRequired?: boolean } = {}): JsonValue =>
    // The library types schemas as draft 7 and its result as unknown; it reads OpenAPI 3.1 and gives JSON.
    sampler.sample(
      prepare(bounded(schema)) as never,
      { quiet: true, enablePatterns: true, ...options },
      prepared,
    ) as JsonValue;

  return {
    sample(schema) {
      const whole = make(schema);
      if (faultOf(schema, whole) === undefined) return whole;
      // The less a sample says, the less of it can be wrong.
      const scarce = make(schema, { skipNonRequired: true });
      return faultOf(schema, scarce) === undefined ? scarce : whole;
    },
    faultOf,
  };
}

function prepareAll(schemas: JsonObject, examples: ReadonlyMap<string, JsonValue>): JsonObject {
  const entries = Object.entries(schemas).map(([name, schema]) => {
    const prepared = prepare(bounded(schema), { owner: snakeCase(name) });
    const example = examples.get(name);
    return [name, isObject(prepared) && example !== undefined ? { ...prepared, example } : prepared];
  });
  return Object.fromEntries(entries);
}

/** Where a schema stands: the property it describes, and the thing that has the property. */
interface Place {
  readonly owner: string;
  readonly property?: string;
}

/** A schema that asks for more gets a sample that does not fit, where the sampler would die of it. */
const mostOf: Readonly<Record<string, number>> = { minItems: 100, minLength: 10_000 };

const bounded = (schema: JsonValue): JsonValue =>
  JSON.parse(JSON.stringify(schema), (key, value: JsonValue) =>
    typeof value === 'number' ? Math.min(value, mostOf[key] ?? Infinity) : value,
  ) as JsonValue;

/**
 * A copy of the schema that the sampler does better with: what may be null is not, and what would come out
 * as `"string"` has an example that says what it is.
 */
function prepare(schema: JsonValue, place: Place = { owner: 'example' }): JsonValue {
  if (!isObject(schema)) return schema;
  const { owner, property } = place;
  const copy: JsonObject = { ...schema };
  if (expressionOf(copy.pattern) === undefined) delete copy.pattern;
  if (Array.isArray(copy.type)) copy.type = copy.type.find((type) => type !== 'null') ?? 'null';
  for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
    const members = copy[keyword];
    if (!Array.isArray(members)) continue;
    const values = members.filter((member) => !isObject(member) || member.type !== 'null');
    copy[keyword] = values.map((member) => prepare(member, place));
  }
  if (isObject(copy.properties)) {
    const inside = property ? singular(property) : owner;
    const entries = Object.entries(copy.properties).map(([name, value]) => [
      name,
      prepare(value, { owner: inside, property: name }),
    ]);
    copy.properties = Object.fromEntries(entries);
  }
  if (isObject(copy.items))
    copy.items = prepare(copy.items, { owner, property: property && singular(property) });
  if (property && isBare(copy)) {
    const example = exampleFor(copy, owner, property);
    if (example !== undefined) copy.example = example;
  }
  return copy;
}

const telling = [
  'example',
  'examples',
  'default',
  'enum',
  'const',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
];

const isBare = (schema: JsonObject): boolean => !telling.some((keyword) => keyword in schema);

/** Names mean the same all over the API, so a few well-chosen values make its responses readable. */
const exampleByName: Readonly<Record<string, string>> = {
  model: 'mistral-small-latest',
  text: 'Bonjour',
  content: 'Bonjour',
  version: '1',
  language: 'en',
  audio_language: 'en',
  url: 'https://files.example/signed',
  filename: 'example.jsonl',
  mimetype: 'text/plain',
  mime_type: 'text/plain',
  extension: 'txt',
};

const exampleDate = '2026-03-04T09:00:00Z';

/** In base64. */
const exampleBytes = 'Qm9uam91cg==';

function exampleFor(schema: JsonObject, owner: string, property: string): JsonValue | undefined {
  const { type, format, pattern } = schema;
  if (type === 'integer') return isTime(property) ? Date.parse(exampleDate) / 1000 : undefined;
  if (type !== 'string') return undefined;
  if (format === 'date-time') return exampleDate;
  if (format === 'byte') return exampleBytes;
  if (format !== undefined) return undefined;
  const text = exampleByName[property] ?? describe(owner, property);
  // The sampler makes something up for a pattern, which is right for the simplest only.
  return expressionOf(pattern)?.test(text) === false ? undefined : text;
}

function describe(owner: string, property: string): string {
  // Models are known by their names.
  if (property === 'id' && /model(_card)?(_out)?$/.test(owner)) return exampleByName.model!;
  return property === 'id' ? `${owner}_1` : textNamed(property);
}

/** What the mock makes of `named` in this property. */
export const textNamed = (property: string): string =>
  property.endsWith('_id') ? property.replace(/id$/, '1') : `Example ${property.replaceAll('_', ' ')}`;

/** Whether a property of this name holds a moment in time. */
export const isTime = (property: string): boolean => property === 'created' || /_at$|[a-z]At$/.test(property);

const singular = (word: string): string => word.replace(/ies$/, 'y').replace(/([^s])s$/, '$1');

const snakeCase = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
