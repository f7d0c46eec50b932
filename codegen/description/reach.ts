import { isObject, type JsonObject, type JsonValue } from './json.js';
import { keysOf } from './schema.js';
import { visit } from './visit.js';

/**
 * The components that values refer to, and that these refer to in turn, as `schemas Book`.
 *
 * A reference may lead into the middle of a component: that is used as a whole.
 */
export function reachedComponents(
  document: JsonObject,
  ...values: readonly (JsonValue | undefined)[]
): Set<string> {
  const components = isObject(document.components) ? document.components : {};
  const reached = new Set<string>();
  const reach = (value: JsonValue | undefined): void =>
    visit(value, ({ $ref }) => {
      if (typeof $ref !== 'string' || !$ref.startsWith('#/components/')) return;
      const [, kind = '', name = ''] = keysOf($ref);
      if (reached.has(`${kind} ${name}`)) return;
      reached.add(`${kind} ${name}`);
      const named = components[kind];
      reach(isObject(named) ? named[name] : undefined);
    });
  values.forEach(reach);
  return reached;
}
