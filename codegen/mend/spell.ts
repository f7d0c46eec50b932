import type { JsonObject, JsonValue } from '../json.js';
import { walk } from '../walk.js';
import type { Repair } from './repair.js';

/** Names of types that JSON Schema does not have, and what people mean by them. */
const meantTypes: Readonly<Record<string, string>> = {
  bool: 'boolean',
  int: 'integer',
  float: 'number',
  double: 'number',
  str: 'string',
  list: 'array',
  dict: 'object',
  none: 'null',
};

/**
 * Write in OpenAPI 3.1 what a description says in an older or a made-up spelling: `nullable`, `type: bool`, a
 * `required` that is no list.
 */
export function spell(document: JsonObject): Repair[] {
  const repairs: Repair[] = [];
  walk(document, (node, path) => {
    const meant = typeof node.type === 'string' ? meantTypes[node.type.toLowerCase()] : undefined;
    if (meant !== undefined && node.type !== meant && isSchemaPath(path)) {
      repairs.push(`${path}: \`type: ${String(node.type)}\` is no type; it was meant to be \`${meant}\``);
      node.type = meant;
    }
    if ('nullable' in node && isSchemaPath(path)) {
      if (node.nullable === true) {
        allowNull(node);
        repairs.push(`${path}: \`nullable\` is OpenAPI 3.0; null is one of its types now`);
      }
      delete node.nullable;
    }
    if (typeof node.required === 'boolean' && isSchemaPath(path)) {
      repairs.push(`${path}: \`required\` of a schema is a list of names; ${node.required} says nothing`);
      delete node.required;
    }
  });
  return repairs;
}

/** Where schemas are: elsewhere, `type` and `required` mean other things, and `nullable` may be a name. */
const isSchemaPath = (path: string): boolean =>
  /(\.schema|\.schemas\.\w+|\.schemas\[[^\]]*\]|\.items|\.additionalProperties|\.(oneOf|anyOf|allOf)\[\d+\]|\.properties(\.\w+|\[[^\]]*\]))$/.test(
    path,
  );

function allowNull(schema: JsonObject): void {
  if (Array.isArray(schema.enum) && !schema.enum.includes(null)) schema.enum.push(null);
  if (typeof schema.type === 'string') schema.type = [schema.type, 'null'];
  if (schema.type !== undefined) return;
  const { $ref, oneOf, anyOf, allOf } = schema;
  const nothing: JsonObject = { type: 'null' };
  if (Array.isArray(anyOf)) anyOf.push(nothing);
  else if (Array.isArray(oneOf)) oneOf.push(nothing);
  else if ($ref !== undefined || allOf !== undefined) schema.anyOf = [take(schema, '$ref', 'allOf'), nothing];
}

function take(schema: JsonObject, ...names: readonly string[]): JsonObject {
  const taken: JsonObject = {};
  for (const name of names) {
    const value: JsonValue | undefined = schema[name];
    if (value === undefined) continue;
    taken[name] = value;
    delete schema[name];
  }
  return taken;
}
