import type { Part } from '../../generated/message-fields.gen.js';
import { isRecord } from '../internal/is-record.js';

/**
 * The fields of a value that a request may not have, as paths: `content[0].citations`. A field that is `null` counts; one
 * that is `undefined` is not sent.
 *
 * An object with an unknown discriminator is not checked: it may be newer than the description.
 */
export function unknownFields(value: unknown, part: Part, path = ''): string[] {
  if (Array.isArray(value))
    return value.flatMap((item: unknown, index) => unknownFields(item, part, `${path}[${index}]`));
  if (typeof part === 'string' || 'values' in part || !isRecord(value)) return [];
  if ('tag' in part) {
    const tag = String(value[part.tag]);
    return Object.hasOwn(part.members, tag) ? unknownFields(value, part.members[tag]!, path) : [];
  }
  return Object.entries(value).flatMap(([name, field]) => {
    const place = path === '' ? name : `${path}.${name}`;
    if (field === undefined) return [];
    return Object.hasOwn(part.fields, name) ? unknownFields(field, part.fields[name]!, place) : [place];
  });
}
