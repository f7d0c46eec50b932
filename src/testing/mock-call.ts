import type { MockOperation } from '../../generated/mock.gen.js';
import { parseOrKeep } from '../internal/parse-or-keep.js';
import { isRecord } from '../internal/is-record.js';
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

/** The parameters of path, query and body, put together again as they were handed to the method. */
export function paramsOf(
  { types = {}, body: described }: MockOperation,
  { pathParameters, query, body }: Pick<MockRequest, 'pathParameters' | 'query' | 'body'>,
): Record<string, unknown> {
  const read = (name: string, values: readonly FormDataEntryValue[]): unknown => {
    const decoded = values.map((value) => (typeof value === 'string' ? decode(types[name], value) : value));
    return types[name] === 'list' || decoded.length > 1 ? decoded : decoded[0];
  };
  const all = (source: URLSearchParams | FormData) =>
    [...new Set(source.keys())].map((name): [string, unknown] => [name, read(name, source.getAll(name))]);
  const inBody = body instanceof FormData ? all(body) : Object.entries(isRecord(body) ? body : {});
  return Object.fromEntries([
    ...Object.entries(pathParameters).map(([name, value]) => [name, read(name, [value])] as const),
    ...all(query),
    // What the method itself adds is none of the caller's.
    ...inBody.filter(([name]) => !Object.hasOwn(described?.fixed ?? {}, name)),
  ]);
}

function decode(type: string | undefined, text: string): unknown {
  if (type === 'number') return Number(text);
  if (type === 'boolean') return text === 'true';
  return type === 'json' ? parseOrKeep(text) : text;
}
