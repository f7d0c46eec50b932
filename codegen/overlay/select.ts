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
    const keys = path.map((key) => (typeof key === 'string' ? unescape(key) : key));
    const parent = keys.slice(0, -1).reduce<JsonValue>((node, key) => (node as JsonObject)[key]!, document);
    nodes.set(JSON.stringify(keys), {
      value: value as JsonValue,
      parent: keys.length === 0 ? undefined : (parent as JsonObject | JsonValue[]),
      key: keys.at(-1),
    });
  });
  return [...nodes.values()];
}

/** The library writes names as they stand in a normalized path (RFC 9535, 2.7): in the escapes of JSON, and `\'`. */
const unescape = (name: string): string =>
  JSON.parse(`"${name.replaceAll("\\'", "'").replaceAll('"', '\\"')}"`) as string;
