import type { MockFields, MockSchema } from '../../generated/mock.gen.js';
import { isRecord } from '../internal/is-record.js';

/** One thing that is wrong with a request, in the API's own words. */
export interface RequestFault {
  readonly type: string;
  /** Such as `['body', 'messages', 0, 'user', 'content']`: a member of a union that has a tag is named by it. */
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
}

type Place = RequestFault['loc'];

/**
 * Everything for which a schema refuses a value, in the words of pydantic, which checks requests for the API.
 *
 * Of a union without a tag, it is what is wrong with the members that come nearest. Their places lack what pydantic
 * adds, names of types of Python, of which the description knows nothing.
 */
export function checkValue(schema: MockSchema, value: unknown, loc: Place): RequestFault[] {
  if (typeof schema === 'function') return checkValue(schema(), value, loc);
  if (typeof schema === 'string') return checkTypes(schema.split('|'), value, loc);
  const { fields, only, values, items, size = '', anyOf, tag, members, pattern } = schema;
  if (anyOf !== undefined) return checkUnion(anyOf, value, loc);
  if (items !== undefined) {
    const wrong = checkType('list', size, value, loc);
    return [...wrong, ...listOf(value).flatMap((item, index) => checkValue(items, item, [...loc, index]))];
  }
  if (pattern !== undefined) {
    const wrong = checkType('string', '', value, loc);
    return wrong.length > 0 || new RegExp(pattern).test(String(value))
      ? wrong
      : fault('string_pattern_mismatch', `String should match pattern '${pattern}'`, value, loc);
  }
  const named = only ?? fields;
  if (!isRecord(value))
    return checkType(named === undefined && tag === undefined ? 'object' : 'model', '', value, loc);
  if (tag !== undefined && members !== undefined) return checkTagged(tag, members, value, loc);
  if (named !== undefined) return checkFields(named, only !== undefined, value, loc);
  return Object.entries(value).flatMap(([name, each]) => checkValue(values ?? 'any', each, [...loc, name]));
}

const fault = (type: string, msg: string, input: unknown, loc: Place): RequestFault[] => [
  { type, loc, msg, input },
];

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function checkFields(
  fields: MockFields,
  isClosed: boolean,
  value: Readonly<Record<string, unknown>>,
  loc: Place,
): RequestFault[] {
  const extra = new Set(Object.keys(value));
  const faults = Object.entries(fields).flatMap(([key, schema]) => {
    const name = key.replace(/\?$/, '');
    const place = [...loc, name];
    if (extra.delete(name)) return checkValue(schema, value[name], place);
    return name === key ? fault('missing', 'Field required', value, place) : [];
  });
  if (!isClosed) return faults;
  return [
    ...faults,
    ...[...extra].flatMap((name) =>
      fault('extra_forbidden', 'Extra inputs are not permitted', value[name], [...loc, name]),
    ),
  ];
}

function checkTagged(
  tag: string,
  members: MockFields,
  value: Readonly<Record<string, unknown>>,
  loc: Place,
): RequestFault[] {
  const found = value[tag];
  if (found === undefined)
    return fault('union_tag_not_found', `Unable to extract tag using discriminator '${tag}'`, value, loc);
  const member = Object.entries(members).find(([name]) => name === found);
  if (member) return checkValue(member[1], value, [...loc, member[0]]);
  const known = Object.keys(members).map(quoted).join(', ');
  const msg = `Input tag ${quoted(found)} found using '${tag}' does not match any of the expected tags: ${known}`;
  return fault('union_tag_invalid', msg, value, loc);
}

function checkUnion(members: readonly MockSchema[], value: unknown, loc: Place): RequestFault[] {
  const tried = members.map((member) => checkValue(member, value, loc));
  if (tried.some((faults) => faults.length === 0)) return [];
  const distances = tried.map((faults) =>
    faults.reduce((sum, one) => sum + distanceOf(one, one.loc.length - loc.length), 0),
  );
  const nearest = tried.filter((_, index) => distances[index] === Math.min(...distances)).flat();
  // Members may have parts in common.
  return [...new Map(nearest.map((one) => [`${one.type} ${one.loc.join('.')}`, one])).values()];
}

/**
 * How far from a member of a union a fault says that the value is: furthest if it is of another type, then if it has
 * another tag, then if a field is missing or of another type, and the less, the deeper it lies.
 */
function distanceOf({ type }: RequestFault, depth: number): number {
  if (type === 'none_required') return Infinity;
  const isOfAnotherType = type.endsWith('_type');
  if (depth === 0) return isOfAnotherType ? 1e9 : 1;
  const isOther = isOfAnotherType || type === 'missing';
  return (type === 'literal_error' ? 1e7 : isOther ? 1e5 : 1) / 100 ** depth;
}

/** Types by their names, with limits, and values: `integer>=0`, `"a"`, `#a`. */
function checkTypes(written: readonly string[], value: unknown, loc: Place): RequestFault[] {
  const choices = written.filter(isChoice);
  const types = written.filter((each) => !isChoice(each));
  if (types.length === 0) return checkChoice(choices, value, loc);
  const members = choices.length > 0 ? [...types, choices.join('|')] : types;
  if (members.length > 1) return checkUnion(members, value, loc);
  const [, name = '', limits = '', format] = /^(\w+)([^:]*):?(.*)$/.exec(members[0]!)!;
  // The generator writes no other names.
  const wrong = name === 'any' ? [] : checkType(name as keyof typeof checks, limits, value, loc);
  return wrong.length > 0 || !format ? wrong : checkFormat(format, String(value), loc);
}

const isChoice = (written: string): boolean => /^(["#\d-]|true$|false$)/.test(written);

function checkChoice(written: readonly string[], value: unknown, loc: Place): RequestFault[] {
  const isEnum = written[0]!.startsWith('#');
  const values = written.map((each): unknown => (isEnum ? each.slice(1) : JSON.parse(each)));
  if (values.includes(value)) return [];
  const listed = values
    .map(quoted)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
  return fault(isEnum ? 'enum' : 'literal_error', `Input should be ${listed}`, value, loc);
}

const quoted = (value: unknown): string => (typeof value === 'string' ? `'${value}'` : JSON.stringify(value));

/** Of each type, what tells whether a value is one, and what is said of one that is not, or of a text that cannot be read as one. */
const checks: Readonly<
  Record<
    'string' | 'integer' | 'number' | 'boolean' | 'null' | 'object' | 'list' | 'model' | 'file',
    readonly [fits: (value: unknown) => boolean, type: string, wanted: string, unread?: string]
  >
> = {
  string: [(value) => typeof value === 'string', 'string_type', 'a valid string'],
  integer: [Number.isInteger, 'int_type', 'a valid integer', 'parse string as an integer'],
  number: [(value) => typeof value === 'number', 'float_type', 'a valid number', 'parse string as a number'],
  boolean: [(value) => typeof value === 'boolean', 'bool_type', 'a valid boolean', 'interpret input'],
  null: [(value) => value === null, 'none_required', 'None'],
  object: [isRecord, 'dict_type', 'a valid dictionary'],
  list: [Array.isArray, 'list_type', 'a valid list'],
  model: [isRecord, 'model_attributes_type', 'a valid dictionary or object to extract fields from'],
  file: [(value) => value instanceof Blob, 'value_error', 'a file'],
};

function checkType(name: keyof typeof checks, limits: string, value: unknown, loc: Place): RequestFault[] {
  const [fits, type, wanted, unread] = checks[name];
  if (fits(value)) return checkLimits(limits, value, loc);
  const msg = `Input should be ${wanted}`;
  if (name === 'integer' && typeof value === 'number')
    return fault('int_from_float', `${msg}, got a number with a fractional part`, value, loc);
  return unread && typeof value === 'string' && Number.isNaN(Number(value))
    ? fault(type.replace('type', 'parsing'), `${msg}, unable to ${unread}`, value, loc)
    : fault(type, msg, value, loc);
}

/** Signs, what holds, and what is said of a number, of a text and of a list for which it does not. */
const signs: Readonly<
  Record<string, readonly [(size: number, limit: number) => boolean, string, string, string?, string?]>
> = {
  '>=': [
    (size, limit) => size >= limit,
    'greater_than_equal',
    'greater than or equal to',
    'too_short',
    'least',
  ],
  '<=': [(size, limit) => size <= limit, 'less_than_equal', 'less than or equal to', 'too_long', 'most'],
  '>': [(size, limit) => size > limit, 'greater_than', 'greater than'],
  '<': [(size, limit) => size < limit, 'less_than', 'less than'],
};

/** A number, or the length of a text or a list. */
function checkLimits(limits: string, value: unknown, loc: Place): RequestFault[] {
  for (const [, sign = '', written] of limits.matchAll(/([<>]=?)([^<>]+)/g)) {
    const [holds, type, words, lengthType, most] = signs[sign]!;
    const limit = Number(written);
    const size =
      typeof value === 'number' ? value : Array.isArray(value) ? value.length : [...String(value)].length;
    if (holds(size, limit)) continue;
    if (typeof value === 'number') return fault(type, `Input should be ${words} ${limit}`, value, loc);
    const plural = limit === 1 ? '' : 's';
    return Array.isArray(value)
      ? fault(
          lengthType!,
          `List should have at ${most} ${limit} item${plural} after validation, not ${size}`,
          value,
          loc,
        )
      : fault(
          `string_${lengthType}`,
          `String should have at ${most} ${limit} character${plural}`,
          value,
          loc,
        );
  }
  return [];
}

const formats: Readonly<Record<string, readonly [(text: string) => boolean, string, string]>> = {
  uuid: [
    (text) => /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text),
    'uuid_parsing',
    'a valid UUID',
  ],
  'date-time': [
    (text) => /^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text)),
    'datetime_from_date_parsing',
    'a valid datetime or date',
  ],
  uri: [(text) => URL.canParse(text), 'url_parsing', 'a valid URL'],
};

function checkFormat(format: string, text: string, loc: Place): RequestFault[] {
  const [fits, type, wanted] = formats[format]!;
  return fits(text) ? [] : fault(type, `Input should be ${wanted}`, text, loc);
}
