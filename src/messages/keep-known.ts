import type { Part, PlainPart } from '../../generated/message-fields.gen.js';
import { isRecord } from '../internal/is-record.js';

/**
 * A copy of a value with only the fields that a request may have, in the order of the description. It omits `null` where a
 * request may not have it, values of another type, and objects that a request may not contain: those of an unknown kind, or
 * without a required field.
 *
 * @returns `undefined` if nothing remains.
 */
export function keepKnown(value: unknown, part: Part): unknown {
  if (value === null) return undefined;
  if (typeof part === 'string') return fits(value, part) ? value : undefined;
  if ('values' in part) return part.values.includes(value as string) ? value : undefined;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => keepKnown(item, part)).filter((item) => item !== undefined);
    return items.length > 0 ? items : undefined;
  }
  // Some fields that may be objects may also be a string.
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
    // The rest of the name is a primitive type.
    return Array.isArray(value) && value.every((item) => fits(item, part.slice(0, -2) as PlainPart));
  return part === 'integer' ? Number.isInteger(value) : typeof value === part;
}
