import type { JsonObject, JsonValue } from '../description/json.js';
import { listIn, listPath } from '../description/lists.js';
import type { Operation } from '../description/operations.js';
import { PipelineError } from '../run/pipeline-error.js';

/** Where in the response the items are; no keys when the response is the list itself. */
export const itemKeys = ({ pagination }: Operation): string[] => listPath(pagination!.items);

/** @throws {PipelineError} if there is no list where `x-pagination` says. */
export function itemSchemaOf(document: JsonObject, { id, success, pagination }: Operation): JsonValue {
  const list = listIn(document, success.schema, pagination!.items);
  if (list !== undefined) return list.items;
  const place = pagination!.items === '' ? 'the response itself' : `\`${pagination!.items}\``;
  throw new PipelineError(
    `${id}: \`x-pagination\` says that the items are in ${place}, and there is no list. Correct the pagination overlay.`,
  );
}
