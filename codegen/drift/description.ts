import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { nameOfRoute, routesOf, type Route } from '../description/routes.js';
import { keysOf, schemaName } from '../description/schema.js';
import type { Direction } from './rules.js';

/** A description whose references can be followed: whatever upstream wrote, every `$ref` that is left leads somewhere. */
export interface Description {
  readonly document: JsonObject;
  readonly schemas: ReadonlyMap<string, JsonValue>;
  readonly routes: readonly Route[];
  /** Which operations use a schema, by its name, however deep inside. */
  readonly users: ReadonlyMap<string, Users>;
}

/** Operations by their keys (`POST /v1/files`), by the way that the schema travels. */
export type Users = Readonly<Record<Direction, ReadonlySet<string>>>;

/** Stands in place of a `$ref` that leads nowhere, with what it said. */
export const brokenReference = 'x-broken-reference';

export function describe(upstream: JsonObject): Description {
  const document = withoutBrokenReferences(withAbsoluteReferences(upstream));
  const { schemas } = isObject(document.components) ? document.components : {};
  const named = new Map(Object.entries(isObject(schemas) ? schemas : {}));
  const routes = routesOf(document);
  return { document, schemas: named, routes, users: usersOf(document, named, routes) };
}

/** What a local reference leads to; `undefined` if it leads nowhere. */
export function follow(document: JsonObject, reference: string): JsonValue | undefined {
  if (!reference.startsWith('#/')) return undefined;
  let keys: string[];
  try {
    keys = keysOf(reference);
  } catch {
    return undefined; // A `%` that escapes nothing.
  }
  return keys.reduce<JsonValue | undefined>((node, key) => {
    if (Array.isArray(node)) return node[Number(key)];
    return isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined;
  }, document);
}

/** What holds values for people to read, where a `$ref` is none. */
const values = new Set(['example', 'examples', 'default', 'enum', 'const']);

/** What holds names that anyone chose, where `default` is one like any other. */
const holdsNames = new Set(['properties', 'patternProperties', 'schemas', '$defs', 'responses']);

/** A copy of a document in which each object that has a `$ref` is what `change` makes of it. */
function mapReferences(
  document: JsonObject,
  change: (node: JsonObject & { $ref: string }, above: readonly Step[]) => JsonObject,
): JsonObject {
  const above: Step[] = [];
  const copy = (value: JsonValue, key: string, isNamed: boolean): JsonValue => {
    if (typeof value !== 'object' || value === null) return value;
    above.push({ node: value, key });
    const named = holdsNames.has(key) && !isNamed;
    const child = (item: JsonValue, name: string): JsonValue =>
      values.has(name) && !named ? item : copy(item, name, named);
    const copied = Array.isArray(value)
      ? value.map((item, index) => child(item, String(index)))
      : Object.fromEntries(Object.entries(value).map(([name, item]) => [name, child(item, name)]));
    const result =
      isObject(copied) && typeof copied.$ref === 'string' && !named
        ? change({ ...copied, $ref: copied.$ref }, above)
        : copied;
    above.pop();
    return result;
  };
  return copy(document, '', false) as JsonObject;
}

interface Step {
  readonly node: JsonValue;
  readonly key: string;
}

/** `#/$defs/X` means the `$defs` of the schema around it; a document's own references begin at its root. */
function withAbsoluteReferences(document: JsonObject): JsonObject {
  return mapReferences(document, (node, above) => {
    if (!node.$ref.startsWith('#/$defs/') || isObject(document.$defs)) return node;
    const owner = above.findLastIndex((step) => isObject(step.node) && isObject(step.node.$defs));
    if (owner === -1) return node;
    const path = above
      .slice(1, owner + 1)
      .map(({ key }) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('%', '%25')}`);
    return { ...node, $ref: `#${path.join('')}${node.$ref.slice(1)}` };
  });
}

function withoutBrokenReferences(document: JsonObject): JsonObject {
  return mapReferences(document, (node) => {
    if (leadsSomewhere(document, node)) return node;
    const { $ref, ...siblings } = node;
    return { ...siblings, [brokenReference]: $ref };
  });
}

function leadsSomewhere(document: JsonObject, start: JsonObject): boolean {
  const passed = new Set<JsonValue>();
  let node: JsonValue | undefined = start;
  while (isObject(node) && typeof node.$ref === 'string') {
    node = follow(document, node.$ref);
    if (node === undefined || passed.has(node)) return false;
    passed.add(node);
  }
  return isObject(node) || typeof node === 'boolean';
}

function usersOf(
  document: JsonObject,
  schemas: ReadonlyMap<string, JsonValue>,
  routes: readonly Route[],
): Map<string, Users> {
  const users = new Map([...schemas.keys()].map((name) => [name, newUsers()]));
  const within = new Map([...schemas].map(([name, schema]) => [name, namesIn(document, schema)]));
  for (const route of routes) {
    const { requestBody, responses } = route.definition;
    const parts: [Direction, JsonValue][] = [
      ['request', [...route.parameters, requestBody ?? {}]],
      ['response', responses ?? {}],
    ];
    for (const [direction, part] of parts) {
      const waiting = [...namesIn(document, part)];
      for (const name of waiting) {
        const found = users.get(name)?.[direction];
        if (found === undefined || found.has(nameOfRoute(route))) continue;
        found.add(nameOfRoute(route));
        waiting.push(...within.get(name)!);
      }
    }
  }
  return users;
}

const newUsers = () => ({ request: new Set<string>(), response: new Set<string>() });

/** The schemas that a part of the document names, those that it leads to through other references included. */
function namesIn(document: JsonObject, part: JsonValue): Set<string> {
  const names = new Set<string>();
  for (const { name } of namedUses(document, part)) names.add(name);
  return names;
}

export interface Use {
  readonly name: string;
  /** Where in the part, without the numbers of its lists. */
  readonly path: string;
}

/** Each place where a part of the document names a schema. */
export function namedUses(document: JsonObject, part: JsonValue): Use[] {
  const uses: Use[] = [];
  const passed = new Set<string>();
  const visit = (value: JsonValue, path: string): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, path);
    if (!isObject(value)) return;
    const name = schemaName(value);
    if (name !== undefined) uses.push({ name, path });
    else if (typeof value.$ref === 'string' && !passed.has(value.$ref)) {
      passed.add(value.$ref);
      visit(follow(document, value.$ref) ?? {}, path);
    }
    for (const [key, item] of Object.entries(value)) visit(item, `${path}/${key}`);
  };
  visit(part, '');
  return uses;
}
