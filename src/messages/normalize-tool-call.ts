import { isRecord } from '../internal/is-record.js';
import { normalizeArguments, type ToolCallArguments } from './tool-call-arguments.js';
import { withoutNulls } from './without-nulls.js';

type Fields = Record<string, unknown>;

/** A tool call, or a delta of one in a stream. What the server omitted, in whatever spelling, is `undefined`. */
export interface ToolCallPart {
  readonly id: string | undefined;
  readonly index: number | undefined;
  readonly name: string | undefined;
  readonly arguments: ToolCallArguments | undefined;
  /** The other fields of the call, and of its function. */
  readonly rest: Fields;
  readonly functionRest: Fields;
}

/** The tool calls of a message or a delta, which may be a list, a single call, or missing. */
export const normalizeToolCalls = (calls: unknown): ToolCallPart[] =>
  [calls].flat().filter(isRecord).map(normalizeToolCall);

export function normalizeToolCall(call: Readonly<Fields>): ToolCallPart {
  const { id, index, function: called, ...rest } = withoutNulls(call);
  const { name, arguments: given, ...functionRest } = isRecord(called) ? withoutNulls(called) : {};
  return {
    id: normalizeId(id),
    index: normalizeIndex(index),
    name: normalizeName(name),
    arguments: normalizeArguments(given),
    rest,
    functionRest,
  };
}

/** The id of a call, if it has one: servers write a missing id in several ways. */
export const normalizeId = (id: unknown): string | undefined =>
  typeof id === 'number' ? String(id) : id === 'null' ? undefined : normalizeName(id);

/** An index, which some servers write as text. */
export function normalizeIndex(index: unknown): number | undefined {
  const number = typeof index === 'string' && index !== '' ? Number(index) : index;
  return Number.isInteger(number) ? (number as number) : undefined;
}

export const normalizeName = (name: unknown): string | undefined =>
  typeof name === 'string' && name !== '' ? name : undefined;
