import { isObject, type JsonObject } from '../description/json.js';
import type { Operation } from '../description/operations.js';

/** How many items a page of a list has when the request does not say. */
export function defaultSizeOf(operation: Operation): number | undefined {
  const { size } = operation.pagination!;
  const schema = size === undefined ? undefined : requestSchemaOf(operation, size);
  return typeof schema?.default === 'number' ? schema.default : undefined;
}

/** The schema of a parameter, in the query or in the body. */
function requestSchemaOf({ queryParameters, body }: Operation, name: string): JsonObject | undefined {
  const found = [...queryParameters, ...(body?.properties ?? [])].find((each) => each.name === name);
  return isObject(found?.schema) ? found.schema : undefined;
}
