import type { Operation } from '../../generated/api.gen.js';
import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { adviceAgainst, isPlain } from '../internal/unwritable.js';
import { unknownKey } from '../internal/unknown-key.js';
import { noOptions, requestOptionNames } from './method.js';
import type { Values } from './send-operation.js';

const mistaken = { abortSignal: 'signal', timeout: 'timeoutMs' };

/** What is wrong with the arguments, made at the call itself so that the stack leads to it. */
export function callFault(
  operation: Operation,
  params: unknown,
  options: unknown,
): ArgumentError | undefined {
  const { id, fixed = {}, twin } = operation;
  if (!isRecord(params) || (!isPlain(params) && adviceAgainst(params)))
    return new ArgumentError(`mistral.${id}(params, options): \`params\` must be an object`);
  const fault = options === noOptions ? undefined : faultInOptions(operation, options);
  if (fault) return new ArgumentError(fault);
  for (const [name, value] of Object.entries(fixed)) {
    const given = params[name];
    if (given === undefined || given === null || given === value) continue;
    const other = twin ? `; call mistral.${twin}() instead` : '';
    return new ArgumentError(`mistral.${id}() always sends \`${name}: ${value}\`${other}`);
  }
  return undefined;
}

type Place = readonly [fits: boolean, what: string, where: string];

function misplacedOption(options: Values, places: Readonly<Record<string, Place>>): string | undefined {
  for (const [name, [fits, what, where]] of Object.entries(places))
    if (options[name] !== undefined && !fits) return `${what}; \`${name}\` is for ${where}`;
  return undefined;
}

function faultInOptions({ id, kind, body }: Operation, options: unknown): string | undefined {
  if (!isRecord(options)) return `mistral.${id}(params, options): \`options\` must be an object`;
  const call = `mistral.${id}()`;
  const unknown = unknownKey(options, requestOptionNames, call, mistaken);
  if (unknown) return unknown;
  const { signal, query = {}, onEvent, onProgress, prefetch = 0 } = options;
  if (prefetch !== 0 && prefetch !== 1) return `${call}: \`prefetch\` must be 0 or 1`;
  for (const [name, value] of Object.entries({ onEvent, onProgress }))
    if (value !== undefined && typeof value !== 'function') return `${call}: \`${name}\` must be a function`;
  const isSignal =
    typeof (signal as Partial<AbortSignal> | null | undefined)?.addEventListener === 'function';
  if (signal !== undefined && signal !== null && !isSignal)
    return `${call}: \`signal\` must be an AbortSignal, such as \`controller.signal\``;
  if (!isRecord(query)) return `${call}: \`query\` must be an object`;
  const misplaced = misplacedOption(options, {
    onProgress: [kind === 'binary' || body === 'multipart', 'moves no file', 'uploads and downloads'],
    onEvent: [kind === 'stream', 'is no stream', 'streams'],
    prefetch: [kind === 'page', 'is no list with pages', 'those'],
  });
  return misplaced && `${call} ${misplaced}`;
}
