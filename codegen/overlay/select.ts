import { exec } from 'jsonpath-rfc9535';

import type { JsonObject, JsonValue } from '../json.js';

/** A place in a document: the container and the key in it, or the root itself. */
export interface Node {
  readonly value: JsonValue;
  readonly parent: JsonObject | JsonValue[] | undefined;
  readonly key: string | number | undefined;
}

/**
 * Every node that a JSONPath expression selects, each once, in document order.
 *
 * @throws {Error} if the expression is not RFC 9535 JSONPath.
 */
export function select(document: JsonValue, expression: string): Node[] {
  const nodes = new Map<string, Node>();
  exec(document, expression, (value, path) => {
    const parent = path.slice(0, -1).reduce<JsonValue>((node, key) => (node as JsonObject)[key]!, document);
    const isRoot = path.length === 0;
    nodes.set(JSON.stringify(path), {
      value: value as JsonValue,
      parent: isRoot ? undefined : (parent as JsonObject | JsonValue[]),
      key: path.at(-1),
    });
  });
  return [...nodes.values()];
}
