import type { JsonValue } from '../description/json.js';
import { isSame } from './canonical.js';
import { code, type Finding } from './finding.js';
import type { Kind } from './rules.js';
import type { Shape } from './shape.js';

/** What bounds a value from below, with what stands for no bound; more is tighter. */
const lowerBounds = new Map([
  ['minimum', -Infinity],
  ['exclusiveMinimum', -Infinity],
  ['minLength', 0],
  ['minItems', 0],
  ['minProperties', 0],
]);

/** What bounds a value from above; less is tighter. */
const upperBounds = new Set(['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']);

/** What is a constraint when it is there. */
const conditions = new Set(['pattern', 'multipleOf', 'uniqueItems']);

const kinds = new Map<string, Kind>([
  ['format', 'format-changed'],
  ['contentMediaType', 'format-changed'],
  ['contentEncoding', 'format-changed'],
  ['readOnly', 'access-changed'],
  ['writeOnly', 'access-changed'],
  ['discriminator', 'discriminator-changed'],
]);

/** What people call a text. */
const texts = new Map([
  ['title', 'title'],
  ['summary', 'summary'],
  ['description', 'description'],
  ['$comment', 'comment'],
  ['example', 'example'],
  ['examples', 'examples'],
]);

/** Absent, and so nothing that one could notice, when they are false. */
const isFlag = (key: string): boolean => /^(deprecated|readOnly|writeOnly|uniqueItems|nullable)$/.test(key);

/** How two schemas differ in what is neither their type nor what they are made of. */
export function compareKeywords(before: Shape, after: Shape, place: string): Finding[] {
  const keys = new Set([...before.keywords.keys(), ...after.keywords.keys()]);
  return [...keys].flatMap((key) =>
    compareKeyword(key, before.keywords.get(key), after.keywords.get(key), place),
  );
}

/** How two objects that are no schemas differ in the keys that are not compared elsewhere. */
export function compareKeyword(
  key: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  place: string,
): Finding[] {
  if (isFlag(key)) {
    if ((before === true) === (after === true)) return [];
  } else if (isSame(before, after)) return [];
  if (lowerBounds.get(key) === 0 && (before ?? 0) === (after ?? 0)) return [];

  if (key === 'deprecated') return [{ kind: after === true ? 'deprecated' : 'no-longer-deprecated', place }];
  if (key === 'default') {
    const kind = before === undefined || after === undefined ? 'default-noted' : 'default-changed';
    return [{ kind, place, before: spell(before), after: spell(after) }];
  }
  const text = texts.get(key);
  if (text !== undefined) return [{ kind: 'text-changed', place, after: text }];
  const constraint = constraintKind(key, before, after);
  if (constraint) {
    return [{ kind: constraint, place, before: spell(before), after: `${code(key)} is ${spell(after)}` }];
  }
  const kind = kinds.get(key);
  if (kind === 'access-changed') {
    const named = (value: JsonValue | undefined) => (value === true ? code(key) : `not ${code(key)}`);
    return [{ kind, place, before: named(before), after: named(after) }];
  }
  if (kind) return [{ kind, place, before: spell(before), after: spell(after) }];
  return [{ kind: 'other-changed', place, after: code(key) }];
}

/** Keywords that no rule knows may refuse values, but for extensions and links, which nothing checks. */
const harmless = /^(x-.*|xml|externalDocs)$/;

function constraintKind(
  key: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): Kind | undefined {
  const none = lowerBounds.get(key) ?? Infinity;
  if (lowerBounds.has(key) || upperBounds.has(key)) {
    const [a, b] = [before ?? none, after ?? none];
    if (typeof a !== 'number' || typeof b !== 'number') return 'constraint-changed';
    return lowerBounds.has(key) === b > a ? 'constraint-tightened' : 'constraint-loosened';
  }
  if (conditions.has(key)) {
    if (before === undefined || before === false) return 'constraint-tightened';
    return after === undefined || after === false ? 'constraint-loosened' : 'constraint-changed';
  }
  return kinds.has(key) || harmless.test(key) ? undefined : 'constraint-changed';
}

const spell = (value: JsonValue | undefined): string =>
  value === undefined ? 'none' : code(shorten(JSON.stringify(value)));

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
