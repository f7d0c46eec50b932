import { isObject, type JsonObject, type JsonValue } from './json.js';

/** What holds values for people to read, not schemas. */
const values = new Set(['example', 'examples', 'default', 'enum', 'const']);

/**
 * Whether a path leads to what holds names that anyone chose, where `default` is one like any other.
 *
 * `properties` inside `properties` is the name of one.
 */
export const holdsNames = (path: string): boolean =>
  /\.(responses|schemas)$|(?<!\.properties)(\.properties\.properties)*\.properties$/.test(path);

/** Visit every object of a document outside its examples, with the JSONPath that leads there. */
export function visit(
  value: JsonValue | undefined,
  onNode: (node: JsonObject, path: string) => void,
  path = '$',
): void {
  if (Array.isArray(value)) value.forEach((item, index) => visit(item, onNode, `${path}[${index}]`));
  if (!isObject(value)) return;
  onNode(value, path);
  for (const [key, child] of Object.entries(value)) {
    if (values.has(key) && !holdsNames(path)) continue;
    visit(child, onNode, path + segment(key));
  }
}

/** One step of a JSONPath, in the short form where the name allows it. */
export const segment = (name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${quoted(name)}]`;

/** A name as JSONPath quotes it. */
export const quoted = (name: string): string =>
  `'${JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
