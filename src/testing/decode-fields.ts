import type { MockFields, MockSchema } from '../../generated/mock.gen.js';
import { parseOrKeep } from '../internal/parse-or-keep.js';

/** Texts of a path, a query or a form, by their names. */
type Texts = URLSearchParams | FormData;

/**
 * What was sent as text, as the values that it stands for: numbers, booleans, lists and objects. What cannot be read as its
 * type stays text, and files are files.
 *
 * @param schema - Of an object with these fields; without one, all is text.
 */
export function decodeFields(schema: MockSchema | undefined, texts: Texts): Record<string, unknown> {
  const fields = fieldsOf(schema);
  return Object.fromEntries(
    [...new Set(texts.keys())].map((name) => [
      name,
      decode(fields[name] ?? fields[`${name}?`] ?? 'string', texts.getAll(name)),
    ]),
  );
}

function fieldsOf(schema: MockSchema | undefined): MockFields {
  return typeof schema === 'object' ? (schema.only ?? schema.fields ?? {}) : {};
}

function decode(schema: MockSchema, values: readonly FormDataEntryValue[]): unknown {
  const members = membersOf(schema);
  const list = members.find((member) => typeof member === 'object' && member.items !== undefined);
  if (typeof list === 'object' && list.items !== undefined) {
    const { items } = list;
    return values.map((value) => decode(items, [value]));
  }
  const decoded = values.map((value) => (typeof value === 'string' ? decodeText(members, value) : value));
  return decoded.length > 1 ? decoded : decoded[0];
}

/** The types that a schema takes, each by its name, and rules. */
function membersOf(schema: MockSchema): readonly MockSchema[] {
  if (typeof schema === 'string') return schema.split('|');
  return (typeof schema === 'object' && schema.anyOf?.flatMap(membersOf)) || [schema];
}

function decodeText(members: readonly MockSchema[], text: string): unknown {
  const takes = (type: RegExp) => members.some((member) => typeof member === 'string' && type.test(member));
  if (takes(/^(integer|number)/) && /^[-+]?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (takes(/^(boolean|true|false)$/)) {
    if (/^(true|yes|on|1)$/i.test(text)) return true;
    if (/^(false|no|off|0)$/i.test(text)) return false;
  }
  const isObject = (member: MockSchema) =>
    typeof member === 'string'
      ? member === 'object'
      : typeof member === 'function' || member.pattern === undefined;
  return members.some(isObject) ? parseOrKeep(text) : text;
}
