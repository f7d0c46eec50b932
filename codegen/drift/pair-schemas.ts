import { createHash } from 'node:crypto';

import { isObject, type JsonValue } from '../json.js';
import { schemaName } from '../schema.js';
import { canonical } from './canonical.js';
import { overlap } from './compare-schemas.js';
import { namedUses, routeKey, type Description } from './description.js';
import { shapeOf, type Shape } from './shape.js';

/** How often schemas are compared by what they refer to: far enough for a renamed schema in a renamed schema. */
const rounds = 4;

/**
 * Which schema of one description is which of the other: those of one name, and those that were renamed.
 *
 * A schema was renamed if it is gone, and a new one is used in its place, or is the same in all but prose.
 */
export function pairSchemas(before: Description, after: Description): Map<string, string> {
  const names = new Map(
    [...before.schemas.keys()].filter((name) => after.schemas.has(name)).map((name) => [name, name]),
  );
  const removed = [...before.schemas.keys()].filter((name) => !after.schemas.has(name));
  const added = [...after.schemas.keys()].filter((name) => !before.schemas.has(name));
  if (removed.length === 0 || added.length === 0) return names;

  const contentBefore = contentsOf(before, removed);
  const contentAfter = contentsOf(after, added);
  const [usesBefore, usesAfter] = [usesOf(before, new Set(removed)), usesOf(after, new Set(added))];
  // A pair tells where what is in it went, so each round may find more.
  for (let found = 1; found > 0;) {
    const taken = new Set(names.values());
    const open = added.filter((name) => !taken.has(name));
    const candidates = removed
      .filter((name) => !names.has(name))
      .flatMap((name) => {
        const places = new Set([...usesBefore.get(name)!].map((use) => placeOf(use, names)));
        return open.map((other) => ({
          name,
          other,
          likeness: likeness({
            isSame: contentBefore.get(name) === contentAfter.get(other),
            sharesPlace: [...usesAfter.get(other)!].some((use) => places.has(placeOf(use))),
            a: () => shapeOf(before, before.schemas.get(name)!),
            b: () => shapeOf(after, after.schemas.get(other)!),
          }),
        }));
      })
      .filter((candidate) => candidate.likeness > 0)
      .toSorted((a, b) => b.likeness - a.likeness);
    found = 0;
    for (const { name, other } of candidates) {
      if (names.has(name) || taken.has(other)) continue;
      names.set(name, other);
      taken.add(other);
      found += 1;
    }
  }
  return names;
}

/** From 0, for two different schemas, to 3. */
function likeness(evidence: { isSame: boolean; sharesPlace: boolean; a(): Shape; b(): Shape }): number {
  if (!evidence.isSame && !evidence.sharesPlace) return 0;
  const [a, b] = [evidence.a(), evidence.b()];
  // Many a schema is a plain string, or holds an id: that alone proves nothing.
  if (evidence.isSame) return evidence.sharesPlace ? 3 : namesIn(a).length >= 3 ? 2 : 0;
  if (a.type !== b.type || namesIn(a).length === 0) return 0;
  const shared = overlap(namesIn(a), namesIn(b));
  return shared >= 0.5 ? shared : 0;
}

const namesIn = ({ properties, values, alternatives }: Shape): string[] => [
  ...properties.keys(),
  ...(values ?? []).map(canonical),
  ...alternatives.map(canonical),
];

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

const prose = new Set(['title', 'description', 'summary', 'example', 'examples', '$comment']);
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

function usesOf(description: Description, wanted: ReadonlySet<string>): Map<string, Set<PlaceOfUse>> {
  const uses = new Map([...wanted].map((name) => [name, new Set<PlaceOfUse>()]));
  const collect = (owner: string, part: JsonValue): void => {
    for (const { name, path } of namedUses(description.document, part)) uses.get(name)?.add({ owner, path });
  };
  for (const route of description.routes) {
    collect(routeKey(route), { ...route.definition, parameters: [...route.parameters] });
  }
  for (const [name, schema] of description.schemas) collect(name, schema);
  return uses;
}
