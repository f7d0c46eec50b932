import { expressionOf } from './pattern.js';
import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import type { Operation, Parameter } from '../description/operations.js';
import { resolve, schemaName } from '../description/schema.js';

/** What the mock checks in the requests of one operation, as code; nothing where it takes anything. */
export interface MockRequestCode {
  readonly path: string | undefined;
  readonly query: string | undefined;
  readonly body: string | undefined;
}

/** Limits of numbers, and of the lengths of texts and lists, each with its sign. */
const limits = [
  ['>=', ['minimum', 'minLength', 'minItems']],
  ['<=', ['maximum', 'maxLength', 'maxItems']],
  ['>', ['exclusiveMinimum']],
  ['<', ['exclusiveMaximum']],
] as const;

/** What the mock can tell of a text. */
const formats: readonly JsonValue[] = ['uuid', 'date-time', 'uri'];

/**
 * Writes the schemas of requests in the short form that the mock reads, `MockSchema`.
 *
 * A named schema is written once, as a constant. What a schema asks that the mock does not know is left out: the mock
 * must never be stricter than the description.
 */
export class MockSchemaWriter {
  readonly #document: JsonObject;
  /** The code of named schemas by the names of their constants; `undefined` while it is being written. */
  readonly #constants = new Map<string, string | undefined>();

  constructor(document: JsonObject) {
    this.#document = document;
  }

  /** Declarations of the constants so far, each after those that it refers to. */
  get constants(): string[] {
    return [...this.#constants]
      .filter(([, code]) => typesIn(code) === undefined)
      .map(([name, code]) => `const ${name}: MockSchema = ${code};\n`);
  }

  write({ pathParameters, queryParameters, body }: Operation): MockRequestCode {
    const typed = pathParameters.filter(({ schema }) => this.#code(schema) !== asCode('string'));
    // An object in a query has no name of its own there, and the names that it holds are anyone's.
    const named = queryParameters.filter(({ schema, json }) => json || !this.#holdsNames(schema));
    const others: [string, string][] =
      named.length < queryParameters.length ? [['values', asCode('any')]] : [];
    return {
      path: typed.length > 0 ? this.#parameters(typed) : undefined,
      query: queryParameters.length > 0 ? this.#parameters(named, others) : undefined,
      body: body && this.#code(body.schema),
    };
  }

  #parameters(parameters: readonly Parameter[], others: readonly [string, string][] = []): string {
    const fields = parameters.map(
      ({ name, schema, required }) => [key(name, required), this.#code(schema)] as const,
    );
    return record([['fields', record(fields)], ...others]);
  }

  #holdsNames(schema: JsonValue): boolean {
    const { type, anyOf, oneOf } = resolve(this.#document, schema);
    return type === 'object' || listOf(anyOf ?? oneOf).some((member) => this.#holdsNames(member));
  }

  /** The code of a schema: types by their names, a constant, or what is written in place. */
  #code(written: JsonValue): string {
    const name = schemaName(written);
    if (name === undefined) return this.#codeInPlace(written, false);
    const constant = `${name.charAt(0).toLowerCase()}${name.slice(1).replaceAll(/\W/g, '_')}Schema`;
    if (!this.#constants.has(constant)) {
      this.#constants.set(constant, undefined);
      const inner = this.#codeInPlace(resolve(this.#document, written), true);
      // Put behind those that it refers to.
      this.#constants.delete(constant);
      this.#constants.set(constant, inner);
    }
    const inner = this.#constants.get(constant);
    // A schema that contains itself is looked up when it is needed.
    if (inner === undefined) return `() => ${constant}`;
    return typesIn(inner) === undefined ? constant : inner;
  }

  #codeInPlace(written: JsonValue, isNamed: boolean): string {
    if (!isObject(written)) return asCode('any');
    const schema = written.$ref === undefined ? written : resolve(this.#document, written);
    const { anyOf, oneOf, ...around } = schema;
    const { type, allOf, enum: values, const: only } = around;
    if (Array.isArray(allOf)) return this.#codeInPlace(this.#merged(schema), isNamed);
    if (anyOf !== undefined || oneOf !== undefined) {
      const members = listOf(anyOf ?? oneOf);
      const whole = isObject(around.properties)
        ? members.map((member) => this.#within(around, member))
        : members;
      return this.#union(whole, schema);
    }
    if (Array.isArray(type))
      return this.#union(
        type.map((each) => ({ ...schema, type: each })),
        {},
      );
    if (schema['x-open-enum'] !== true) {
      const choices = only === undefined ? listOf(values) : [only];
      if (choices.length > 0 && choices.every(isWritable))
        return asCode(choices.map(choice(isNamed)).join('|'));
    }
    switch (type) {
      case 'object':
        return this.#object(schema);
      case 'array': {
        const size = limitsOf(schema);
        return record([
          ['items', this.#code(schema.items ?? {})],
          ...(size === '' ? [] : [['size', asCode(size)] as const]),
        ]);
      }
      case 'string':
        return textOf(schema);
      case 'integer':
      case 'number':
        return asCode(type + limitsOf(schema));
      case 'boolean':
      case 'null':
        return asCode(type);
      default:
        return asCode('any');
    }
  }

  #object(schema: JsonObject): string {
    const { properties, required, additionalProperties } = schema;
    if (isObject(properties)) {
      const fields = Object.entries(properties).map(([name, property]): [string, string] => [
        key(name, listOf(required).includes(name) && !this.#isTag(property)),
        this.#code(property),
      ]);
      return record([[isClosed(schema) ? 'only' : 'fields', record(fields)]]);
    }
    return isObject(additionalProperties) && Object.keys(additionalProperties).length > 0
      ? record([['values', this.#code(additionalProperties)]])
      : asCode('object');
  }

  /** Whether a property has one value, which is meant when it is left out: overlays require it for the sake of responses. */
  #isTag(property: JsonValue): boolean {
    const { const: only, enum: values, default: usual } = resolve(this.#document, property);
    return usual !== undefined && (only !== undefined || listOf(values).length === 1);
  }

  #union(members: readonly JsonValue[], { discriminator }: JsonObject): string {
    if (isObject(discriminator) && isObject(discriminator.mapping)) {
      const byTag = Object.entries(discriminator.mapping).map(([tag, $ref]): [string, string] => [
        tag,
        this.#code({ $ref }),
      ]);
      return record([
        ['tag', JSON.stringify(discriminator.propertyName)],
        ['members', record(byTag)],
      ]);
    }
    const codes = members.map((member) => this.#code(member));
    const types = codes.flatMap((code) => typesIn(code) ?? []);
    const rules = codes.filter((code) => typesIn(code) === undefined);
    const all = types.length > 0 ? [...rules, asCode(types.join('|'))] : rules;
    return all.length === 1 ? all[0]! : record([['anyOf', `[${all.join(', ')}]`]]);
  }

  /** A member of a union with the properties around the union, which are closed against others than its own. */
  #within(around: JsonObject, member: JsonValue): JsonObject {
    return { ...this.#merged({ allOf: [around, member] }), 'x-closed': isClosed(around) };
  }

  /** An object with the properties of all its parts. */
  #merged({ allOf, ...own }: JsonObject): JsonObject {
    const parts = [...listOf(allOf).map((part) => resolve(this.#document, part)), own].map((part) =>
      part.allOf === undefined ? part : this.#merged(part),
    );
    const whole: JsonObject = Object.assign({}, ...parts);
    if (parts.some(({ properties }) => properties !== undefined)) {
      const properties: JsonObject = Object.assign({}, ...parts.map((part) => part.properties));
      whole.properties = properties;
      whole.required = parts.flatMap(({ required }) => listOf(required));
      // A part is closed against the fields of the others, too, unless it has them itself.
      delete whole.additionalProperties;
      whole['x-closed'] = parts.some(
        (part) =>
          isClosed(part) &&
          Object.keys(properties).every((name) => isObject(part.properties) && name in part.properties),
      );
    }
    return whole;
  }
}

const listOf = (list: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(list) ? list : []);

/** Whether other fields are refused. */
const isClosed = ({ additionalProperties, 'x-closed': closed }: JsonObject): boolean =>
  closed === true || additionalProperties === false;

const asCode = (types: string): string => JSON.stringify(types);

/** `string|null` of the code `'string|null'`; `undefined` for what is more than types by their names. */
const typesIn = (code: string | undefined): string | undefined =>
  code?.startsWith('"') === true ? (JSON.parse(code) as string) : undefined;

/** The name of a field, with a question mark where it may be left out. */
const key = (name: string, isRequired: boolean): string => (isRequired ? name : `${name}?`);

const record = (entries: readonly (readonly [string, string])[]): string =>
  `{ ${entries.map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(', ')} }`;

/** Values are told apart by a stroke. */
const isWritable = (value: JsonValue): boolean => !JSON.stringify(value).includes('|');

/** As the API's own server does: the enums that it knows have names, and a choice that is written in place is a literal. */
const choice =
  (isNamed: boolean) =>
  (value: JsonValue): string =>
    isNamed && typeof value === 'string' ? `#${value}` : JSON.stringify(value);

const limitsOf = (schema: JsonObject): string =>
  limits
    .flatMap(([sign, names]) =>
      names.flatMap((name) => (typeof schema[name] === 'number' ? sign + schema[name] : [])),
    )
    .join('');

function textOf(schema: JsonObject): string {
  const { format, pattern } = schema;
  if (format === 'binary') return asCode('file');
  if (expressionOf(pattern)) return record([['pattern', JSON.stringify(pattern)]]);
  return asCode(`string${limitsOf(schema)}${formats.includes(format ?? null) ? `:${String(format)}` : ''}`);
}
