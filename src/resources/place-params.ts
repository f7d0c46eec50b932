import type { Operation } from '../../generated/api.gen.js';

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
  const path: Record<string, unknown> = {};
  const query: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(params)) {
    if (inPath.includes(name)) path[name] = value;
    else if (jsonQuery.includes(name))
      query[name] = value === undefined || value === null ? value : JSON.stringify(value);
    else if (inQuery.includes(name) || !body) query[name] = value;
    else rest[name] = value;
  }
  return body ? { path, query, body: { ...rest, ...fixed } } : { path, query };
}
