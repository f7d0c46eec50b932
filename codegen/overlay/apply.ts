import { isObject, nameOfType, type JsonObject, type JsonValue } from '../json.js';
import { PipelineError } from '../pipeline-error.js';
import type { Action, Overlay } from './overlay.js';
import { select, type Node } from './select.js';

/**
 * Apply the actions of one overlay to a document, in place and in order.
 *
 * Follows the OpenAPI Overlay Specification 1.0 and 1.1, and is stricter in one respect: an action
 * that matches nothing is an error unless `x-optional` allows it, and `x-expect` pins the number of
 * matches. Either way upstream moved or mended the thing, and someone should look.
 *
 * @see https://spec.openapis.org/overlay/v1.1.html
 * @returns how many actions changed something.
 * @throws {PipelineError} naming file, action and reason.
 */
export function applyOverlay(document: JsonValue, overlay: Overlay): number {
  return overlay.actions.filter((action, index) => {
    try {
      return applyAction(document, action) > 0;
    } catch (cause) {
      throw new PipelineError(
        `${overlay.file}: action ${index + 1} (${action.description})\n  target: ${action.target}\n  ${(cause as Error).message}`,
        { cause },
      );
    }
  }).length;
}

function applyAction(document: JsonValue, action: Action): number {
  const nodes = selectOrExplain(document, action.target, 'target');
  if (action.expect !== undefined && nodes.length !== action.expect) {
    throw new Error(
      `Matches ${nodes.length} nodes where x-expect says ${action.expect}. Look at what upstream changed, then correct the target or the count.`,
    );
  }
  if (nodes.length === 0) {
    if (action.optional) return 0;
    throw new Error(
      'Matches nothing. If upstream mended or removed it, delete the action; if it moved, correct the target; if it may be absent, add `x-optional: true`.',
    );
  }

  const { change } = action;
  if (change.kind === 'remove') removeAll(nodes);
  if (change.kind === 'update') for (const node of nodes) write(node, change.value);
  if (change.kind === 'copy') {
    const source = theOneNode(selectOrExplain(document, change.source, 'copy'), change.source);
    const value = structuredClone(source.value);
    for (const node of nodes) write(node, value);
  }
  return nodes.length;
}

function selectOrExplain(document: JsonValue, expression: string, field: string): Node[] {
  try {
    return select(document, expression);
  } catch (cause) {
    throw new Error(`\`${field}\` is no JSONPath (RFC 9535): ${expression}\n  ${(cause as Error).message}`, {
      cause,
    });
  }
}

function theOneNode(nodes: readonly Node[], expression: string): Node {
  const [node] = nodes;
  if (!node || nodes.length > 1) {
    throw new Error(`\`copy\` must select exactly one node, and ${expression} selects ${nodes.length}.`);
  }
  return node;
}

function removeAll(nodes: readonly Node[]): void {
  // An array's later items go first, before earlier removals move them.
  const lastFirst = nodes.toSorted((a, b) => Number(b.key) - Number(a.key) || 0);
  for (const { parent, key } of lastFirst) {
    if (parent === undefined) throw new Error('The root of the document cannot be removed.');
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[String(key)];
  }
}

function write(node: Node, update: JsonValue): void {
  const place = node.key === undefined ? '$' : `…['${node.key}']`;
  // Only here may a single value join an array: deeper down the standard merges arrays with arrays.
  const value = Array.isArray(node.value) && !Array.isArray(update) ? [update] : update;
  const merged = merge(node.value, value, place);
  if (node.parent === undefined) Object.assign(node.value as JsonObject, merged);
  else (node.parent as JsonObject)[node.key as string] = merged;
}

/** Objects merge, arrays grow, a primitive replaces a primitive; anything else is a mistake. */
export function merge(target: JsonValue, update: JsonValue, place = '$'): JsonValue {
  if (Array.isArray(target) && Array.isArray(update)) return [...target, ...structuredClone(update)];
  if (isPrimitive(target) && isPrimitive(update)) return update;
  if (!isObject(target) || !isObject(update)) {
    throw new Error(
      `Cannot put ${nameOfType(update)} over ${nameOfType(target)} at ${place}. Remove it first, in an action of its own.`,
    );
  }
  const merged: JsonObject = { ...target };
  for (const [key, value] of Object.entries(update)) {
    const present = Object.hasOwn(target, key);
    merged[key] = present ? merge(target[key]!, value, `${place}['${key}']`) : structuredClone(value);
  }
  return merged;
}

const isPrimitive = (value: JsonValue): boolean => typeof value !== 'object' || value === null;
