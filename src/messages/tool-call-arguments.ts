import { isRecord } from '../internal/is-record.js';
import { parseOrKeep } from '../internal/parse-or-keep.js';

/** The arguments of a call: JSON as the model wrote it, or an object that a server has parsed. */
export type ToolCallArguments = string | Record<string, unknown>;

/** Arguments in one of the API's two forms; `undefined` for none, and for an empty text. */
export function normalizeArguments(given: unknown): ToolCallArguments | undefined {
  if (given === null || given === undefined || given === '') return undefined;
  return typeof given === 'string' || isRecord(given) ? given : JSON.stringify(given);
}

/** Arguments as JSON; empty if there are none. */
export function textOfArguments(given: unknown): string {
  const normalized = normalizeArguments(given) ?? '';
  return typeof normalized === 'string' ? normalized : JSON.stringify(normalized);
}

/** Append a delta to arguments. */
export function appendArguments(
  so: ToolCallArguments,
  more: ToolCallArguments | undefined,
): ToolCallArguments {
  if (more === undefined) return so;
  if (isEmpty(so)) return so !== '' && isEmpty(more) ? so : more;
  if (isRecord(so) && isRecord(more)) return { ...so, ...more };
  // An empty object in the middle is part of the text; after the end it is ignored, as is a repetition of all of it.
  const isOver = beginsObject(more) && isWhole(so);
  if (isOver && (isEmpty(more) || textOfArguments(so) === textOfArguments(more))) return so;
  return textOfArguments(so) + textOfArguments(more);
}

export const beginsObject = (given: ToolCallArguments): boolean =>
  isRecord(given) || given.trimStart().startsWith('{');

/** Whether arguments are not empty, and a complete object. */
export function isWhole(given: ToolCallArguments): boolean {
  if (isEmpty(given)) return false;
  if (isRecord(given)) return true;
  return given.trimEnd().endsWith('}') && isRecord(parseOrKeep(given));
}

/** Some servers start with an empty object, others with an empty text. */
export const isEmpty = (given: ToolCallArguments): boolean =>
  typeof given === 'string' ? given === '' || given === '{}' : Object.keys(given).length === 0;
