import type { Operation } from '../../generated/api.gen.js';
import { setProperty } from '../internal/set-property.js';
import { writeJson } from '../transport/write-json.js';

export interface PlacedParams {
  readonly path: Record<string, unknown>;
  readonly query: Record<string, unknown>;
  readonly body?: unknown;
}

/**
 * Distribute the parameters of a method over path, query and body.
 *
 * Unknown parameters go into the body, or into the query where parameters are not fields of the body, so that new
 * parameters of the API can be used before this package knows them.
 *
 * @param laidOver - Fields of the body that replace parameters.
 */
export function placeParams(
  operation: Operation,
  params: Readonly<Record<string, unknown>>,
  laidOver: Readonly<Record<string, unknown>> = {},
): PlacedParams {
  const { path: inPath = [], query: inQuery = [], jsonQuery = [], body, isBodyWhole, fixed } = operation;
  const path: Record<string, unknown> = {};
  const query: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(params)) {
    if (inPath.includes(name)) setProperty(path, name, value);
    else if (jsonQuery.includes(name))
      setProperty(query, name, value === undefined || value === null ? value : writeJson(value));
    else if (inQuery.includes(name) || !body || (isBodyWhole && name !== 'body'))
      setProperty(query, name, value);
    else setProperty(rest, name, value);
  }
  for (const [name, value] of Object.entries(laidOver))
    if (value !== undefined) setProperty(rest, name, value);
  if (!body) return { path, query };
  return { path, query, body: isBodyWhole ? rest.body : Object.assign(rest, fixed) };
}
