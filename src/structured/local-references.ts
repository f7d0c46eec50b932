import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import type { JsonObject } from './schema.js';
import { atPath, mapSubschemas, type SchemaPath } from './subschemas.js';

/**
 * Write a schema the one way in which the API finds what a reference means: `#/$defs/name`, with the definitions at
 * the root, and the root itself no reference. Definitions that nothing refers to are left out, and so are `$schema`
 * and `$id`, which the API refuses.
 *
 * @throws {ArgumentError} for a reference that leads nowhere, or out of the schema.
 */
export function withLocalReferences(root: JsonObject, place: string): JsonObject {
  const names = new Map<string, string>();
  const definitions: JsonObject = {};

  const define = (reference: string, path: SchemaPath): string => {
    const known = names.get(reference);
    if (known !== undefined) return known;
    const target = resolve(root, reference);
    if (!target)
      throw new ArgumentError(
        `${atPath(place, path)}: \`${reference}\` refers to nothing in this schema; references must lead to its own \`$defs\``,
      );
    const name = freeName(definitions, segmentsOf(reference).at(-1) ?? 'root');
    names.set(reference, name);
    // Its place among the definitions, before those that it refers to itself.
    definitions[name] = undefined;
    definitions[name] = rewrite(target, ['$defs', name]);
    return name;
  };

  const rewrite = (schema: JsonObject, path: SchemaPath): JsonObject => {
    const { $schema: _, $id: __, $defs: ___, definitions: ____, ...rest } = schema;
    const rewritten = mapSubschemas(rest, path, rewrite);
    if (typeof rest.$ref === 'string') rewritten.$ref = `#/$defs/${define(rest.$ref, path)}`;
    return rewritten;
  };

  const rewritten = rewrite(startOf(root), []);
  return Object.keys(definitions).length > 0 ? { ...rewritten, $defs: definitions } : rewritten;
}

/** What the root is, where that is said elsewhere in it. */
function startOf(root: JsonObject): JsonObject {
  const passed = new Set<string>();
  let start = root;
  while (typeof start.$ref === 'string' && !passed.has(start.$ref)) {
    passed.add(start.$ref);
    const target = resolve(root, start.$ref);
    if (!target) break;
    const { $ref: _, ...beside } = start;
    start = { ...target, ...beside };
  }
  return start;
}

function resolve(root: JsonObject, reference: string): JsonObject | undefined {
  if (reference !== '#' && !reference.startsWith('#/')) return undefined;
  let target: unknown = root;
  for (const segment of segmentsOf(reference)) {
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, segment)) return undefined;
    target = (target as JsonObject)[segment];
  }
  return isRecord(target) ? target : undefined;
}

/** Of a JSON Pointer in a fragment: RFC 6901, section 6. */
function segmentsOf(reference: string): string[] {
  return reference
    .split('/')
    .slice(1)
    .map((segment) => unescapePercent(segment).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function unescapePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function freeName(taken: JsonObject, wanted: string): string {
  const plain = wanted.replace(/[^\w-]/g, '_');
  let name = plain;
  for (let count = 2; Object.hasOwn(taken, name) || name === '__proto__'; count += 1)
    name = `${plain}_${count}`;
  return name;
}
