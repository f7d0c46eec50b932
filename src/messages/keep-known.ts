import type { Part, PlainPart } from '../../generated/message-fields.gen.js';
import { isRecord } from '../internal/is-record.js';

/**
 * A copy of a value with the fields that a request may have there, in the order of the description. What is `null` where
 * no request may have it is left out, and so is what has another type, and an object that a request cannot hold: one of
 * an unknown kind, or without what it must have.
 *
 * @returns `undefined` where nothing is left.
 */
export function keepKnown(value: unknown, part: Part): unknown {
  if (value === null) return undefined;
  if (typeof part === 'string') return fits(value, part) ? value : undefined;
  if ('values' in part) return part.values.includes(value as string) ? value : undefined;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => keepKnown(item, part)).filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  // Where there may be objects, some fields take a text as well.
  if (!isRecord(value)) return typeof value === 'string' ? value : undefined;
  if ('tag' in part) {
    const tag = String(value[part.tag]);
    return Object.hasOwn(part.members, tag) ? keepKnown(value, part.members[tag]!) : undefined;
  }
  const kept: Record<string, unknown> = {};
  for (const name in part.fields) {
    const isNull = value[name] === null && part.nullable?.includes(name) === true;
    const field = isNull ? null : keepKnown(value[name], part.fields[name]!);
    if (field !== undefined) kept[name] = field;
  }
  return part.required?.every((name) => name in kept) === false ? undefined : kept;
}

function fits(value: unknown, part: PlainPart): boolean {
  if (part === 'any') return value !== undefined;
  if (part.endsWith('[]'))
    // What is left of the name is that of a plain type.
    return Array.isArray(value) && value.every((item) => fits(item, part.slice(0, -2) as PlainPart));
  return part === 'integer' ? Number.isInteger(value) : typeof value === part;
}
