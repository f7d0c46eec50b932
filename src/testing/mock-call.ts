import type { MockOperation } from '../../generated/mock.gen.js';
import { isRecord } from '../internal/is-record.js';
import { decodeFields } from './decode-fields.js';
import type { MockRequest } from './mock-request.js';
import type { OperationId, ShapeOf } from './operation-id.js';

/** A request for an operation, with what its method was called with. */
export interface MockCall<Id extends OperationId> extends MockRequest {
  readonly operation: Id;
  /** As they came over the wire: a file is a `File`. They are not checked against the types. */
  readonly params: ParamsOf<Id>;
}

/** Every operation's calls, told apart by `operation`. */
export type AnyMockCall = { [Id in OperationId]: MockCall<Id> }[OperationId];

type ParamsOf<Id extends OperationId> =
  ShapeOf<Id> extends { params: infer Params extends object } ? Params : Readonly<Record<string, unknown>>;

const fieldsOf = (described: MockOperation['body'], body: unknown): Readonly<Record<string, unknown>> => {
  if (body instanceof FormData) return decodeFields(described?.schema, body);
  return isRecord(body) ? body : {};
};

/** The parameters of path, query and body, put together again as they were handed to the method. */
export function paramsOf(
  { pathParameters: inPath, queryParameters: inQuery, body: described }: MockOperation,
  { pathParameters, query, body }: Pick<MockRequest, 'pathParameters' | 'query' | 'body'>,
): Record<string, unknown> {
  const inBody = described?.isWhole ? { body } : fieldsOf(described, body);
  // What the method itself adds is none of the caller's.
  const own = Object.entries(inBody).filter(([name]) => !Object.hasOwn(described?.fixed ?? {}, name));
  return {
    ...decodeFields(inPath, new URLSearchParams(pathParameters)),
    ...decodeFields(inQuery, query),
    ...Object.fromEntries(own),
  };
}
