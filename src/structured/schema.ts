import { ArgumentError } from '../errors/argument-error.js';
import { requireSync } from '../errors/require-sync.js';
import { MistralError } from '../errors/mistral-error.js';
import { describeThrown } from '../internal/describe-thrown.js';
import { isRecord } from '../internal/is-record.js';
import { kindOf } from '../internal/kind-of.js';

/** A plain JSON object. */
export type JsonObject = Record<string, unknown>;

/**
 * The common interface of schema libraries: validation by [Standard Schema](https://standardschema.dev) and JSON Schema by
 * [Standard JSON Schema](https://standardschema.dev/json-schema). zod (from 4.2) and arktype implement both, valibot by
 * `toStandardJsonSchema()` of `@valibot/to-json-schema`.
 */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
    readonly jsonSchema: {
      readonly input: (options: JsonSchemaOptions) => Record<string, unknown>;
      readonly output: (options: JsonSchemaOptions) => Record<string, unknown>;
    };
  };
}

interface JsonSchemaOptions {
  readonly target: 'draft-2020-12';
  readonly libraryOptions?: Record<string, unknown> | undefined;
}

type StandardResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };

interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A plain JSON Schema. Values are not validated against it; they only have to be JSON. */
export interface PlainJsonSchema {
  readonly [keyword: string]: unknown;
  readonly '~standard'?: undefined;
}

/** A schema of a library, see {@link StandardSchema}, or plain JSON Schema. */
export type Schema<Output = unknown> = StandardSchema<Output> | PlainJsonSchema;

/** The output type of a schema; `unknown` for plain JSON Schema. */
export type OutputOf<S> = S extends StandardSchema<infer Output> ? Output : unknown;

/** The input type of a schema, before its transforms and defaults apply. */
export type InputOf<S> = S extends { readonly '~standard': { readonly types?: infer Types } }
  ? NonNullable<Types> extends { readonly input: infer Input }
    ? Input
    : unknown
  : unknown;

/** A validation issue, with its path: `['authors', 0, 'name']`. */
export interface Issue {
  readonly message: string;
  readonly path: readonly PropertyKey[];
}

/**
 * Declare the type of the values of a plain JSON Schema. The type is not validated.
 *
 * @example
 * ```ts
 * const city = jsonSchema<{ name: string }>({
 *   type: 'object',
 *   properties: { name: { type: 'string' } },
 *   required: ['name'],
 * });
 * ```
 */
export function jsonSchema<Output>(schema: PlainJsonSchema): StandardSchema<Output> {
  const convert = () => ({ ...schema });
  return {
    '~standard': {
      version: 1,
      vendor: 'mistral-sdk',
      // Not validated, as documented above.
      validate: (value) => ({ value: value as Output }),
      jsonSchema: { input: convert, output: convert },
    },
  };
}

/**
 * The JSON Schema of a schema's input, which is what the model has to write.
 *
 * @param place - Names the parameter in messages: `` `response_format` ``.
 * @throws {ArgumentError} if it is not a schema, or its library cannot convert it to JSON Schema.
 */
export function jsonSchemaOf(schema: Schema, place: string): JsonObject {
  const standard = standardOf(schema);
  if (standard === undefined) return plain(schema, place);
  const { vendor, jsonSchema: converter } = standard as Partial<StandardSchema['~standard']>;
  if (typeof converter?.input !== 'function') {
    const advice = adviceFor.get(vendor) ?? 'pass its JSON Schema instead, through `jsonSchema()`';
    throw new ArgumentError(`${place}: ${vendor} has no JSON Schema for this schema; ${advice}`);
  }
  try {
    const given: unknown = converter.input({
      target: 'draft-2020-12',
      libraryOptions: libraryOptionsFor.get(vendor),
    });
    if (!isRecord(requireSync(given, '`jsonSchema.input`'))) throw new Error('it did not return an object');
    const { $schema: _, ...converted } = given as JsonObject;
    refuseUnrepresentable(converted, []);
    return converted;
  } catch (cause) {
    throw new ArgumentError(
      `${place}: ${vendor} cannot convert this schema to JSON Schema: ${describeThrown(cause)}`,
      {
        cause,
      },
    );
  }
}

const adviceFor = new Map<unknown, string>([
  ['zod', 'update zod to 4.2 or later; of zod/mini, pass `z.toJSONSchema(schema)`'],
  ['valibot', 'wrap it in `toStandardJsonSchema()` of @valibot/to-json-schema'],
]);

const unrepresentable = 'x-unrepresentable';

/** Marks what a library cannot convert, so that its path can be found afterwards. */
const markUnrepresentable = ({ code }: { readonly code: string }) => ({ [unrepresentable]: code });

/** Options that mark unrepresentable schemas: zod reports them without a path, and arktype allows anything there. */
const libraryOptionsFor = new Map<unknown, Record<string, unknown>>([
  [
    'zod',
    {
      unrepresentable: ({ path, message }: { path: readonly PropertyKey[]; message: string }) => {
        throw new Error(`${message} (at ${path.join('.') || 'the root'})`);
      },
    },
  ],
  [
    'arktype',
    {
      fallback: Object.fromEntries(
        ['date', 'domain', 'proto', 'symbolKey', 'unit'].map((code) => [code, markUnrepresentable]),
      ),
    },
  ],
]);

function refuseUnrepresentable(value: unknown, path: readonly string[]): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    if (key === unrepresentable)
      throw new Error(`there is none for \`${item}\` (at ${path.join('.') || 'the root'})`);
    refuseUnrepresentable(item, [...path, key]);
  }
}

/** Whether it is a schema by its form. Those of arktype are functions. */
export const isSchema = (value: unknown): value is Schema => isRecord(value) || isRecord(standardOf(value));

const standardOf = (value: unknown): unknown =>
  (value as Partial<StandardSchema> | null | undefined)?.['~standard'];

function plain(schema: unknown, place: string): JsonObject {
  if (!isRecord(schema))
    throw new ArgumentError(`${place} must be a schema: one of zod, valibot, arktype …, or JSON Schema`);
  return { ...schema };
}

/**
 * Validate a value. A library's transforms and defaults apply; plain JSON Schema accepts everything.
 *
 * @throws {MistralError} if the validation itself throws, with its error as `cause`.
 */
export async function check<S extends Schema>(
  schema: S,
  value: unknown,
): Promise<{ readonly value: OutputOf<S> } | { readonly issues: readonly Issue[] }> {
  const standard = (schema as Schema)['~standard'];
  // For plain JSON Schema the output is `unknown`.
  if (!standard) return { value: value as OutputOf<S> };
  let result: StandardResult<unknown>;
  try {
    result = await validate(schema as StandardSchema, value);
  } catch (cause) {
    throw new MistralError(`The check of ${standard.vendor} failed: ${describeThrown(cause)}`, { cause });
  }
  // Not `isRecord`: some libraries return a list with a property `issues`.
  if (typeof result !== 'object' || result === null)
    throw new MistralError(
      `The check of ${standard.vendor} must return \`{ value }\` or \`{ issues }\`, got ${kindOf(result)}`,
    );
  // The library's type of valid values.
  if (!result.issues) return { value: result.value as OutputOf<S> };
  return {
    issues: Array.from(result.issues, ({ message, path = [] }) => ({
      message,
      path: Array.from(path, (segment) => (typeof segment === 'object' ? segment.key : segment)),
    })),
  };
}

/** The asynchronous validation of zod. */
interface CheckedByZod {
  safeParseAsync(value: unknown): Promise<{
    readonly data?: unknown;
    readonly error?: { readonly issues: readonly StandardIssue[] } | undefined;
  }>;
}

/**
 * By the Standard Schema interface, zod (4.6) runs asynchronous validations twice, and the rejection of the first run is
 * unhandled, which ends the process. Its own method does neither.
 */
async function validate(
  schema: StandardSchema & Partial<CheckedByZod>,
  value: unknown,
): Promise<StandardResult<unknown>> {
  const { vendor } = schema['~standard'];
  if (vendor !== 'zod' || !schema.safeParseAsync) return schema['~standard'].validate(value);
  const { data, error } = await schema.safeParseAsync(value);
  return error ?? { value: data };
}
