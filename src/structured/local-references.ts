import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import type { JsonObject } from './schema.js';
import { atPath, mapSubschemas, type SchemaPath } from './subschemas.js';

/**
 * Rewrite the references of a schema to the only form that the API resolves: `#/$defs/name`, with the definitions at the root,
 * which itself is not a reference. Unused definitions are omitted, and so are `$schema` and `$id`, which the API refuses.
 *
 * @throws {ArgumentError} for a dangling reference, or one to another document.
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
    // Reserves its position among the definitions, before those that it refers to.
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

/** The root schema, with its own reference resolved. */
function startOf(root: JsonObject): JsonObject {
  const passed = new Set<string>();
  let start = root;
  while (typeof start.$ref === 'string' && !passed.has(start.$ref)) {
    passed.add(start.$ref);
    const target = resolve(root, start.$ref);
    if (!target) break;
    const { $ref: _, ...siblings } = start;
    start = { ...target, ...siblings };
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

/** Segments of a JSON Pointer in a fragment: RFC 6901, section 6. */
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
