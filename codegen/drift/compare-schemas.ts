import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { schemaName } from '../description/schema.js';
import { isSame } from './canonical.js';
import { compareKeywords } from './compare-keywords.js';
import type { Description } from './description.js';
import { code, type Finding } from './finding.js';
import type { Kind } from './rules.js';
import { expand, isAnything, isBinary, isConstant, shapeOf, spell, type Shape } from './shape.js';

/** Two descriptions, and which schema of the one is which of the other. */
export interface Pairing {
  readonly before: Description;
  readonly after: Description;
  /** From the name before to the name after. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * How schemas of two descriptions differ.
 *
 * Schemas that are paired by name are compared on their own, once: where both sides refer to such a pair, the
 * comparison ends. So it follows no recursion, and costs what the descriptions are long.
 */
export class SchemaComparison {
  private readonly replaced = new Map<string, readonly Finding[]>();

  private readonly pairing: Pairing;

  constructor(pairing: Pairing) {
    this.pairing = pairing;
  }

  compare(before: JsonValue, after: JsonValue, place = ''): Finding[] {
    const { pairing } = this;
    return this.compareShapes(shapeOf(pairing.before, before), shapeOf(pairing.after, after), place);
  }

  private compareShapes(before: Shape, after: Shape, place: string): Finding[] {
    const { names } = this.pairing;
    const [a, b] = [before.reference, after.reference];
    if (a !== undefined && b !== undefined) {
      const own = [...compareNull(before, after, place), ...this.compareKeywords(before, after, place)];
      return names.get(a) === b ? own : [...own, ...this.replace(a, b, place)];
    }
    if (a !== undefined || b !== undefined) {
      return this.compareShapes(
        expand(this.pairing.before, before, (name) => name === a),
        expand(this.pairing.after, after, (name) => name === b),
        place,
      );
    }
    if (before.broken !== undefined || after.broken !== undefined) return compareBroken(before, after, place);
    if (isAnything(before) || isAnything(after)) return this.compareAnything(before, after, place);
    const isUnion = before.alternatives.length > 0 || after.alternatives.length > 0;
    return [
      ...compareNull(before, after, place),
      ...(isUnion ? this.compareUnions(before, after, place) : this.compareSingles(before, after, place)),
    ];
  }

  /** One named schema in place of another: how they differ is worked out once, and once within itself. */
  private replace(before: string, after: string, place: string): Finding[] {
    const key = JSON.stringify([before, after]);
    let inside = this.replaced.get(key);
    if (inside === undefined) {
      this.replaced.set(key, []);
      inside = this.compare(
        this.pairing.before.schemas.get(before) ?? {},
        this.pairing.after.schemas.get(after) ?? {},
      );
      this.replaced.set(key, inside);
    }
    return [{ kind: 'type-replaced', place, before: code(before), after: code(after), inside }];
  }

  private compareKeywords(before: Shape, after: Shape, place: string): Finding[] {
    const keywords = new Map([...before.keywords].map(([key, value]) => [key, this.withNamesAfter(value)]));
    return compareKeywords({ ...before, keywords }, after, place);
  }

  /** A keyword that holds schemas refers to them by their names, as does the mapping of a discriminator. */
  private withNamesAfter(value: JsonValue): JsonValue {
    if (typeof value === 'string') {
      const name = this.pairing.names.get(schemaName({ $ref: value }) ?? '');
      return name === undefined ? value : `#/components/schemas/${name}`;
    }
    if (Array.isArray(value)) return value.map((item) => this.withNamesAfter(item));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, this.withNamesAfter(inner)]),
    ) as JsonObject;
  }

  private compareAnything(before: Shape, after: Shape, place: string): Finding[] {
    const keywords = this.compareKeywords(before, after, place);
    if (isAnything(before) === isAnything(after)) return keywords;
    const kind = isAnything(after) ? 'type-widened' : 'type-narrowed';
    return [...keywords, this.finding(kind, before, after, place)];
  }

  private compareSingles(before: Shape, after: Shape, place: string): Finding[] {
    const keywords = this.compareKeywords(before, after, place);
    const { type: a } = before;
    const { type: b } = after;
    const isNumber = (type: string | undefined) => type === 'number' || type === 'integer';
    if (a !== b && isNumber(a) && isNumber(b)) {
      const kind = b === 'number' ? 'fractions-allowed' : 'fractions-refused';
      return [...keywords, this.finding(kind, before, after, place), ...compareValues(before, after, place)];
    }
    const holdsProperties = ({ type, bases }: Shape) => type === 'object' || bases.length > 0;
    if (holdsProperties(before) && holdsProperties(after))
      return [...keywords, ...this.compareObjects(before, after, place)];
    if (a !== b) return [...keywords, this.finding('type-changed', before, after, place)];
    if (isBinary(before) !== isBinary(after)) {
      return [...keywords, this.finding('binary-changed', before, after, place)];
    }
    return [
      ...keywords,
      ...compareValues(before, after, place),
      ...(a === 'array' ? this.compareItems(before, after, place) : []),
    ];
  }

  private compareItems(before: Shape, after: Shape, place: string): Finding[] {
    const ones = Array.from({ length: Math.max(before.prefix.length, after.prefix.length) }, (_, index) => {
      const [a, b] = [before, after].map(({ prefix, items }) => prefix[index] ?? items ?? {});
      return this.compare(a!, b!, `${place}[${index}]`);
    });
    return [...ones.flat(), ...this.compare(before.items ?? {}, after.items ?? {}, `${place}[]`)];
  }

  private compareObjects(before: Shape, after: Shape, place: string): Finding[] {
    const { names, before: left, after: right } = this.pairing;
    const kept = before.bases.filter((name) => after.bases.includes(names.get(name) ?? ''));
    const keptAfter = kept.map((name) => names.get(name)!);
    // What the bases say that both sides extend is compared on its own; what it says only tells where the rest went.
    const [a, b] = [
      expand(left, before, (name) => !kept.includes(name)),
      expand(right, after, (name) => !keptAfter.includes(name)),
    ];
    const own = new Set([...a.properties.keys(), ...b.properties.keys(), ...a.required, ...b.required]);
    return [
      ...[...own].flatMap((name) =>
        this.compareProperty(
          propertyOf(name, a, expand(left, a)),
          propertyOf(name, b, expand(right, b)),
          place === '' ? name : `${place}.${name}`,
        ),
      ),
      ...this.compareOthers(a.others, b.others, place),
    ];
  }

  private compareProperty(before: Property, after: Property, place: string): Finding[] {
    const { before: left, after: right } = this.pairing;
    const [a, b] = [before.schema, after.schema];
    if (a === undefined && b !== undefined) {
      const shape = shapeOf(right, b);
      const kind = after.required ? 'required-property-added' : 'property-added';
      return [{ kind: isTag(after, right) ? 'tag-added' : kind, place, after: code(spell(right, shape)) }];
    }
    if (a !== undefined && b === undefined) return [{ kind: 'property-removed', place }];

    const differences = a === undefined || b === undefined ? [] : this.compare(a, b, place);
    if (before.required === after.required) return differences;
    if (isTag(before, left) && isTag(after, right)) {
      const spellNeed = ({ required }: Property) => (required ? 'required' : 'optional');
      const [was, is] = [spellNeed(before), spellNeed(after)];
      return [{ kind: 'tag-requirement-changed', place, before: was, after: is }, ...differences];
    }
    return [{ kind: after.required ? 'property-required' : 'property-optional', place }, ...differences];
  }

  private compareOthers(
    before: JsonValue | undefined,
    after: JsonValue | undefined,
    place: string,
  ): Finding[] {
    if (isSame(before, after)) return [];
    if (after === false) return [{ kind: 'other-properties-refused', place }];
    if (before === false) return [{ kind: 'other-properties-allowed', place }];
    return this.compare(before ?? {}, after ?? {}, place === '' ? '*' : `${place}.*`);
  }

  /** Members have no names and no order: each is matched with the one that it most probably was. */
  private compareUnions(before: Shape, after: Shape, place: string): Finding[] {
    const [removed, added] = [this.membersOf(before, 'before'), this.membersOf(after, 'after')];
    // What a union says of itself; a single type's constraints are its own, and go with it.
    const findings = this.compareKeywords(withoutConstraints(before), withoutConstraints(after), place);
    const wasUnion = removed.length > 1;
    if (wasUnion && added.length > 1) findings.push(...this.compareAround(before, after, place));
    const all = [[...removed], [...added]] as const;
    const tagged = wasUnion && shareTag([...removed, ...added]);
    for (const likeness of this.likenesses()) {
      for (const member of removed.slice()) {
        const scores = added.map((other) => likeness(member, other));
        const best = Math.max(0, ...scores);
        if (best === 0) continue;
        removed.splice(removed.indexOf(member), 1);
        const [match] = added.splice(scores.indexOf(best), 1);
        findings.push(...this.compareShapes(member.shape, match!.shape, place));
      }
    }
    const isFree = ({ whole }: Member, others: readonly Member[]) =>
      whole.values === undefined &&
      others.some((other) => other.whole.type === whole.type && other.whole.values);
    for (const member of removed) {
      findings.push(
        isFree(member, all[1])
          ? { kind: 'values-restricted', place, after: this.spellMembers(all[1], 'after') }
          : { kind: 'member-removed', place, before: this.spellMembers([member], 'before') },
      );
    }
    for (const member of added) {
      findings.push(
        isFree(member, all[0])
          ? { kind: 'values-freed', place, before: this.spellMembers(all[0], 'before') }
          : {
              kind: tagged ? 'tagged-member-added' : 'member-added',
              place,
              after: this.spellMembers([member], 'after'),
            },
      );
    }
    return findings;
  }

  /** Ways to tell that a member is what another one was, the surest first; 0 is no. */
  private likenesses(): ((a: Member, b: Member) => number)[] {
    const { names } = this.pairing;
    const isNamedSame = ({ shape: { reference } }: Member, b: Member) =>
      reference !== undefined && names.get(reference) === b.shape.reference;
    const isSameType = (a: Member, b: Member) => a.whole.type === b.whole.type;
    return [
      (a, b) => Number(isNamedSame(a, b)),
      (a, b) => Number(haveSameTag(a, b)),
      (a, b) => Number(isSameType(a, b) && this.compareShapes(a.shape, b.shape, '').length === 0),
      (a, b) => (isSameType(a, b) ? likenessOf(a, b) : 0),
    ];
  }

  /** What a union requires of all its members. */
  private compareAround(before: Shape, after: Shape, place: string): Finding[] {
    return [
      ...this.compareObjects(before, after, place),
      ...compareValues(before, after, place),
      ...(before.items === undefined && after.items === undefined
        ? []
        : this.compare(before.items ?? {}, after.items ?? {}, `${place}[]`)),
    ];
  }

  private membersOf(shape: Shape, side: 'before' | 'after'): Member[] {
    const description = this.pairing[side];
    const shapes =
      shape.alternatives.length > 0
        ? shape.alternatives.map((member) => shapeOf(description, member))
        : [{ ...shape, nullable: false, keywords: constraintsOf(shape) }];
    return shapes.map((member) => {
      const whole = expand(description, member);
      const tags = [...whole.properties].flatMap(([name, property]) => {
        const { values } = shapeOf(description, property);
        return values?.length === 1 ? [[name, values[0]!] as const] : [];
      });
      return { shape: member, whole, tags: new Map(tags) };
    });
  }

  private spellMembers(members: readonly Member[], side: 'before' | 'after'): string {
    return code(members.map(({ shape }) => spell(this.pairing[side], shape)).join(' | '));
  }

  private finding(kind: Kind, before: Shape, after: Shape, place: string): Finding {
    return {
      kind,
      place,
      before: code(spell(this.pairing.before, before)),
      after: code(spell(this.pairing.after, after)),
    };
  }
}

/** A member of a union: as it is written, with what its name stands for, and the constants among its properties. */
interface Member {
  readonly shape: Shape;
  readonly whole: Shape;
  readonly tags: ReadonlyMap<string, JsonValue>;
}

function haveSameTag(a: Member, b: Member): boolean {
  const shared = [...a.tags].filter(([name]) => b.tags.has(name));
  return shared.length > 0 && shared.every(([name, value]) => isSame(b.tags.get(name), value));
}

/** How much of two members of one type has the same names, if that is most of it; tags tell them apart for sure. */
function likenessOf(a: Member, b: Member): number {
  if (a.tags.size + b.tags.size > 0) return 0;
  if (a.whole.type !== 'object') return 1;
  const shared = overlap([...a.whole.properties.keys()], [...b.whole.properties.keys()]);
  return shared >= 0.5 ? shared : 0;
}

/** How much of two lists is in both, from 0 to 1. */
export function overlap(a: readonly string[], b: readonly string[]): number {
  const both = a.filter((name) => b.includes(name)).length;
  const all = a.length + b.length - both;
  return all === 0 ? 1 : both / all;
}

const shareTag = (members: readonly Member[]): boolean =>
  [...(members[0]?.tags.keys() ?? [])].some((name) => members.every(({ tags }) => tags.has(name)));

/** Properties that `overlays/` makes required wherever they are constant. */
const tagNames = new Set(['type', 'job_type', 'model_type']);

const isTag = ({ name, schema }: Property, description: Description): boolean =>
  tagNames.has(name) && schema !== undefined && isConstant(shapeOf(description, schema));

interface Property {
  readonly name: string;
  /** Missing where the property is only required, or not there at all. */
  readonly schema: JsonValue | undefined;
  readonly required: boolean;
}

/** A property as its object says it, or else as one of the object's bases does. */
const propertyOf = (name: string, object: Shape, whole: Shape): Property => ({
  name,
  schema: object.properties.get(name) ?? whole.properties.get(name),
  required: whole.required.has(name),
});

function compareNull(before: Shape, after: Shape, place: string): Finding[] {
  if (before.nullable === after.nullable) return [];
  return [{ kind: after.nullable ? 'null-allowed' : 'null-refused', place }];
}

function compareBroken(before: Shape, after: Shape, place: string): Finding[] {
  if (before.broken === after.broken) return [];
  return [
    after.broken === undefined
      ? { kind: 'reference-repaired', place, before: code(before.broken!) }
      : { kind: 'reference-broken', place, after: code(after.broken) },
  ];
}

function compareValues({ values: before }: Shape, { values: after }: Shape, place: string): Finding[] {
  const spellAll = (values: readonly JsonValue[]) =>
    values.map((value) => code(JSON.stringify(value))).join(', ');
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ kind: 'values-restricted', place, after: spellAll(after!) }];
  if (after === undefined) return [{ kind: 'values-freed', place, before: spellAll(before) }];
  const removed = before.filter((value) => !after.some((other) => isSame(value, other)));
  const added = after.filter((value) => !before.some((other) => isSame(value, other)));
  if (removed.length + added.length === 0) return [];
  if (before.length === 1 && after.length === 1) {
    return [{ kind: 'constant-changed', place, before: spellAll(before), after: spellAll(after) }];
  }
  if (before.length === 1 && removed.length === 0) {
    return [{ kind: 'constant-freed', place, before: spellAll(before), after: spellAll(after) }];
  }
  const findings: Finding[] = [];
  if (removed.length > 0) findings.push({ kind: 'enum-value-removed', place, before: spellAll(removed) });
  if (added.length > 0) findings.push({ kind: 'enum-value-added', place, after: spellAll(added) });
  return findings;
}

/** What is about a union as a whole, and not about one of its members. */
const aboutTheWhole = new Set(['default', 'deprecated', 'title', 'description', 'example', 'examples']);

const withoutConstraints = (shape: Shape): Shape =>
  shape.alternatives.length > 0
    ? shape
    : { ...shape, keywords: new Map([...shape.keywords].filter(([key]) => aboutTheWhole.has(key))) };

const constraintsOf = ({ keywords }: Shape): Map<string, JsonValue> =>
  new Map([...keywords].filter(([key]) => !aboutTheWhole.has(key)));
