import { propertiesOf, sample, unwrap, type DescribedOperation, type Schema } from './description.js';

/** The fields of a body that is an object or a form. */
export type SampleFields = Readonly<Record<string, unknown>>;

/** Arguments for one operation, and what has to arrive of them on the wire. */
export interface SampleCall {
  readonly params: Readonly<Record<string, unknown>>;
  /** Decoded values of the path parameters. */
  readonly path: Readonly<Record<string, string>>;
  /** Decoded query, in order within a name. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** The JSON, or the fields of a form; `undefined` for an operation without a body. */
  readonly body: unknown;
}

/** A file as it goes in; in {@link SampleCall.body} it stands for itself. */
export const sampleFile = { name: 'naïve plan.jsonl', content: 'Être ou ne pas être', type: 'text/plain' };

/** Fill every parameter of an operation. Text holds characters that mean something in a URL. */
export function sampleCall({ parameters, body }: DescribedOperation): SampleCall {
  const params: Record<string, unknown> = {};
  const path: Record<string, string> = {};
  const query: [string, string][] = [];
  for (const parameter of parameters) {
    const value = sampleParameter(parameter.name, parameter.schema);
    params[parameter.name] = value;
    if (parameter.in === 'path') path[parameter.name] = String(value);
    else if (parameter['x-json-query']) query.push([parameter.name, JSON.stringify(value)]);
    else query.push(...explode(parameter.name, value));
  }
  if (!body) return { params, path, query, body: undefined };

  if (isWholeBody(body.schema)) {
    const whole = sample(body.schema);
    return { params: { ...params, body: whole }, path, query, body: whole };
  }
  const fields = body.type === 'application/json' ? sampleJson(body.schema) : sampleForm(body.schema);
  const fixed = fixedFields(body.schema);
  for (const [name, value] of Object.entries(fields)) if (!(name in fixed)) params[name] = value;
  return { params, path, query, body: { ...fields, ...fixed } };
}

/** A body that is no object is one parameter. */
export const isWholeBody = (schema: Schema): boolean =>
  unwrap(schema).type !== 'object' && Object.keys(propertiesOf(schema)).length === 0;

/** Fields with one possible value, which the method sends by itself: `stream: true`. */
export function fixedFields(schema: Schema): Record<string, boolean> {
  const fixed: Record<string, boolean> = {};
  for (const [name, { const: only, enum: values = [] }] of Object.entries(propertiesOf(schema))) {
    const value = values.length === 1 ? values[0] : only;
    if (typeof value === 'boolean') fixed[name] = value;
  }
  return fixed;
}

function sampleParameter(name: string, schema: Schema): unknown {
  const {
    type,
    format,
    pattern,
    const: only,
    enum: values = [only],
    items,
    properties = {},
  } = unwrap(schema);
  if (values[0] !== undefined) return values[0];
  if (type === 'array') return [sampleParameter(name, items!), sampleParameter(`${name} again`, items!)];
  if (type === 'object') {
    const own = Object.entries(properties).map(([key, property]) => [key, sampleParameter(key, property)]);
    return own.length > 0 ? Object.fromEntries(own) : { 'any.key': 'a&b', count: 3, exact: true };
  }
  if (type === 'integer' || type === 'number') return 7;
  if (type === 'boolean') return true;
  if (format === 'uuid') return '497f6eca-6276-4993-bfeb-53cbbbba6f09';
  if (format === 'date-time') return '2026-03-04T09:00:00+01:00';
  const text = `${name}/é?a=1&b#2 %2F+..;:`;
  if (format === 'uri') return `https://files.example/${text}`;
  if (pattern === undefined) return text;
  return (
    [text.replaceAll(' ', ''), 'é7', 'a-7', '7', 'a:7'].find((candidate) =>
      new RegExp(pattern, 'u').test(candidate),
    ) ?? 'en'
  );
}

/** OpenAPI's form style, exploded. */
function explode(name: string, value: unknown): [string, string][] {
  if (Array.isArray(value)) return value.map((item) => [name, String(item)]);
  if (typeof value === 'object') {
    return Object.entries(value!).map(([key, item]) => [key, String(item)]);
  }
  return [[name, String(value)]];
}

function sampleJson(schema: Schema): Record<string, unknown> {
  // A body is an object: that is what lets it share the params with path and query.
  return sample(schema) as Record<string, unknown>;
}

function sampleForm(schema: Schema): Record<string, unknown> {
  const fields = Object.entries(propertiesOf(schema)).map(([name, property]) => [
    name,
    unwrap(property).format === 'binary' ? sampleFile : sampleParameter(name, property),
  ]);
  return Object.fromEntries(fields);
}
