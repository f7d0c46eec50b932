import { isRecord } from './is-record.js';

/** The objects of a list of a response or a message; none where it is not a list. */
export const recordsIn = (list: unknown): Record<string, unknown>[] =>
  Array.isArray(list) ? list.filter(isRecord) : [];
