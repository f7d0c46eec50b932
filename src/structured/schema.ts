import { ArgumentError } from '../errors/argument-error.js';
import { requireSync } from '../errors/require-sync.js';
import { MistralError } from '../errors/mistral-error.js';
import { describeThrown } from '../internal/describe-thrown.js';
import { isRecord } from '../internal/is-record.js';
import { kindOf } from '../internal/kind-of.js';

/** An object that JSON can carry. */
export type JsonObject = Record<string, unknown>;

/**
 * What a schema library offers to others, whichever it is: a check by [Standard Schema](https://standardschema.dev)
 * and JSON Schema by [Standard JSON Schema](https://standardschema.dev/json-schema). zod (from 4.2) and arktype do
 * so by themselves, valibot through `toStandardJsonSchema()` of `@valibot/to-json-schema`.
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

/** A JSON Schema written out. Nothing checks a value against it here: only that it is JSON. */
export interface PlainJsonSchema {
  readonly [keyword: string]: unknown;
  readonly '~standard'?: undefined;
}

/** Says what a value has to be: a schema of a library, see {@link StandardSchema}, or plain JSON Schema. */
export type Schema<Output = unknown> = StandardSchema<Output> | PlainJsonSchema;

/** The type of a value that passed a schema's check; `unknown` for plain JSON Schema. */
export type OutputOf<S> = S extends StandardSchema<infer Output> ? Output : unknown;

/** The type of what a model writes before a schema's transforms and defaults apply. */
export type InputOf<S> = S extends { readonly '~standard': { readonly types?: infer Types } }
  ? NonNullable<Types> extends { readonly input: infer Input }
    ? Input
    : unknown
  : unknown;

/** What is wrong with a value, and where in it: `['authors', 0, 'name']`. */
export interface Issue {
  readonly message: string;
  readonly path: readonly PropertyKey[];
}

/**
 * Give plain JSON Schema the type of the values that it describes. That a value is of this type is your word:
 * nothing checks it.
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
      // The caller's word, as the comment above says.
      validate: (value) => ({ value: value as Output }),
      jsonSchema: { input: convert, output: convert },
    },
  };
}

/**
 * The JSON Schema of what a schema takes in, which is what a model has to write.
 *
 * @param place - Where the schema was given, for the message: `` `response_format` ``.
 * @throws {ArgumentError} if it is no schema, or its library cannot say it in JSON Schema.
 */
export function jsonSchemaOf(schema: Schema, place: string): JsonObject {
  const standard: unknown = (schema as Partial<StandardSchema> | null | undefined)?.['~standard'];
  if (standard === undefined) return plain(schema, place);
  const { vendor, jsonSchema: converter } = standard as Partial<StandardSchema['~standard']>;
  if (typeof converter?.input !== 'function') {
    const advice = adviceFor.get(vendor) ?? 'pass its JSON Schema instead, through `jsonSchema()`';
    throw new ArgumentError(`${place}: ${vendor} gives no JSON Schema for this schema; ${advice}`);
  }
  try {
    const given: unknown = converter.input({
      target: 'draft-2020-12',
      libraryOptions: libraryOptionsFor.get(vendor),
    });
    if (!isRecord(requireSync(given, '`jsonSchema.input`'))) throw new Error('it gave no object');
    const { $schema: _, ...converted } = given as JsonObject;
    refuseUnrepresentable(converted, []);
    return converted;
  } catch (cause) {
    throw new ArgumentError(
      `${place}: ${vendor} cannot say this schema in JSON Schema: ${describeThrown(cause)}`,
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

/** Stands where a library has no JSON Schema, so that the place is found when all is converted. */
const markUnrepresentable = ({ code }: { readonly code: string }) => ({ [unrepresentable]: code });

/** What makes a library say what JSON cannot carry: zod says it but not where, and arktype lets anything pass there. */
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

function plain(schema: unknown, place: string): JsonObject {
  if (!isRecord(schema))
    throw new ArgumentError(`${place} must be a schema: one of zod, valibot, arktype …, or JSON Schema`);
  return { ...schema };
}

/**
 * Check a value. A library's transforms and defaults apply; plain JSON Schema lets everything pass.
 *
 * @throws {MistralError} if the check itself throws, with what it threw as `cause`.
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
  // Not `isRecord`: some libraries give a list of issues with `issues` on it.
  if (typeof result !== 'object' || result === null)
    throw new MistralError(
      `The check of ${standard.vendor} must give \`{ value }\` or \`{ issues }\`, got ${kindOf(result)}`,
    );
  // The library's word for what it lets through.
  if (!result.issues) return { value: result.value as OutputOf<S> };
  return {
    issues: Array.from(result.issues, ({ message, path = [] }) => ({
      message,
      path: Array.from(path, (segment) => (typeof segment === 'object' ? segment.key : segment)),
    })),
  };
}

/** How schemas of zod are checked where a check may take its time. */
interface CheckedByZod {
  safeParseAsync(value: unknown): Promise<{
    readonly data?: unknown;
    readonly error?: { readonly issues: readonly StandardIssue[] } | undefined;
  }>;
}

/**
 * By its standard way in, zod runs a check that takes its time twice, and nobody handles the rejection of the first
 * run, which ends the process (4.6). Its own way in does neither.
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
