import type { MockEcho } from '../../generated/mock.gen.js';
import { isRecord } from '../internal/is-record.js';
import { copyOf } from './copy-of.js';
import { fieldOf } from './fields.js';
import type { MockRequest } from './mock-request.js';

/**
 * The answer with what it repeats of the request: the model that was asked, the id in the path.
 *
 * The table holds only fields for which the description promises that the request's values fit; a value of
 * another type than the answer has is left alone all the same, since requests are not checked that far.
 */
export function echo(answer: unknown, sources: MockEcho | undefined, request: MockRequest): unknown {
  if (!isRecord(answer) || !sources) return answer;
  const repeated = Object.entries(sources).flatMap(([field, source]) => {
    if (!(field in answer)) return [];
    const value = fit(valueAt(request, source), answer[field]);
    return value === undefined ? [] : [[field, value] as const];
  });
  return { ...answer, ...Object.fromEntries(repeated) };
}

/** What stands at `path.job_id`, `query.version`, `body.model` or `body.file.name`. */
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

/** The value as the answer's type; `undefined` when it is of another. */
function fit(value: unknown, usual: unknown): unknown {
  if (value === undefined || value === null || value === '') return undefined;
  // Numbers in a path, a query or a form are text.
  if (typeof usual === 'number' && typeof value === 'string')
    return Number.isFinite(Number(value)) ? Number(value) : undefined;
  return typeOf(value) === typeOf(usual) ? copyOf(value) : undefined;
}

const typeOf = (value: unknown): string =>
  Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
