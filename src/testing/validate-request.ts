import type { MockOperation } from '../../generated/mock.gen.js';
import { isRecord } from '../internal/is-record.js';
import { fieldOf } from './fields.js';
import type { MalformedJson, MockRequest } from './mock-request.js';

/** One thing that is wrong with a request, in the API's own words. */
export interface RequestFault {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
}

/**
 * Check a request as far as the mock can without the schemas: what must be there is there, ids and page
 * numbers have their form, and the body is of the right type.
 */
export function validateRequest(
  operation: MockOperation,
  request: MockRequest,
  malformed: MalformedJson | undefined,
): RequestFault[] {
  return [
    ...faultsInPath(operation, request),
    ...faultsInQuery(operation, request),
    ...faultsInBody(operation, request, malformed),
  ];
}

const uuidPattern = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

function faultsInPath({ uuids = [] }: MockOperation, { pathParameters }: MockRequest): RequestFault[] {
  return uuids
    .filter((name) => !uuidPattern.test(pathParameters[name] ?? ''))
    .map((name) => ({
      type: 'uuid_parsing',
      loc: ['path', name],
      msg: 'Input should be a valid UUID',
      input: pathParameters[name],
    }));
}

function faultsInQuery(
  { requiredQuery = [], answer }: MockOperation,
  { query }: MockRequest,
): RequestFault[] {
  const absent = requiredQuery
    .filter((name) => !query.has(name))
    .map((name) => missing(['query', name], null));
  if (answer.kind !== 'page') return absent;
  const numbers = [
    { name: answer.page, least: answer.first },
    { name: answer.size, least: 1 },
  ];
  const wrong = numbers.filter(({ name, least }) => query.has(name) && !isInteger(query.get(name), least));
  return [
    ...absent,
    ...wrong.map(({ name, least }) => ({
      type: 'int_parsing',
      loc: ['query', name],
      msg: `Input should be a valid integer, at least ${least}`,
      input: query.get(name),
    })),
  ];
}

const isInteger = (text: string | null, least: number): boolean =>
  /^-?\d+$/.test(text ?? '') && Number(text) >= least;

function faultsInBody(
  { body: asked }: MockOperation,
  { body, headers }: MockRequest,
  malformed: MalformedJson | undefined,
): RequestFault[] {
  if (!asked) return [];
  if (body === undefined) return asked.required ? [missing(['body'], null)] : [];
  if (malformed) {
    return [
      { type: 'json_invalid', loc: ['body', 0], msg: `Body decode error: ${malformed.message}`, input: {} },
    ];
  }
  const isRightType =
    asked.encoding === 'multipart' ? body instanceof FormData : isRecord(body) && !(body instanceof FormData);
  if (!isRightType) {
    const wanted = asked.encoding === 'multipart' ? 'multipart/form-data' : 'application/json';
    return [
      {
        type: 'model_attributes_type',
        loc: ['body'],
        msg: `Input should be a valid dictionary or object sent as ${wanted}, not ${headers.get('content-type') ?? 'without a content type'}`,
        input: body instanceof FormData ? null : body,
      },
    ];
  }
  const absent = (asked.requiredFields ?? []).filter((name) => fieldOf(body, name) === undefined);
  return absent.map((name) => missing(['body', name], body instanceof FormData ? null : body));
}

const missing = (loc: readonly string[], input: unknown): RequestFault => ({
  type: 'missing',
  loc,
  msg: 'Field required',
  input,
});
