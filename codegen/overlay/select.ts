import { JSONPathEnvironment, type JSONPathQuery } from 'json-p3';

import type { JsonObject, JsonValue } from '../description/json.js';

/** A place in a document: the container and the key in it, or the root itself. */
export interface Node {
  readonly value: JsonValue;
  readonly parent: JsonObject | JsonValue[] | undefined;
  readonly key: string | number | undefined;
}

// The library stops at 50 levels unless told otherwise, as if it were a cycle: what was read from YAML has none.
const jsonPath = new JSONPathEnvironment({ maxRecursionDepth: Infinity });

/**
 * Every node that a JSONPath expression selects, each once, in document order.
 *
 * @throws {Error} if the expression is not RFC 9535 JSONPath.
 */
export function select(document: JsonValue, expression: string): Node[] {
  const nodes = new Map<string, Node>();
  for (const { value, location } of compile(expression).lazyQuery(document)) {
    const parent = location
      .slice(0, -1)
      .reduce<JsonValue>((node, key) => (node as JsonObject)[key]!, document);
    nodes.set(JSON.stringify(location), {
      value: value as JsonValue,
      parent: location.length === 0 ? undefined : (parent as JsonObject | JsonValue[]),
      key: location.at(-1),
    });
  }
  return [...nodes.values()];
}

/** @throws {Error} if the expression is not RFC 9535 JSONPath. */
export function checkExpression(expression: string): void {
  compile(expression);
}

const quoted = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/g;
const nameWithHyphen = /\.([a-z_\u0080-\uffff][\w\u0080-\uffff]*-[\w\u0080-\uffff-]*)/i;

/** The library takes `$.x-light`, which is not in the grammar of RFC 9535, and which other readers refuse. */
function compile(expression: string): JSONPathQuery {
  const name = nameWithHyphen.exec(expression.replace(quoted, "''"))?.[1];
  if (name !== undefined) throw new Error(`A name with a hyphen needs quotes: ['${name}']`);
  return jsonPath.compile(expression);
}
