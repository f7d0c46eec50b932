import { isDeepStrictEqual } from 'node:util';

import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { visit } from '../description/visit.js';
import type { Repair } from './repair.js';

/**
 * Say once what a schema says twice: members of a union that are the same, values of an enum that are the same, and what
 * any value may be by one member of an `anyOf`, whatever the other members say.
 */
export function simplify(document: JsonObject): Repair[] {
  const repairs: Repair[] = [];
  visit(document, (node, path) => {
    if (Array.isArray(node.enum)) {
      const values = distinct(node.enum);
      if (values.length < node.enum.length) repairs.push(`${path}.enum: a value stands there twice`);
      node.enum = values;
    }
    for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
      const members = node[keyword];
      if (!Array.isArray(members)) continue;
      const others = distinct(members);
      if (others.length < members.length) repairs.push(`${path}.${keyword}: a member stands there twice`);
      node[keyword] = others;
    }
    if (Array.isArray(node.anyOf) && node.anyOf.some(isAnything)) {
      repairs.push(`${path}.anyOf: one member is any value, so the union is`);
      delete node.anyOf;
    }
  });
  return repairs;
}

const distinct = (values: readonly JsonValue[]): JsonValue[] =>
  values.filter((value, index) => values.findIndex((other) => isDeepStrictEqual(other, value)) === index);

const isAnything = (member: JsonValue): boolean =>
  isObject(member) && Object.keys(member).every((key) => key === 'description' || key === 'title');
