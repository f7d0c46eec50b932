import { createHash } from 'node:crypto';

import { isObject, type JsonValue } from '../description/json.js';
import { nameOfRoute } from '../description/routes.js';
import { schemaName } from '../description/schema.js';
import { canonical } from './canonical.js';
import { overlap } from './compare-schemas.js';
import { namedUses, type Description } from './description.js';
import { shapeOf } from './shape.js';

/** How often schemas are compared by what they refer to: far enough for a renamed schema in a renamed schema. */
const rounds = 4;

/**
 * Which schema of one description is which of the other: those of one name, and those that were renamed.
 *
 * A schema was renamed if it is gone, and a new one is used in its place, or is the same in all but prose.
 */
export function pairSchemas(before: Description, after: Description): Map<string, string> {
  const names = new Map<string, string>();
  for (const name of before.schemas.keys()) if (after.schemas.has(name)) names.set(name, name);
  const removed = candidatesOf(before, (name) => !after.schemas.has(name));
  const added = candidatesOf(after, (name) => !before.schemas.has(name));
  // A pair tells where what is in it went, so each round may find more.
  while (pairByPlace(removed, added, names));
  pairByContent(removed, added, names);
  while (pairByPlace(removed, added, names));
  return names;
}

/** A schema that is in one of the descriptions only. */
interface Candidate {
  readonly name: string;
  readonly content: string;
  readonly type: string | undefined;
  /** Names of its properties, its values, its members. */
  readonly parts: readonly string[];
  readonly uses: readonly PlaceOfUse[];
}

function candidatesOf(description: Description, isOpen: (name: string) => boolean): Set<Candidate> {
  const open = [...description.schemas.keys()].filter(isOpen);
  if (open.length === 0) return new Set();
  const contents = contentsOf(description, open);
  const uses = usesOf(description, open);
  return new Set(
    open.map((name) => {
      const {
        type,
        properties,
        values = [],
        alternatives,
      } = shapeOf(description, description.schemas.get(name)!);
      const parts = [...properties.keys(), ...values.map(canonical), ...alternatives.map(canonical)];
      return { name, content: contents.get(name)!, type, parts, uses: uses.get(name)! };
    }),
  );
}

/** Pair what is used in the same places and is alike, the likest first; what is paired is taken out. */
function pairByPlace(removed: Set<Candidate>, added: Set<Candidate>, names: Map<string, string>): boolean {
  const byPlace = new Map<string, Set<Candidate>>();
  for (const candidate of added) {
    for (const use of candidate.uses) {
      const place = placeOf(use);
      byPlace.set(place, (byPlace.get(place) ?? new Set()).add(candidate));
    }
  }
  const pairs = [...removed].flatMap((candidate) => {
    const places = candidate.uses.map((use) => placeOf(use, names));
    const others = new Set(places.flatMap((place) => [...(byPlace.get(place) ?? [])]));
    return [...others].map((other) => {
      const isUsedAlike = isSameSet(
        places,
        other.uses.map((use) => placeOf(use)),
      );
      return { candidate, other, likeness: likeness(candidate, other), enough: isUsedAlike ? 1 / 3 : 0.5 };
    });
  });
  const likely = pairs
    .filter((pair) => pair.likeness >= pair.enough)
    .toSorted((a, b) => b.likeness - a.likeness);
  const count = names.size;
  for (const { candidate, other } of likely) {
    if (!removed.has(candidate) || !added.has(other)) continue;
    names.set(candidate.name, other.name);
    removed.delete(candidate);
    added.delete(other);
  }
  return names.size > count;
}

const isSameSet = (a: readonly string[], b: readonly string[]): boolean => {
  const [left, right] = [new Set(a), new Set(b)];
  return left.size === right.size && [...left].every((item) => right.has(item));
};

/** Pair what is the same wherever it is used, but for what is so small that it proves nothing. */
function pairByContent(removed: Set<Candidate>, added: Set<Candidate>, names: Map<string, string>): void {
  const byContent = new Map<string, Candidate[]>();
  for (const candidate of added) {
    if (candidate.parts.length >= 3) {
      byContent.set(candidate.content, [...(byContent.get(candidate.content) ?? []), candidate]);
    }
  }
  for (const candidate of removed) {
    const other = byContent.get(candidate.content)?.shift();
    if (other === undefined) continue;
    names.set(candidate.name, other.name);
    removed.delete(candidate);
    added.delete(other);
  }
}

/** From 0 to 1 for schemas that share some of their parts, and 2 for the same in all but prose. */
function likeness(a: Candidate, b: Candidate): number {
  if (a.content === b.content) return 2;
  return a.type === b.type && a.parts.length > 0 ? overlap(a.parts, b.parts) : 0;
}

/** What each schema says in all but prose; instead of the names that are gone or new, what these schemas say. */
function contentsOf(description: Description, names: readonly string[]): Map<string, string> {
  let contents = new Map(names.map((name) => [name, '']));
  for (let round = 0; round < rounds; round++) {
    contents = new Map(
      names.map((name) => {
        const text = canonical(withoutProse(description.schemas.get(name)!, contents));
        return [name, createHash('sha256').update(text).digest('hex')];
      }),
    );
  }
  return contents;
}

/** What people read, and a discriminator, which names schemas in plain text. */
const prose = new Set([
  'title',
  'description',
  'summary',
  'example',
  'examples',
  '$comment',
  'discriminator',
]);
const unordered = new Set(['required', 'enum', 'anyOf', 'oneOf', 'allOf', 'type']);

function withoutProse(
  value: JsonValue,
  contents: ReadonlyMap<string, string>,
  holdsNames = false,
): JsonValue {
  if (Array.isArray(value)) return value.map((item) => withoutProse(item, contents));
  if (!isObject(value)) return value;
  const content = contents.get(schemaName(value) ?? '');
  const entries = Object.entries(value)
    .filter(([key]) => holdsNames || !prose.has(key))
    .map(([key, item]) => {
      if (key === '$ref' && content !== undefined) return [key, content] as const;
      const bare = withoutProse(item, contents, key === 'properties' && !holdsNames);
      const sorted = Array.isArray(bare) && unordered.has(key) ? bare.map(canonical).toSorted() : bare;
      return [key, sorted] as const;
    });
  return Object.fromEntries(entries);
}

interface PlaceOfUse {
  /** The operation, or the schema, that names it. */
  readonly owner: string;
  readonly path: string;
}

/** A place in terms of the description after, as far as it is known what is what. */
const placeOf = ({ owner, path }: PlaceOfUse, names?: ReadonlyMap<string, string>): string =>
  `${names?.get(owner) ?? owner} ${path}`;

function usesOf(description: Description, wanted: readonly string[]): Map<string, PlaceOfUse[]> {
  const uses = new Map(wanted.map((name) => [name, [] as PlaceOfUse[]]));
  const collect = (owner: string, part: JsonValue): void => {
    for (const { name, path } of namedUses(description.document, part)) uses.get(name)?.push({ owner, path });
  };
  for (const route of description.routes) {
    collect(nameOfRoute(route), { ...route.definition, parameters: [...route.parameters] });
  }
  for (const [name, schema] of description.schemas) collect(name, schema);
  return uses;
}
