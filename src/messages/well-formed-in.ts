import { wellFormed } from '../internal/well-formed.js';

/** A value with the lone surrogates in all its texts replaced; the value itself if there are none. */
export function wellFormedIn(value: unknown): unknown {
  if (typeof value === 'string') return wellFormed(value);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const repaired = entries.map(([name, each]): [string, unknown] => [wellFormed(name), wellFormedIn(each)]);
  if (repaired.every(([name, each], place) => name === entries[place]![0] && each === entries[place]![1]))
    return value;
  return Array.isArray(value) ? repaired.map(([, each]) => each) : Object.fromEntries(repaired);
}
