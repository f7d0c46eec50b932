import { isObject, type JsonObject } from '../description/json.js';
import { walk } from '../description/walk.js';
import { freeName } from '../description/free-name.js';
import type { Repair } from './repair.js';

/**
 * Rename schemas whose names no type can have: names of globals, which generated code uses itself or people would
 * shadow by importing, names that are no identifiers, and those that an operation's own types have.
 *
 * @param typeNames - What the types of the operations are called: `ChatComplete`.
 */
export function renameSchemas(document: JsonObject, typeNames: readonly string[]): Repair[] {
  const schemas = isObject(document.components) ? document.components.schemas : undefined;
  if (!isObject(schemas)) return [];
  const derived = new Set(typeNames.flatMap((name) => derivedNames.map((ending) => name + ending)));
  const renamed = new Map<string, string>();
  const taken = new Set([...Object.keys(schemas), ...derived, ...globals]);
  for (const name of Object.keys(schemas)) {
    const better = betterName(name, derived);
    if (better === undefined) continue;
    const free = freeName(better, taken);
    taken.add(free);
    renamed.set(name, free);
  }
  if (renamed.size === 0) return [];
  redirect(document, renamed);
  // In the order of the description, which the generated files follow.
  (document.components as JsonObject).schemas = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [renamed.get(name) ?? name, schema]),
  );
  return [...renamed].map(([name, free]) => `$.components.schemas: \`${name}\` is called \`${free}\``);
}

/** What an operation's types are called after its own name, where hey-api and the emitters name them. */
const derivedNames = ['Data', 'Errors', 'Error', 'Responses', 'Params'];

/** Types that no runtime has as a value. */
const utilityTypes = [
  'Awaited',
  'Exclude',
  'Extract',
  'Function',
  'NonNullable',
  'Omit',
  'Parameters',
  'Partial',
  'Pick',
  'PromiseLike',
  'PropertyKey',
  'Readonly',
  'ReadonlyArray',
  'Record',
  'Required',
  'ReturnType',
];

/** Words of the language, which are no names. */
const keywords =
  'any await bigint boolean break case catch class const continue debugger default delete do else enum export extends false finally for function if implements import in instanceof interface let never new null number object package private protected public return static string super switch symbol this throw true try typeof unknown var void while with yield';

const globals = new Set([...Object.getOwnPropertyNames(globalThis), ...utilityTypes, ...keywords.split(' ')]);

const identifier = /^[A-Za-z_$][\w$]*$/;

function betterName(name: string, derived: ReadonlySet<string>): string | undefined {
  if (!identifier.test(name)) return toIdentifier(name);
  return globals.has(name) || derived.has(name) ? `${name}Definition` : undefined;
}

/** `Page[Book]` and `books.v1-Book` become `PageBook` and `BooksV1Book`. */
function toIdentifier(name: string): string {
  const words = name.split(/[^A-Za-z0-9_$]+/).filter((word) => word !== '');
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return identifier.test(joined) ? joined : `Schema${joined}`;
}

function redirect(document: JsonObject, renamed: ReadonlyMap<string, string>): void {
  const prefix = '#/components/schemas/';
  const redirected = (reference: string): string => {
    if (!reference.startsWith(prefix)) return reference;
    const [name = '', ...rest] = reference.slice(prefix.length).split('/');
    const free = renamed.get(decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~'));
    return free === undefined ? reference : [prefix + free, ...rest].join('/');
  };
  walk(document, (node) => {
    if (typeof node.$ref === 'string') node.$ref = redirected(node.$ref);
    const mapping = isObject(node.discriminator) ? node.discriminator.mapping : undefined;
    if (!isObject(mapping)) return;
    for (const [tag, target] of Object.entries(mapping))
      if (typeof target === 'string') mapping[tag] = redirected(target);
  });
}
