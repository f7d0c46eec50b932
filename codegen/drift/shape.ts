import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { schemaName } from '../description/schema.js';
import { isSame } from './canonical.js';
import { brokenReference, follow, type Description } from './description.js';

/**
 * What a schema says, however it says it.
 *
 * `nullable: true`, `type: [x, 'null']` and `anyOf: [x, { type: 'null' }]` have one shape; so have `const: a`
 * and `enum: [a]`, and a schema with and without an `allOf` or `anyOf` of one member around it.
 */
export interface Shape {
  /** The named schema that it is, if it is nothing else. */
  readonly reference: string | undefined;
  /** Named schemas that it extends with what it says itself. */
  readonly bases: readonly string[];
  /** What a `$ref` said that leads nowhere. */
  readonly broken: string | undefined;
  readonly nullable: boolean;
  readonly type: string | undefined;
  /** Two or more schemas of which a value has one; or none. */
  readonly alternatives: readonly JsonValue[];
  /** What the value is one of, without null. */
  readonly values: readonly JsonValue[] | undefined;
  readonly properties: ReadonlyMap<string, JsonValue>;
  readonly required: ReadonlySet<string>;
  /** What the first items are, one by one. */
  readonly prefix: readonly JsonValue[];
  /** What the items are, or those behind them. */
  readonly items: JsonValue | undefined;
  /** Properties of other names: `false` for none, `undefined` for any. */
  readonly others: JsonValue | undefined;
  /** The rest. */
  readonly keywords: ReadonlyMap<string, JsonValue>;
}

export function shapeOf(description: Description, value: JsonValue): Shape {
  return new ShapeBuilder(description, new Set()).absorb(value).build();
}

/** The shape with what some of the named schemas say that it is or extends, in place of their names. */
export function expand(
  description: Description,
  shape: Shape,
  isToExpand: (name: string) => boolean = () => true,
): Shape {
  const names = shape.reference === undefined ? shape.bases : [shape.reference];
  const toExpand = names.filter(isToExpand);
  if (toExpand.length === 0) return shape;
  const builder = new ShapeBuilder(description, new Set(toExpand)).start(shape);
  for (const name of toExpand) builder.absorb(description.schemas.get(name)!);
  return expand(description, builder.build(), (name) => !toExpand.includes(name) && isToExpand(name));
}

/** Whether the schema allows any value whatever. */
export const isAnything = (shape: Shape): boolean =>
  shape.reference === undefined &&
  shape.bases.length === 0 &&
  shape.broken === undefined &&
  shape.type === undefined &&
  shape.values === undefined &&
  shape.alternatives.length === 0;

/** Whether the value is always the same one. */
export const isConstant = ({ values }: Shape): boolean => values?.length === 1;

/** How a shape reads in a sentence: `string | null`, `TextChunk[]`. */
export function spell(description: Description, shape: Shape): string {
  const type = spellType(description, shape);
  return shape.nullable ? `${type} | null` : type;
}

function spellType(description: Description, shape: Shape): string {
  const { reference, bases, broken, alternatives, values, type, items } = shape;
  if (broken !== undefined) return broken;
  if (reference !== undefined) return reference;
  if (alternatives.length > 0) {
    return [...new Set(alternatives.map((member) => spell(description, shapeOf(description, member))))].join(
      ' | ',
    );
  }
  if (values) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (bases.length > 0) return `${bases.join(' & ')} & object`;
  if (type === 'array' && items !== undefined) {
    const item = spell(description, shapeOf(description, items));
    return item.includes(' ') ? `(${item})[]` : `${item}[]`;
  }
  if (isBinary(shape)) return 'binary';
  return type ?? 'anything';
}

export const isBinary = ({ keywords }: Shape): boolean =>
  keywords.get('format') === 'binary' ||
  (keywords.get('contentMediaType') === 'application/octet-stream' && !keywords.has('contentEncoding'));

class ShapeBuilder {
  private names: string[] = [];
  private broken: string | undefined;
  private nullable = false;
  private type: string | undefined;
  private alternatives: JsonValue[] = [];
  private values: JsonValue[] | undefined;
  private readonly properties = new Map<string, JsonValue>();
  private readonly required = new Set<string>();
  private prefix: readonly JsonValue[] = [];
  private items: JsonValue | undefined;
  private others: JsonValue | undefined;
  private readonly keywords = new Map<string, JsonValue>();
  private readonly absorbed = new Set<JsonValue>();

  private readonly description: Description;
  private readonly expanded: ReadonlySet<string>;

  /** @param expanded - The names that are not kept as such. */
  constructor(description: Description, expanded: ReadonlySet<string>) {
    this.description = description;
    this.expanded = expanded;
  }

  start(shape: Shape): this {
    this.names = [...shape.bases].filter((name) => !this.expanded.has(name));
    this.broken = shape.broken;
    this.nullable = shape.nullable;
    this.type = shape.type;
    this.alternatives = [...shape.alternatives];
    this.values = shape.values && [...shape.values];
    for (const [name, property] of shape.properties) this.properties.set(name, property);
    for (const name of shape.required) this.required.add(name);
    this.prefix = shape.prefix;
    this.items = shape.items;
    this.others = shape.others;
    for (const [key, value] of shape.keywords) this.keywords.set(key, value);
    return this;
  }

  absorb(schema: JsonValue): this {
    if (schema === false) this.type ??= 'never';
    // A schema that is part of itself says nothing new the second time.
    if (!isObject(schema) || this.absorbed.has(schema)) return this;
    this.absorbed.add(schema);
    const {
      $ref,
      $defs: _,
      nullable,
      type,
      enum: values,
      const: constant,
      anyOf,
      oneOf,
      allOf,
      ...own
    } = schema;
    const { properties, required, prefixItems, items, additionalProperties, ...others } = own;
    const { [brokenReference]: broken, ...rest } = others;

    if (typeof $ref === 'string') this.refer(schema, $ref);
    if (typeof broken === 'string') this.broken = broken;
    if (nullable === true) this.nullable = true;
    this.addTypes(type);
    if (constant !== undefined) this.addValues([constant]);
    if (Array.isArray(values)) this.addValues(values);
    for (const members of [anyOf, oneOf]) if (Array.isArray(members)) this.addUnion(members);
    if (Array.isArray(allOf)) for (const part of allOf) this.absorb(part);
    for (const [name, property] of entriesOf(properties)) this.addProperty(name, property);
    if (Array.isArray(required)) for (const name of required) this.required.add(String(name));
    if (Array.isArray(prefixItems) && this.prefix.length === 0) this.prefix = prefixItems;
    this.items ??= items;
    if (additionalProperties !== true && !isEmpty(additionalProperties)) this.others ??= additionalProperties;
    for (const [key, value] of Object.entries(rest)) this.addKeyword(key, value);
    return this;
  }

  private refer(schema: JsonObject, reference: string): void {
    const name = schemaName(schema);
    if (name === undefined) this.absorb(follow(this.description.document, reference)!);
    else if (!this.names.includes(name) && !this.expanded.has(name)) this.names.push(name);
  }

  private addTypes(type: JsonValue | undefined): void {
    const types = (Array.isArray(type) ? type : [type ?? []].flat()).map(String);
    if (types.includes('null')) this.nullable = true;
    const others = types.filter((name) => name !== 'null');
    if (others.length > 1) this.alternatives.push(...others.map((name) => ({ type: name })));
    else this.type ??= others[0] ?? (types.length > 0 ? 'null' : undefined);
  }

  private addValues(values: readonly JsonValue[]): void {
    if (values.includes(null)) this.nullable = true;
    const others = values.filter((value) => value !== null);
    this.values = this.values?.filter((value) => others.some((other) => isSame(value, other))) ?? others;
  }

  /** Two parts that speak of one property are both right. */
  private addProperty(name: string, property: JsonValue): void {
    const present = this.properties.get(name);
    const both =
      present === undefined || isSame(present, property) ? property : { allOf: [present, property] };
    this.properties.set(name, both);
  }

  private addUnion(members: readonly JsonValue[]): void {
    const all = members.flatMap(flatten);
    const others = all.filter((member) => !isNull(member));
    if (others.length < all.length) this.nullable = true;
    if (others.length === 1) this.absorb(others[0]!);
    else this.alternatives.push(...others);
  }

  /** What is said twice, around a schema and in it, is kept twice. */
  private addKeyword(key: string, value: JsonValue): void {
    const present = this.keywords.get(key);
    if (present === undefined) this.keywords.set(key, value);
    else if (!isSame(present, value)) this.keywords.set(key, [present, value]);
  }

  build(): Shape {
    const { names, broken, nullable, alternatives, values, properties, required } = this;
    const { prefix, items, others, keywords } = this;
    const isPlain =
      properties.size + required.size + alternatives.length + prefix.length === 0 &&
      values === undefined &&
      items === undefined;
    const [only] = names.length === 1 && isPlain ? names : [];
    return {
      reference: only,
      bases: only === undefined ? names : [],
      broken,
      nullable,
      type: only === undefined ? (this.type ?? this.impliedType()) : undefined,
      alternatives,
      values,
      properties,
      required,
      prefix,
      items,
      others,
      keywords,
    };
  }

  private impliedType(): string | undefined {
    const [value] = this.values ?? [];
    if (value !== undefined) return typeof value === 'object' ? undefined : typeof value;
    if (this.items !== undefined || this.prefix.length > 0) return 'array';
    return this.properties.size > 0 || this.others !== undefined ? 'object' : undefined;
  }
}

/** A union straight inside another one is part of it. */
function flatten(member: JsonValue): JsonValue[] {
  if (!isObject(member) || Object.keys(member).length !== 1) return [member];
  const inner = member.anyOf ?? member.oneOf;
  return Array.isArray(inner) ? inner.flatMap(flatten) : [member];
}

const isNull = (member: JsonValue): boolean =>
  isObject(member) &&
  (member.type === 'null' ||
    member.const === null ||
    (Array.isArray(member.enum) && member.enum.every((value) => value === null)));

const entriesOf = (value: JsonValue | undefined): [string, JsonValue][] =>
  Object.entries(isObject(value) ? value : {});

const isEmpty = (value: JsonValue | undefined): boolean => isObject(value) && Object.keys(value).length === 0;
