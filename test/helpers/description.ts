import { readFileSync } from 'node:fs';

import sampler from 'openapi-sampler';
import { parse } from 'yaml';

import { testKeys } from './test-keys.js';

/** JSON Schema, as far as the tests look at it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly discriminator?: {
    readonly propertyName: string;
    readonly mapping?: Readonly<Record<string, string>>;
  };
}

export interface DescribedParameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required?: boolean;
  readonly example?: unknown;
  readonly schema: Schema;
  readonly 'x-json-query'?: boolean;
}

/** One operation as `generated/openapi.yaml` describes it. */
export interface DescribedOperation {
  /** Where the method lives, such as `beta.agents.list`. */
  readonly id: string;
  readonly method: string;
  /** The key in `paths`, with its fragment if it has one, and without. */
  readonly pathKey: string;
  readonly path: string;
  readonly kind: 'json' | 'stream' | 'page' | 'binary' | 'void';
  readonly parameters: readonly DescribedParameter[];
  readonly body: Media | undefined;
  readonly status: number;
  readonly answer: Media | undefined;
  /** The header with the key that it wants, of a client with `testKeys`. */
  readonly authorization: Readonly<Record<string, string>>;
  readonly stream: DescribedStream | undefined;
  readonly pagination: DescribedPagination | undefined;
}

export interface Media {
  readonly type: string;
  readonly schema: Schema;
}

export interface DescribedStream {
  readonly done?: string;
  readonly tag?: string;
  readonly terminal?: readonly string[];
  readonly error?: readonly string[];
  readonly resume?: string;
}

export interface DescribedPagination {
  readonly style: 'page' | 'offset' | 'cursor';
  readonly page: string;
  readonly size?: string;
  readonly first?: number;
  readonly items: string;
  readonly total?: string;
  readonly more?: string;
  readonly next?: string;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface PathItemMethod {
  readonly operationId: string;
  readonly parameters?: readonly DescribedParameter[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
  readonly security?: Security;
  readonly 'x-stream'?: DescribedStream;
  readonly 'x-pagination'?: DescribedPagination;
}

/** Alternatives, each with the names of its schemes. */
type Security = readonly Readonly<Record<string, unknown>>[];

interface SecurityScheme {
  readonly type: string;
  /** The header that a key is in. */
  readonly name?: string;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, PathItemMethod>>>>;
  readonly security?: Security;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes: Readonly<Record<string, SecurityScheme>>;
  };
}

const description: Description = parse(readFileSync('generated/openapi.yaml', 'utf8'), (_, value: unknown) =>
  isBytes(value) ? { example: 'Qm9uam91cg==', ...value } : value,
);

/** The sampler knows no value for bytes in base64. */
function isBytes(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'format' in value && value.format === 'byte';
}
const methods = ['get', 'put', 'post', 'patch', 'delete'];

/**
 * Every operation of the effective document, read afresh: the pipeline's own reader is among the things
 * that the contract tests check.
 */
export const describedOperations: readonly DescribedOperation[] = Object.entries(description.paths).flatMap(
  ([pathKey, item]) =>
    Object.entries(item)
      .filter(([method]) => methods.includes(method))
      .map(([method, operation]) => readOperation(pathKey, method, operation)),
);

function readOperation(pathKey: string, method: string, operation: PathItemMethod): DescribedOperation {
  const [status, response] = Object.entries(operation.responses).find(([code]) => code.startsWith('2'))!;
  const answer = mediaOf(response);
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    pathKey,
    path: pathKey.split('#', 1)[0]!,
    kind: kindOf(operation, answer),
    parameters: operation.parameters ?? [],
    body: operation.requestBody && mediaOf(operation.requestBody),
    status: Number(status),
    answer,
    authorization: authorizationOf(operation),
    stream: operation['x-stream'],
    pagination: operation['x-pagination'],
  };
}

function kindOf(operation: PathItemMethod, answer: Media | undefined): DescribedOperation['kind'] {
  if (operation['x-stream']) return 'stream';
  if (operation['x-pagination']) return 'page';
  if (!answer) return 'void';
  return answer.type === 'application/json' ? 'json' : 'binary';
}

/** Of several alternatives, the plain bearer token is enough. */
function authorizationOf({ security = description.security ?? [] }: PathItemMethod) {
  const alternatives = security.map((schemes) => {
    const [name = ''] = Object.keys(schemes);
    const { type, name: header = '' } = description.components.securitySchemes[name] ?? { type: 'http' };
    const key = /admin/i.test(name) ? testKeys.adminApiKey : testKeys.apiKey;
    return type === 'apiKey' ? { [header.toLowerCase()]: key } : { authorization: `Bearer ${key}` };
  });
  const plain = { authorization: `Bearer ${testKeys.apiKey}` };
  return (
    alternatives.find(({ authorization }) => authorization === plain.authorization) ??
    alternatives[0] ??
    plain
  );
}

function mediaOf({ content = {} }: Content): Media | undefined {
  const [entry] = Object.entries(content);
  return entry && { type: entry[0], schema: entry[1].schema };
}

/** The schema behind a reference. */
export function resolve(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  return resolve(description.components.schemas[schema.$ref.replace('#/components/schemas/', '')]!);
}

/** The properties of an object, with those of what it is composed of, and of all members of a union. */
export function propertiesOf(schema: Schema): Record<string, Schema> {
  const { allOf = [], anyOf = [], oneOf = [], properties = {} } = resolve(schema);
  return Object.assign({}, ...[...allOf, ...anyOf, ...oneOf].map(propertiesOf), properties);
}

/** The first alternative that is not null; what is composed of one part is that part. */
export function unwrap(schema: Schema): Schema {
  const resolved = resolve(schema);
  const alternatives = resolved.anyOf ?? resolved.oneOf;
  const first = alternatives?.find((alternative) => alternative.type !== 'null');
  if (first) return unwrap(first);
  return resolved.type === undefined && resolved.allOf?.length === 1 ? unwrap(resolved.allOf[0]!) : resolved;
}

/** A value that the schema allows: its example where it has one. */
export const sample = (schema: Schema): unknown =>
  // The library types schemas as JSON Schema draft 7, and the description's are of draft 2020-12.
  sampler.sample(schema as never, { quiet: true }, description as never);
