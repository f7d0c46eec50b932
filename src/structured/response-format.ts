import type { ResponseFormat } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';
import { type InputOf, type JsonObject, type OutputOf, type Schema } from './schema.js';
import { strictSchema } from './strict-schema.js';
import { wireSchemaOf } from './wire-schema.js';

/** Options of a response format. */
export interface ResponseFormatOptions {
  /**
   * The schema's name for the API: up to 64 letters, digits, `_` and `-`.
   *
   * @default the schema's `title`, else `response`
   */
  readonly name?: string | undefined;
  /** Description of the schema for the model. */
  readonly description?: string | undefined;
  /**
   * Whether the API enforces the schema while the model writes. Otherwise the model only gets the schema, and features that
   * strict mode does not support are allowed. The reply is validated in either case.
   *
   * @default true
   */
  readonly strict?: boolean | undefined;
}

const optionNames = [
  'name',
  'description',
  'strict',
] as const satisfies readonly (keyof ResponseFormatOptions)[];

/** A global symbol, so that another copy of this package finds it. */
const ofSchema: unique symbol = Symbol.for('mistral-sdk.structured.schema');

/** A response format for the API, with the schema that it was made of. */
export interface SchemaFormat<S extends Schema = Schema> extends ResponseFormat {
  readonly [ofSchema]: S;
}

/** A schema, or a response format of one. */
export type Format = Schema | SchemaFormat;

/** The parsed type of a format. */
export type Parsed<F> = F extends SchemaFormat<infer S> ? OutputOf<S> : OutputOf<F>;

/** The parsed type of a format while it arrives: everything may be missing, and strings may be truncated. */
export type PartlyParsed<F> = DeepPartial<F extends SchemaFormat<infer S> ? InputOf<S> : InputOf<F>>;

type DeepPartial<T> = T extends readonly (infer Item)[]
  ? DeepPartial<Item>[]
  : T extends object
    ? { [Key in keyof T]?: DeepPartial<T[Key]> }
    : T;

/**
 * Make a `response_format` of a schema, with further options. It can be used in place of a schema, and in
 * `mistral.chat.complete()` and the like, which do not validate the reply.
 *
 * @throws {ArgumentError} if the schema cannot be sent, naming the place in it, or an option is invalid.
 *
 * @example
 * ```ts
 * const { parsed } = await structured(mistral.chat).parse({
 *   model: 'mistral-small-latest',
 *   messages: [{ role: 'user', content: 'Who wrote Candide?' }],
 *   response_format: responseFormat(Author, { name: 'author', description: 'Who wrote a book' }),
 * });
 * ```
 */
export function responseFormat<S extends Schema>(
  schema: S,
  options: ResponseFormatOptions = {},
): SchemaFormat<S> {
  return formatOf(schema, 'responseFormat(schema)', options);
}

/** The wire format, and the schema to parse the reply by. */
export function readFormat(
  format: unknown,
  place: string,
  name?: string,
): { readonly wire: ResponseFormat; readonly schema: Schema } {
  if (isSchemaFormat(format)) return { wire: format, schema: format[ofSchema] };
  // Checked below.
  return { wire: formatOf(format as Schema, place, { name }), schema: format as Schema };
}

const isSchemaFormat = (format: unknown): format is SchemaFormat => isRecord(format) && ofSchema in format;

function formatOf<S extends Schema>(
  schema: S,
  place: string,
  options: ResponseFormatOptions,
): SchemaFormat<S> {
  const { name, description, strict = true } = checked(options);
  const given = wireSchemaOf(schema, place);
  if (given.type === 'json_schema' || given.type === 'json_object' || given.type === 'text')
    throw new ArgumentError(
      `${place} is already a response format of the API; pass the schema itself, or \`responseFormat(schema)\``,
    );
  const json_schema = {
    name: name ?? nameOf(given) ?? 'response',
    ...(description === undefined ? {} : { description }),
    schema: strict ? strictSchema(given, place) : given,
    strict,
  };
  // Not enumerable, so that it is not logged or compared.
  return Object.defineProperty({ type: 'json_schema', json_schema }, ofSchema, {
    value: schema,
  }) as SchemaFormat<S>;
}

const validName = /^[\w-]{1,64}$/;

function checked(options: ResponseFormatOptions): ResponseFormatOptions {
  const owner = 'responseFormat(schema, options)';
  if (!isRecord(options)) throw new ArgumentError(`${owner}: \`options\` must be an object`);
  const unknown = unknownKey(options, optionNames, owner, { schemaName: 'name' });
  if (unknown) throw new ArgumentError(unknown);
  const { name, description, strict } = options;
  if (name !== undefined && !(typeof name === 'string' && validName.test(name)))
    throw new ArgumentError(`${owner}: \`name\` must be 1 to 64 letters, digits, \`_\` and \`-\``);
  if (description !== undefined && typeof description !== 'string')
    throw new ArgumentError(`${owner}: \`description\` must be a string`);
  if (strict !== undefined && typeof strict !== 'boolean')
    throw new ArgumentError(`${owner}: \`strict\` must be true or false`);
  return options;
}

function nameOf({ title }: JsonObject): string | undefined {
  const name = typeof title === 'string' ? title.replace(/[^\w-]+/g, '_').slice(0, 64) : '';
  return validName.test(name) ? name : undefined;
}
