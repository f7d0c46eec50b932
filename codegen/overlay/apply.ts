import { isObject, nameOfType, type JsonObject, type JsonValue } from '../description/json.js';
import { PipelineError } from '../run/pipeline-error.js';
import type { Action, Overlay } from './overlay.js';
import { select, type Node } from './select.js';

/**
 * Apply the actions of one overlay to a document, in place and in order.
 *
 * Follows the OpenAPI Overlay Specification 1.0 and 1.1, and is stricter in one respect: an action
 * that matches nothing is an error unless `x-optional` allows it, and `x-expect` pins the number of
 * matches. Either way upstream moved or repaired the thing, and someone should look.
 *
 * @see https://spec.openapis.org/overlay/v1.1.html
 * @returns how many actions changed something.
 * @throws {PipelineError} naming file, action and reason.
 */
export function applyOverlay(document: JsonValue, overlay: Overlay): number {
  return overlay.actions.filter((action, index) => {
    try {
      return applyAction(document, action) > 0 && action.change.kind !== 'none';
    } catch (cause) {
      throw new PipelineError(
        `${overlay.file}: action ${index + 1} (${action.description})\n  target: ${action.target}\n  ${(cause as Error).message}`,
        { cause },
      );
    }
  }).length;
}

/**
 * Apply one action, in place.
 *
 * @returns how many nodes it matched.
 * @throws {Error} saying why it cannot be applied; the document is unchanged then.
 */
export function applyAction(document: JsonValue, action: Action): number {
  const nodes = selectOrExplain(document, action.target, 'target');
  if (action.expect !== undefined && nodes.length !== action.expect) {
    throw new Error(
      `Matches ${nodes.length} nodes where x-expect says ${action.expect}. Look at what upstream changed, then correct the target or the count.`,
    );
  }
  if (nodes.length === 0) {
    if (action.optional) return 0;
    throw new Error(
      'Matches nothing. If upstream repaired or removed it, delete the action; if it moved, correct the target; if it may be absent, add `x-optional: true`.',
    );
  }

  const { change } = action;
  if (change.kind === 'remove') removeAll(nodes);
  if (change.kind === 'update') updateAll(nodes, change.value);
  if (change.kind === 'copy') {
    const source = theOneNode(selectOrExplain(document, change.source, 'copy'), change.source);
    updateAll(nodes, structuredClone(source.value));
  }
  return nodes.length;
}

function selectOrExplain(document: JsonValue, expression: string, field: string): Node[] {
  try {
    return select(document, expression);
  } catch (cause) {
    throw new Error(
      `\`${field}\` is no JSONPath (RFC 9535): ${expression}\n  ${(cause as Error).message}\n  Correct the expression.`,
      { cause },
    );
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
  for (const { parent, key } of nodes) {
    if (parent === undefined)
      throw new Error('The root of the document cannot be removed. Select what is in it.');
    if (!Array.isArray(parent)) delete parent[String(key)];
  }
  // An array's later items go first, before earlier removals move them.
  const items = nodes.filter(({ parent }) => Array.isArray(parent));
  for (const { parent, key } of items.toSorted((a, b) => Number(b.key) - Number(a.key))) {
    (parent as JsonValue[]).splice(Number(key), 1);
  }
}

function updateAll(nodes: readonly Node[], update: JsonValue): void {
  const kinds = [...new Set(nodes.map(({ value }) => kindOf(value)))];
  if (kinds.length > 1) {
    throw new Error(
      `Selects ${kinds.join('s and ')}s together, and one update cannot fit both. Make it two actions.`,
    );
  }
  // Only here may a single value join an array: deeper down the standard merges arrays with arrays.
  const updateFor = ({ value }: Node) => (Array.isArray(value) && !Array.isArray(update) ? [update] : update);
  const placeOf = ({ key }: Node) => (key === undefined ? '$' : `…['${key}']`);
  // What does not fit everywhere changes nothing.
  for (const node of nodes) checkFit(node.value, updateFor(node), placeOf(node));
  for (const node of nodes) {
    const merged = merge(node.value, updateFor(node), placeOf(node));
    if (node.parent !== undefined) (node.parent as JsonObject)[node.key as string] = merged;
  }
}

/** Throws what {@link merge} would throw, and changes nothing; looks no further than the update goes. */
function checkFit(target: JsonValue, update: JsonValue, place: string): void {
  refuseMisfit(target, update, place);
  if (!isObject(target) || !isObject(update)) return;
  for (const [key, value] of Object.entries(update))
    if (Object.hasOwn(target, key)) checkFit(target[key]!, value, `${place}['${key}']`);
}

/**
 * Objects merge, arrays grow, a primitive replaces a primitive; anything else is a mistake.
 *
 * Objects and arrays change in place, so that a node inside another one stays the node that was selected.
 */
function merge(target: JsonValue, update: JsonValue, place: string): JsonValue {
  refuseMisfit(target, update, place);
  if (Array.isArray(target) && Array.isArray(update)) {
    target.push(...structuredClone(update));
    return target;
  }
  if (!isObject(target) || !isObject(update)) return update;
  for (const [key, value] of Object.entries(update)) {
    const present = Object.hasOwn(target, key);
    target[key] = present ? merge(target[key]!, value, `${place}['${key}']`) : structuredClone(value);
  }
  return target;
}

function refuseMisfit(target: JsonValue, update: JsonValue, place: string): void {
  if (kindOf(target) === kindOf(update)) return;
  throw new Error(
    `Cannot put ${nameOfType(update)} over ${nameOfType(target)} at ${place}. Remove it first, in an action of its own.`,
  );
}

function kindOf(value: JsonValue): 'object' | 'array' | 'primitive' {
  if (Array.isArray(value)) return 'array';
  return isObject(value) ? 'object' : 'primitive';
}
