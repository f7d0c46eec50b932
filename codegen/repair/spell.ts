import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { holdsNames, visit } from '../description/visit.js';
import type { Repair } from './repair.js';

/** Names of types that JSON Schema does not have, and what people mean by them. */
const meantTypes = new Map(
  Object.entries({
    bool: 'boolean',
    int: 'integer',
    float: 'number',
    double: 'number',
    str: 'string',
    list: 'array',
    dict: 'object',
    none: 'null',
  }),
);

/**
 * Write in OpenAPI 3.1 what a description says in an older or a made-up spelling: `nullable`, `type: bool`, a
 * `required` that is no list; and as objects the schemas that are `true` or `false`.
 */
export function spell(document: JsonObject): Repair[] {
  const repairs: Repair[] = [];
  visit(document, (node, path) => {
    writeBooleans(node, path);
    const meant = typeof node.type === 'string' ? meantTypes.get(node.type.toLowerCase()) : undefined;
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

/** Says nothing to people, so it is not reported: every reader of schemas expects an object. */
function writeBooleans(node: JsonObject, path: string): void {
  const holdsSchemas = path.endsWith('.properties') && holdsNames(path);
  for (const [key, child] of Object.entries(node)) {
    if (typeof child === 'boolean' && (holdsSchemas || schemaKeywords.has(key))) node[key] = schemaOf(child);
    if (Array.isArray(child) && listKeywords.has(key))
      node[key] = child.map((member) => (typeof member === 'boolean' ? schemaOf(member) : member));
  }
}

const schemaKeywords = new Set(['items', 'not', 'contains', 'schema']);
const listKeywords = new Set(['oneOf', 'anyOf', 'allOf']);

const schemaOf = (allows: boolean): JsonObject => (allows ? {} : { not: {} });

/** Where schemas are: elsewhere, `type` and `required` mean other things, and `nullable` may be a name. */
const isSchemaPath = (path: string): boolean => schemaPath.test(path) && !holdsNames(path);

const schemaPath =
  /(\.(schema|items|contains|not|additionalProperties|unevaluatedProperties)|\.(schemas|properties|patternProperties)(\.\w+|\['([^'\\]|\\.)*'\])|\.(oneOf|anyOf|allOf|prefixItems)\[\d+\])$/;

/** Every keyword that would refuse null lets it through. */
function allowNull(schema: JsonObject): void {
  const { $ref, allOf } = schema;
  if (schema.const !== undefined) {
    schema.enum = [schema.const];
    delete schema.const;
  }
  if (Array.isArray(schema.enum) && !schema.enum.includes(null)) schema.enum.push(null);
  if ($ref !== undefined || allOf !== undefined) {
    schema.anyOf = [take(schema, '$ref', 'allOf', 'oneOf', 'anyOf')];
  }
  for (const members of [schema.anyOf, schema.oneOf]) {
    if (Array.isArray(members) && !members.some(isNull)) members.push({ type: 'null' });
  }
  const types = [typeOf(schema)].flat().filter((type) => type !== undefined);
  if (types.length > 0 && !types.includes('null')) schema.type = [...types, 'null'];
}

const isNull = (member: JsonValue): boolean => isObject(member) && member.type === 'null';

/** Generators take a schema with properties for an object, whether it says so or not. */
const typeOf = ({ type, properties }: JsonObject): JsonValue | undefined =>
  type ?? (properties === undefined ? undefined : 'object');

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
