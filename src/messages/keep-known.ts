import type { Part } from '../../generated/message-fields.gen.js';
import { isRecord } from '../internal/is-record.js';

/**
 * A copy of a value with the fields that a request may have there, in the order of the description. What is `null`
 * where no request may have it is left out, and so is an object that a request cannot hold: one of an unknown type, or without what it must have.
 *
 * @returns `undefined` where nothing is left.
 */
export function keepKnown(value: unknown, part: Part): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value))
    return value.map((item: unknown) => keepKnown(item, part)).filter((item) => item !== undefined);
  if (part === 1 || !isRecord(value)) return value;
  if ('tag' in part) {
    const tag = String(value[part.tag]);
    return Object.hasOwn(part.members, tag) ? keepKnown(value, part.members[tag]!) : undefined;
  }
  const kept: Record<string, unknown> = {};
  for (const name in part.fields) {
    const field =
      value[name] === null && part.nullable?.includes(name)
        ? null
        : keepKnown(value[name], part.fields[name]!);
    if (field !== undefined) kept[name] = field;
  }
  return part.required?.every((name) => name in kept) === false ? undefined : kept;
}
