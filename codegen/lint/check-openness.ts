import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { bullets } from '../run/bullets.js';
import { PipelineError } from '../run/pipeline-error.js';
import { resolve } from '../description/schema.js';
import { placesInRequests, placesInResponses, type Place } from '../description/schema-places.js';

/**
 * Check that enums are open where only responses hold them: the server may come to send other values.
 *
 * What requests hold as well stays closed, since the client writes it.
 *
 * @returns the number of open places.
 * @throws {PipelineError} listing the closed enums, with the overlay action that would open each.
 */
export function checkOpenness(document: JsonObject): number {
  const enums = enumsInResponses(document);
  const closed = enums.filter(isClosed(document));
  if (closed.length > 0) {
    const faults = closed.map(
      ({ path }) =>
        `${path}: add to the openness overlay\n      - target: ${path}\n        description: …\n        update:\n          x-open-enum: true\n      or, where requests share the enum, replace the reference by \`anyOf: [{ $ref: … }, { type: string, x-open-enum: true }]\``,
    );
    throw new PipelineError(`${closed.length} enums in responses are closed:\n${bullets(faults)}`);
  }
  return enums.length;
}

/** The closed enums that only responses hold, or refer to. */
export const closedEnums = (document: JsonObject): Place[] =>
  enumsInResponses(document).filter(isClosed(document));

const isClosed =
  (document: JsonObject) =>
  ({ node, siblings }: Place): boolean =>
    !isOpen(document, node, siblings);

function enumsInResponses(document: JsonObject): Place[] {
  const requests = placesInRequests(document);
  const responses = placesInResponses(document);
  const onlyInResponses = [...responses.values()].filter(({ node }) => !requests.has(node));
  return onlyInResponses.filter(({ node }) => isEnum(resolve(document, node)));
}

const isEnum = ({ enum: values }: JsonObject): boolean =>
  Array.isArray(values) && values.filter((value) => typeof value === 'string').length > 1;

const isOpen = (document: JsonObject, node: JsonObject, siblings: readonly JsonValue[]): boolean =>
  resolve(document, node)['x-open-enum'] === true ||
  siblings.some((sibling) => isObject(sibling) && sibling['x-open-enum'] === true);
