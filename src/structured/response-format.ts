import type { ResponseFormat } from '../../generated/types.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';
import { type InputOf, type JsonObject, type OutputOf, type Schema } from './schema.js';
import { strictSchema } from './strict-schema.js';
import { wireSchemaOf } from './wire-schema.js';

/** What is said to the API about a schema. */
export interface ResponseFormatOptions {
  /**
   * What the API calls the schema: up to 64 letters, digits, `_` and `-`.
   *
   * @default the schema's `title`, else `response`
   */
  readonly name?: string | undefined;
  /** What the schema is for; the model reads it. */
  readonly description?: string | undefined;
  /**
   * Whether the model is held to the schema while it writes. Otherwise it is only told the schema, and what strict
   * mode cannot take is sent as it is. The reply is checked either way.
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

/** Another copy of this package finds it too. */
const ofSchema: unique symbol = Symbol.for('mistral-sdk.structured.schema');

/** A response format as the API takes it, that knows the schema which it was made of. */
export interface SchemaFormat<S extends Schema = Schema> extends ResponseFormat {
  readonly [ofSchema]: S;
}

/** What can be given where a schema is asked for. */
export type Format = Schema | SchemaFormat;

/** The type of what is read by a format. */
export type Parsed<F> = F extends SchemaFormat<infer S> ? OutputOf<S> : OutputOf<F>;

/** The type of what is read by a format while it arrives: everything may be missing, and texts be cut. */
export type PartlyParsed<F> = DeepPartial<F extends SchemaFormat<infer S> ? InputOf<S> : InputOf<F>>;

type DeepPartial<T> = T extends readonly (infer Item)[]
  ? DeepPartial<Item>[]
  : T extends object
    ? { [Key in keyof T]?: DeepPartial<T[Key]> }
    : T;

/**
 * A schema as the `response_format` that the API takes, for saying more about it than the schema does. It goes
 * wherever a schema goes, and into `mistral.chat.complete()` and the like, which do not check what comes back.
 *
 * @throws {ArgumentError} if the schema cannot be sent, naming where in it, or an option cannot be right.
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

/** What goes over the wire for a format, and the schema to read the answer by. */
export function readFormat(
  format: unknown,
  place: string,
  name?: string,
): { readonly wire: ResponseFormat; readonly schema: Schema } {
  if (isSchemaFormat(format)) return { wire: format, schema: format[ofSchema] };
  // What was given is checked by what follows.
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
      `${place} is already a response format of the API; give the schema itself, or what \`responseFormat(schema)\` makes of it`,
    );
  const json_schema = {
    name: name ?? nameOf(given) ?? 'response',
    ...(description === undefined ? {} : { description }),
    schema: strict ? strictSchema(given, place) : given,
    strict,
  };
  // Not enumerable, so that it is neither logged nor compared.
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
