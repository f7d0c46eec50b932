import { isObject, type JsonValue } from './json.js';
import type { JsonObject } from './json.js';

/** What holds values for people to read, not schemas. */
const values = new Set(['example', 'examples', 'default', 'enum', 'const']);

/** Visit every object of a document outside its examples, with the JSONPath that leads there. */
export function walk(
  value: JsonValue | undefined,
  visit: (node: JsonObject, path: string) => void,
  path = '$',
): void {
  if (Array.isArray(value)) value.forEach((item, index) => walk(item, visit, `${path}[${index}]`));
  if (!isObject(value)) return;
  visit(value, path);
  for (const [key, child] of Object.entries(value)) {
    // A property may be called `default`; as a keyword it holds no object of properties.
    if (values.has(key) && !path.endsWith('.properties')) continue;
    walk(child, visit, /^\w+$/.test(key) ? `${path}.${key}` : `${path}['${key}']`);
  }
}
