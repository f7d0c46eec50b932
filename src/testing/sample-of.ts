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
 * A value that fits a JSON Schema, always the same. It does not look at `pattern`, `not` and conditions: where these
 * matter, a test gives the answer itself.
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

  function ofObject({ properties = {}, required }: Schema, depth: number): unknown {
    const isRequired = (name: string) => Array.isArray(required) && required.includes(name);
    const names = Object.keys(properties as Schema).filter((name) => depth < fullDepth || isRequired(name));
    return Object.fromEntries(names.map((name) => [name, sample((properties as Schema)[name], depth + 1)]));
  }

  function ofArray({ prefixItems, items, minItems }: Schema, depth: number): unknown[] {
    const first = (Array.isArray(prefixItems) ? prefixItems : []) as unknown[];
    const usual = isRecord(items) && first.length === 0 && depth < fullDepth ? 1 : 0;
    const count = Math.max(first.length, typeof minItems === 'number' ? minItems : usual);
    return Array.from({ length: count }, (_, index) => sample(first[index] ?? items, depth + 1));
  }

  function resolve(reference: string): unknown {
    let target: unknown = root;
    for (const segment of reference.split('/').slice(1))
      target = isRecord(target) ? target[segment] : undefined;
    return target;
  }
}

function textOf({ format, minLength = 0, maxLength = Infinity }: Schema): string {
  const text = textsByFormat[String(format)] ?? 'text';
  return text.padEnd(minLength as number, '.').slice(0, maxLength as number);
}

function numberOf({ minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf = 1 }: Schema): number {
  const above = typeof exclusiveMinimum === 'number' ? exclusiveMinimum + (multipleOf as number) : undefined;
  const below = typeof exclusiveMaximum === 'number' ? exclusiveMaximum - (multipleOf as number) : undefined;
  const least = Math.max(...[minimum, above].filter(isNumber), -Infinity);
  const most = Math.min(...[maximum, below].filter(isNumber), Infinity);
  const usual = Math.min(Math.max(multipleOf as number, least), most);
  const fitting = Math.ceil(usual / (multipleOf as number)) * (multipleOf as number);
  return fitting <= most ? fitting : usual;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
