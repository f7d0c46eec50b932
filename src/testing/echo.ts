import type { MockEcho } from '../../generated/mock.gen.js';
import { isRecord } from '../internal/is-record.js';
import { copyOf } from './copy-of.js';
import { fieldOf } from './fields.js';
import type { MockRequest } from './mock-request.js';

/**
 * Data that repeats values of the request, such as the model, or the id in the path.
 *
 * The table has only fields for which the description promises that the request's values fit. A value of another type
 * than the data has is ignored all the same, since requests are not checked that strictly.
 */
export function echo(data: unknown, sources: MockEcho | undefined, request: MockRequest): unknown {
  if (!isRecord(data) || !sources) return data;
  const repeated = Object.entries(sources).flatMap(([field, source]) => {
    if (!(field in data)) return [];
    const value = fit(valueAt(request, source), data[field]);
    return value === undefined ? [] : [[field, value] as const];
  });
  return { ...data, ...Object.fromEntries(repeated) };
}

/** The value at `path.job_id`, `query.version`, `body.model` or `body.file.name`. */
function valueAt({ pathParameters, query, body }: MockRequest, source: string): unknown {
  const [place, name = '', detail] = source.split('.');
  if (place === 'path') return pathParameters[name];
  if (place === 'query') return query.get(name) ?? undefined;
  const field = fieldOf(body, name);
  if (detail === undefined) return field;
  return field instanceof File && (detail === 'name' || detail === 'size' || detail === 'type')
    ? field[detail]
    : undefined;
}

/** The value converted to the type of the example; `undefined` if it is of another type. */
function fit(value: unknown, example: unknown): unknown {
  if (value === undefined || value === null || value === '') return undefined;
  // Numbers in a path, a query or a form are text.
  if (typeof example === 'number' && typeof value === 'string')
    return Number.isFinite(Number(value)) ? Number(value) : undefined;
  return typeOf(value) === typeOf(example) ? copyOf(value) : undefined;
}

const typeOf = (value: unknown): string =>
  Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
