import type { Operation } from '../../generated/api.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { serializationAdvice, isPlain } from '../internal/serialization-advice.js';
import { nearestName } from '../internal/nearest-name.js';
import { unknownKey } from '../internal/unknown-key.js';
import { noOptions, requestOptionNames, type RequestOptions } from './method.js';
import type { Values } from './send-operation.js';

const mistaken = {
  abortSignal: 'signal',
  timeout: 'timeoutMs',
  retries: 'maxRetries',
  extra_body: 'body',
  extraBody: 'body',
  extra_headers: 'headers',
  extra_query: 'query',
};

/** The error for invalid arguments, created within the call so that its stack leads there. */
export function callFault(
  operation: Operation,
  params: unknown,
  options: unknown,
): ArgumentError | undefined {
  const { id } = operation;
  if (!isRecord(params) || (!isPlain(params) && serializationAdvice(params)))
    return new ArgumentError(`mistral.${id}(params, options): \`params\` must be an object`);
  const fault =
    (options === noOptions ? undefined : faultInOptions(operation, options)) ??
    // Options were checked before.
    faultInParams(operation, params, (options as RequestOptions).body);
  return fault === undefined ? undefined : new ArgumentError(fault);
}

/** An unknown parameter is allowed, unless it is clearly a misspelt one. */
function faultInParams(operation: Operation, params: Values, laidOver: Values = {}): string | undefined {
  const { id, path = [], query = [], queryFields = {}, fixed = {}, names = {}, twin } = operation;
  const call = `mistral.${id}()`;
  for (const [name, value] of Object.entries(fixed)) {
    for (const given of [params[name], laidOver[name]]) {
      if (given === undefined || given === null || given === value) continue;
      const other = twin ? `; call mistral.${twin}() instead` : '';
      return `${call} always sends \`${name}: ${value}\`${other}`;
    }
  }
  for (const name of Object.keys(params)) {
    if (isSchema(params[name]))
      return `${call}: \`${name}\` is a schema. For an object of it, call parse() of mistral-sdk/structured; for its JSON Schema, responseFormat(schema)`;
    const fields = queryFields[name];
    for (const field of fields && isRecord(params[name]) ? Object.keys(params[name]) : []) {
      const meant = fields!.includes(field) ? undefined : nearestName(field, fields!);
      if (meant) return `${call}: \`${name}\` has no field \`${field}\`. Did you mean \`${meant}\`?`;
    }
    if (path.includes(name) || query.includes(name) || Object.hasOwn(names, name)) continue;
    if (Object.hasOwn(fixed, name) || params[name] === undefined) continue;
    const meant = nearestName(name, [...path, ...query, ...Object.keys(names)]);
    if (meant) return `${call} has no parameter \`${name}\`. Did you mean \`${meant}\`?`;
    if ((requestOptionNames as readonly string[]).includes(name))
      return `${call} takes \`${name}\` in its second argument: mistral.${id}(params, { ${name} })`;
  }
  return undefined;
}

/** A schema of Zod, Valibot, ArkType and the like, some of which are functions. */
const isSchema = (value: unknown): boolean =>
  (typeof value === 'function' || isRecord(value)) && '~standard' in value;

type Place = readonly [fits: boolean, what: string, where: string];

function misplacedOption(options: Values, places: Readonly<Record<string, Place>>): string | undefined {
  for (const [name, [fits, what, where]] of Object.entries(places))
    if (options[name] !== undefined && !fits) return `${what}; \`${name}\` is for ${where}`;
  return undefined;
}

const isReconnect = (value: unknown): boolean =>
  isRecord(value) &&
  Number.isInteger(value.maxAttempts) &&
  (value.maxAttempts as number) > 0 &&
  Object.keys(value).length === 1;

function faultInOptions(
  { id, kind, body, isBodyWhole, stream }: Operation,
  options: unknown,
): string | undefined {
  if (!isRecord(options)) return `mistral.${id}(params, options): \`options\` must be an object`;
  const call = `mistral.${id}()`;
  const unknown = unknownKey(options, requestOptionNames, call, mistaken);
  if (unknown) return unknown;
  const {
    signal,
    query = {},
    body: laidOver = {},
    fetchOptions = {},
    idempotencyKey,
    onEvent,
    onProgress,
    prefetch = 0,
    reconnect,
  } = options;
  if (prefetch !== 0 && prefetch !== 1) return `${call}: \`prefetch\` must be 0 or 1`;
  for (const [name, value] of Object.entries({ onEvent, onProgress }))
    if (value !== undefined && typeof value !== 'function') return `${call}: \`${name}\` must be a function`;
  const isSignal =
    typeof (signal as Partial<AbortSignal> | null | undefined)?.addEventListener === 'function';
  if (signal !== undefined && signal !== null && !isSignal)
    return `${call}: \`signal\` must be an AbortSignal, such as \`controller.signal\``;
  for (const [name, value] of Object.entries({ query, body: laidOver, fetchOptions }))
    if (!isRecord(value)) return `${call}: \`${name}\` must be an object`;
  if (idempotencyKey !== undefined && (typeof idempotencyKey !== 'string' || idempotencyKey.trim() === ''))
    return `${call}: \`idempotencyKey\` must be a non-empty string`;
  if (reconnect !== undefined && !isReconnect(reconnect))
    return `${call}: \`reconnect\` must be \`{ maxAttempts }\`, with a positive integer`;
  const misplaced = misplacedOption(options, {
    body: [
      body !== undefined && !isBodyWhole,
      body ? 'takes its body as a parameter' : 'sends no body',
      body ? 'bodies that are objects' : 'operations that do; values of others go into `query`',
    ],
    idempotencyKey: [kind !== 'page', 'sends a request for each page', 'calls of one'],
    onProgress: [
      kind === 'binary' || body === 'multipart',
      'does not transfer a file',
      'uploads and downloads',
    ],
    onEvent: [kind === 'stream', 'is not a stream', 'streams'],
    prefetch: [kind === 'page', 'is not paginated', 'lists with pages'],
    reconnect: [stream?.resume !== undefined, 'cannot be resumed', 'streams that can'],
  });
  return misplaced && `${call} ${misplaced}`;
}
