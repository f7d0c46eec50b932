import type { MockOperation, MockRule } from '../../generated/mock.gen.js';
import { isRecord } from '../internal/is-record.js';
import { nearestName } from '../internal/nearest-name.js';
import { checkValue, type RequestFault } from './check-value.js';
import { decodeFields } from './decode-fields.js';
import { fieldOf } from './fields.js';
import type { MalformedJson, MockRequest } from './mock-request.js';

/**
 * Check a request against what the description says of its path, its query and its body.
 *
 * @param isStrict - Whether all of it is looked at. If not, what must be there is there, ids and numbers in the URL can be
 * read, and the body is of the right type.
 */
export function validateRequest(
  operation: MockOperation,
  request: MockRequest,
  malformed: MalformedJson | undefined,
  isStrict: boolean,
): RequestFault[] {
  const { pathParameters = { fields: {} }, queryParameters = { fields: {} } } = operation;
  const path = decodeFields(pathParameters, new URLSearchParams(request.pathParameters));
  const query = decodeFields(queryParameters, request.query);
  const faults = [
    ...checkValue(pathParameters, path, ['path']),
    ...checkValue(queryParameters, query, ['query']),
    ...checkNames(queryParameters, query),
    ...checkPage(operation, request, query),
    ...checkBody(operation, request, malformed),
  ];
  return isStrict ? faults : faults.filter(isPlain);
}

/**
 * The API ignores a query parameter that it does not know, and so loses a filter that is misspelt. One that is like none of those
 * that are described may be one that the API has come to know.
 */
function checkNames(
  { fields = {}, values }: MockRule,
  query: Readonly<Record<string, unknown>>,
): RequestFault[] {
  if (values !== undefined) return [];
  const known = Object.keys(fields).map((key) => key.replace(/\?$/, ''));
  return Object.entries(query).flatMap(([name, input]) => {
    const meant = known.includes(name) ? undefined : nearestName(name, known);
    if (meant === undefined) return [];
    const msg = `Extra inputs are not permitted. Did you mean \`${meant}\`?`;
    return [{ type: 'extra_forbidden', loc: ['query', name], msg, input }];
  });
}

/** The description has no least page everywhere, and the mock has none before its first. */
function checkPage(
  { response }: MockOperation,
  { body }: MockRequest,
  query: Readonly<Record<string, unknown>>,
): RequestFault[] {
  if (response.kind !== 'page') return [];
  const least = { [response.page]: response.first, ...(response.size ? { [response.size]: 1 } : {}) };
  return Object.entries(least).flatMap(([name, limit]) => {
    const place = name in query ? 'query' : 'body';
    const value = query[name] ?? fieldOf(body, name);
    return typeof value === 'number' ? checkValue(`number>=${limit}`, value, [place, name]) : [];
  });
}

function checkBody(
  { body: asked }: MockOperation,
  { body, headers }: MockRequest,
  malformed: MalformedJson | undefined,
): RequestFault[] {
  if (!asked) return [];
  const fault = (type: string, msg: string, input: unknown, loc: RequestFault['loc'] = ['body']) => [
    { type, loc, msg, input },
  ];
  if (body === undefined) return asked.required ? fault('missing', 'Field required', null) : [];
  if (malformed) return fault('json_invalid', `Body decode error: ${malformed.message}`, {}, ['body', 0]);
  if (asked.encoding === 'multipart' && body instanceof FormData)
    return checkValue(asked.schema, decodeFields(asked.schema, body), ['body']);
  if (asked.encoding === 'json' && (asked.isWhole || isRecord(body)) && !(body instanceof FormData))
    return checkValue(asked.schema, body, ['body']);
  const wanted = asked.encoding === 'multipart' ? 'multipart/form-data' : 'application/json';
  const found = headers.get('content-type') ?? 'without a content type';
  return fault(
    'model_attributes_type',
    `Input should be a valid dictionary or object sent as ${wanted}, not ${found}`,
    body instanceof FormData ? null : body,
  );
}

/** What a mock that is not strict refuses, too. */
const isPlain = ({ type, loc }: RequestFault): boolean =>
  loc.length === 1 ||
  type === 'json_invalid' ||
  (type === 'missing' && loc.length === 2) ||
  (loc[0] !== 'body' && /^((uuid|int)_parsing|int_from_float|greater_than_equal)$/.test(type));
