import type { JsonObject, JsonValue } from '../description/json.js';
import type { Operation } from '../description/operations.js';
import { PipelineError } from '../run/pipeline-error.js';
import { resolve } from '../description/schema.js';

/** Where in the answer the items are; no keys when the answer is the list itself. */
export const itemKeys = ({ pagination }: Operation): string[] =>
  pagination!.items === '' ? [] : pagination!.items.split('.');

/** @throws {PipelineError} if there is no list where `x-pagination` says. */
export function itemSchemaOf(document: JsonObject, operation: Operation): JsonValue {
  const { id, success, pagination } = operation;
  try {
    const list = itemKeys(operation).reduce(
      (schema, key) => resolve(document, resolve(document, schema.properties)[key]),
      resolve(document, success.schema),
    );
    return resolve(document, list.items) && list.items!;
  } catch (cause) {
    const place = pagination!.items === '' ? 'the answer itself' : `\`${pagination!.items}\``;
    throw new PipelineError(
      `${id}: \`x-pagination\` says that the items are in ${place}, and there is no list. Correct the pagination overlay.`,
      { cause },
    );
  }
}
