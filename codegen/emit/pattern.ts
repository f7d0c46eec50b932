import type { JsonValue } from '../description/json.js';

/** The expression that a schema asks for. Upstream's are Python's: one that JavaScript cannot read asks nothing. */
export function expressionOf(pattern: JsonValue | undefined, flags = ''): RegExp | undefined {
  if (typeof pattern !== 'string') return undefined;
  try {
    return new RegExp(pattern, flags);
  } catch {
    return undefined;
  }
}
