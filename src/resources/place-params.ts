import type { Operation } from '../../generated/api.gen.js';
import { writeJson } from '../transport/write-json.js';

export interface PlacedParams {
  readonly path: Record<string, unknown>;
  readonly query: Record<string, unknown>;
  readonly body?: Record<string, unknown>;
}

/**
 * Share out the parameters of a method among path, query and body.
 *
 * What the description does not know goes into the body, or into the query of an operation without a body,
 * so that a new parameter of the API can be used before this package knows it.
 */
export function placeParams(operation: Operation, params: Readonly<Record<string, unknown>>): PlacedParams {
  const { path: inPath = [], query: inQuery = [], jsonQuery = [], body, fixed } = operation;
  // Without a prototype, a parameter called `__proto__` is one like any other.
  const empty = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>;
  const path = empty();
  const query = empty();
  const rest = empty();
  for (const [name, value] of Object.entries(params)) {
    if (inPath.includes(name)) path[name] = value;
    else if (jsonQuery.includes(name))
      query[name] = value === undefined || value === null ? value : writeJson(value);
    else if (inQuery.includes(name) || !body) query[name] = value;
    else rest[name] = value;
  }
  return body ? { path, query, body: Object.assign(rest, fixed) } : { path, query };
}
