import { isRecord } from '../internal/is-record.js';

type Schema = Readonly<Record<string, unknown>>;

/** How deep optional parts and lists go on, which is where a schema that contains itself ends. */
const fullDepth = 4;

const textsByFormat: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  time: '12:00:00Z',
  'date-time': '2026-01-31T12:00:00Z',
  duration: 'P1D',
  email: 'ada@example.org',
  hostname: 'example.org',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.org/',
  uuid: '497f6eca-6276-4993-bfeb-53cbbbba6f09',
};

/**
 * A value that fits a JSON Schema, always the same. A `pattern` is fitted by dates, addresses and the like, if it wants one;
 * `not` and conditions are not looked at: where these matter, a test gives the response itself.
 */
export function sampleOf(root: Schema): unknown {
  return sample(root, 0);

  function sample(schema: unknown, depth: number): unknown {
    if (!isRecord(schema)) return null;
    if ('const' in schema) return schema.const;
    const [listed] = [schema.enum, schema.examples].filter(Array.isArray).flat() as unknown[];
    if (listed !== undefined) return listed;
    if ('default' in schema) return schema.default;
    if (typeof schema.$ref === 'string') return sample(resolve(schema.$ref), depth + 1);
    const { allOf, ...rest } = schema;
    if (Array.isArray(allOf)) return sample(Object.assign({}, ...(allOf as Schema[]), rest), depth);
    const options = schema.anyOf ?? schema.oneOf;
    // Of `T | null` the last is what ends.
    if (Array.isArray(options)) return sample(options.at(depth < fullDepth ? 0 : -1), depth + 1);
    return ofType(schema, depth);
  }

  function ofType(schema: Schema, depth: number): unknown {
    switch ([schema.type].flat()[0]) {
      case 'object':
        return ofObject(schema, depth);
      case 'array':
        return ofArray(schema, depth);
      case 'string':
        return textOf(schema);
      case 'integer':
      case 'number':
        return numberOf(schema);
      case 'boolean':
        return true;
      default:
        return isRecord(schema.properties) ? ofObject(schema, depth) : null;
    }
  }

  function ofObject(schema: Schema, depth: number): unknown {
    const { additionalProperties: other, minProperties = 0 } = schema;
    const fields = recordOf(schema.properties);
    const names = new Set(listOf(schema.required) as string[]);
    for (const name of Object.keys(fields)) if (depth < fullDepth) names.add(name);
    const { enum: allowed } = recordOf(schema.propertyNames);
    const more = [...Object.keys(fields), ...(listOf(allowed) as string[])];
    for (let count = 1; names.size < (minProperties as number); count += 1)
      names.add(more.shift() ?? `key${count}`);
    const valueOf = (name: string) => sample(Object.hasOwn(fields, name) ? fields[name] : other, depth + 1);
    return Object.fromEntries([...names].map((name) => [name, valueOf(name)]));
  }

  function ofArray(schema: Schema, depth: number): unknown[] {
    const { items, minItems = 0, maxItems = Infinity } = schema;
    const first = listOf(schema.prefixItems);
    const usual = isRecord(items) && first.length === 0 && depth < fullDepth ? 1 : 0;
    const length = Math.min(Math.max(first.length, minItems as number, usual), maxItems as number);
    return Array.from({ length }, (_, index) => sample(first[index] ?? items, depth + 1));
  }

  function resolve(reference: string): unknown {
    let target: unknown = root;
    for (const segment of reference.split('/').slice(1))
      target = isRecord(target) ? target[segment] : undefined;
    return target;
  }
}

function textOf({ format, pattern, minLength = 0, maxLength = Infinity }: Schema): string {
  const usual = textsByFormat[String(format)] ?? 'text';
  const known = [usual, ...Object.values(textsByFormat), '12:00:00', '12:00'];
  const fitting = typeof pattern === 'string' ? known.find((text) => new RegExp(pattern).test(text)) : usual;
  return (fitting ?? usual).padEnd(minLength as number, '.').slice(0, maxLength as number);
}

/** The roundest number that is found to fit. */
function numberOf({
  type,
  minimum,
  exclusiveMinimum,
  maximum,
  exclusiveMaximum,
  multipleOf,
}: Schema): number {
  const [least, most] = [
    Math.max(...[minimum, exclusiveMinimum].filter(isNumber), -Infinity),
    Math.min(...[maximum, exclusiveMaximum].filter(isNumber), Infinity),
  ];
  const isWhole = [type].flat()[0] === 'integer';
  const step = isNumber(multipleOf) ? multipleOf : 1;
  const fits = (value: number) =>
    value >= least &&
    value <= most &&
    value !== exclusiveMinimum &&
    value !== exclusiveMaximum &&
    (!isWhole || Number.isInteger(value)) &&
    (!isNumber(multipleOf) || Number.isInteger(value / multipleOf));
  // A whole number that is a multiple of a half is one of the next few.
  const multiples = [0, 1, 2, 3, 4].flatMap((more) => [
    (Math.ceil(least / step) + more) * step,
    (Math.floor(most / step) - more) * step,
  ]);
  const candidates = [step, ...multiples, 0, (least + most) / 2, least, most];
  return candidates.find((value) => Number.isFinite(value) && fits(value)) ?? step;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const recordOf = (value: unknown): Schema => (isRecord(value) ? value : {});
