import type { JsonObject, JsonValue } from '../description/json.js';
import type { Body } from '../description/operations.js';
import { propertiesOf, resolve, schemaName } from '../description/schema.js';
import type { SharedConstants } from './shared-constants.js';

/** An object of a body: what its fields may hold, by their names. */
type Fields = ReadonlyMap<string, Names | undefined>;

/** Objects that stand at one place. Those of the same schemas are one, so that a schema that contains itself ends. */
interface Names {
  readonly label: string;
  fields: Fields;
}

/**
 * Writes the names in the bodies of operations. What callers may name as they like, such as the fields of `metadata`, is not
 * looked into; within the fields of a body, only names of several words count, for they alone are misspelt in camelCase.
 */
export class BodyNamesWriter {
  readonly #document: JsonObject;
  readonly #constants: SharedConstants;
  readonly #known = new Map<string, Names>();
  readonly #schemaIds = new Map<JsonObject, number>();
  readonly #open = new Set<Names>();

  constructor(document: JsonObject, constants: SharedConstants) {
    this.#document = document;
    this.#constants = constants;
  }

  write({ properties, fixed, schema }: Body): string {
    const fields = properties
      .filter(({ name }) => !(name in fixed))
      .map(({ name, written }) => [name, this.#namesOf([written], name)] as const);
    const label = schemaName(schema) ?? 'body';
    return this.#constants.share(this.#writeFields(new Map(fields)), `${label}Fields`, 'api.BodyNames');
  }

  /** The names in the objects that a value may be; `undefined` where there are none to look into. */
  #namesOf(values: readonly JsonValue[], field: string): Names | undefined {
    const objects = values.flatMap((value) => this.#objectsOf(value));
    const listed = objects.map((value) => propertiesOf(this.#document, value));
    // An object of any fields.
    if (objects.length === 0 || listed.some((properties) => properties.length === 0)) return undefined;
    const ids = new Set(objects.map((value) => this.#idOf(resolve(this.#document, value))));
    const key = [...ids].toSorted((a, b) => a - b).join();
    const known = this.#known.get(key);
    if (known) return known;
    const label = schemaName(objects.length === 1 ? objects[0] : values[0]) ?? field;
    const names: Names = { label, fields: new Map() };
    this.#known.set(key, names);
    const written = new Map<string, JsonValue[]>();
    for (const property of listed.flat())
      written.set(property.name, [...(written.get(property.name) ?? []), property.written]);
    names.fields = new Map([...written].map(([name, schemas]) => [name, this.#namesOf(schemas, name)]));
    return names;
  }

  #idOf(schema: JsonObject): number {
    const id = this.#schemaIds.get(schema) ?? this.#schemaIds.size;
    this.#schemaIds.set(schema, id);
    return id;
  }

  /** The object schemas among what a value, or an item of a list, may be. */
  #objectsOf(value: JsonValue | undefined): JsonValue[] {
    if (value === undefined) return [];
    const schema = resolve(this.#document, value);
    const alternatives = [schema.oneOf, schema.anyOf].filter((list) => Array.isArray(list)).flat();
    if (alternatives.length > 0) return alternatives.flatMap((alternative) => this.#objectsOf(alternative));
    if (schema.type === 'array') return this.#objectsOf(schema.items);
    const isObject =
      [schema.type].flat().includes('object') || propertiesOf(this.#document, value).length > 0;
    return isObject ? [value] : [];
  }

  #writeFields(fields: Fields): string {
    const written = [...fields].map(([name, names]) => `${JSON.stringify(name)}: ${this.#writeNames(names)}`);
    return `{ ${written.join(', ')} }`;
  }

  #writeNames(names: Names | undefined): string {
    if (names === undefined || !this.#says(names)) return '0';
    if (this.#open.has(names)) return `() => ${this.#constants.within(names)}`;
    this.#open.add(names);
    const telling = [...names.fields].filter(
      ([name, inner]) => name.includes('_') || (inner !== undefined && this.#says(inner)),
    );
    const text = this.#writeFields(new Map(telling));
    this.#open.delete(names);
    return this.#constants.share(text, `${names.label}Fields`, 'api.BodyNames', names);
  }

  /** Whether there is a name of several words in it, at whatever depth. */
  #says(names: Names, within: readonly Names[] = []): boolean {
    return [...names.fields].some(
      ([name, inner]) =>
        name.includes('_') ||
        (inner !== undefined && !within.includes(inner) && this.#says(inner, [...within, names])),
    );
  }
}
