import { isObject, type JsonObject } from '../description/json.js';
import { segment, visit } from '../description/visit.js';
import { freeName } from '../description/free-name.js';
import { PipelineError } from '../run/pipeline-error.js';
import type { Repair } from './repair.js';

/**
 * Rename schemas to what their types are called.
 *
 * @param operations - What the types of the operations are called: `ChatComplete`.
 * @throws {PipelineError} for an `x-type-name` that no type can have, or that another has.
 */
export function renameSchemas(document: JsonObject, operations: readonly string[]): Repair[] {
  const schemas = schemasOf(document);
  const names = typeNamesOf(document, operations);
  for (const schema of Object.values(schemas)) if (isObject(schema)) delete schema['x-type-name'];
  const renamed = new Map([...names].filter(([name, typeName]) => name !== typeName));
  if (renamed.size === 0) return [];
  redirect(document, renamed);
  // In the order of the description, which the generated files follow.
  (document.components as JsonObject).schemas = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [names.get(name)!, schema]),
  );
  return [...renamed].map(
    ([name, typeName]) => `$.components.schemas: \`${name}\` is called \`${typeName}\``,
  );
}

export function schemasOf({ components }: JsonObject): JsonObject {
  const schemas = isObject(components) ? components.schemas : undefined;
  return isObject(schemas) ? schemas : {};
}

/**
 * What the types of schemas are called, by the names of the schemas: what `x-type-name` says, or else the same, but for
 * names that no type can have: those of globals, which generated code uses itself or people would shadow by importing,
 * names that are no identifiers, and those that an operation's own types have.
 *
 * @throws {PipelineError} for an `x-type-name` that no type can have, or that another has.
 */
export function typeNamesOf(document: JsonObject, operations: readonly string[]): Map<string, string> {
  const schemas = schemasOf(document);
  const derived = derivedFrom(operations);
  const chosen = new Map(
    Object.entries(schemas).flatMap(([name, schema]) => {
      const typeName = isObject(schema) ? schema['x-type-name'] : undefined;
      return typeName === undefined ? [] : [[name, String(typeName)] as const];
    }),
  );
  const taken = new Set(Object.keys(schemas).filter((name) => !chosen.has(name)));
  for (const [name, typeName] of chosen) {
    const fault = taken.has(typeName) ? 'is taken' : faultOf(typeName, derived);
    if (fault !== undefined) {
      throw new PipelineError(
        `$.components.schemas${segment(name)}: \`x-type-name: ${typeName}\` ${fault}. Choose another name in the overlay.`,
      );
    }
    taken.add(typeName);
  }
  for (const name of [...derived, ...globals]) taken.add(name);
  return new Map(
    Object.keys(schemas).map((name) => {
      const typeName = chosen.get(name);
      const better = typeName === undefined ? betterName(name, derived) : undefined;
      if (better === undefined) return [name, typeName ?? name];
      const free = freeName(better, taken);
      taken.add(free);
      return [name, free];
    }),
  );
}

/** The names that the types of operations have, and those of schemas must leave to them. */
export const derivedFrom = (operations: readonly string[]): ReadonlySet<string> =>
  new Set(operations.flatMap((name) => derivedNames.map((ending) => name + ending)));

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
  return faultOf(name, derived) === undefined ? undefined : `${name}Definition`;
}

/** Why no type can have a name. */
function faultOf(name: string, derived: ReadonlySet<string>): string | undefined {
  if (!identifier.test(name)) return 'is not a name';
  if (globals.has(name)) return 'is a name of the language';
  return derived.has(name) ? 'is a type of an operation' : undefined;
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
  visit(document, (node) => {
    if (typeof node.$ref === 'string') node.$ref = redirected(node.$ref);
    const mapping = isObject(node.discriminator) ? node.discriminator.mapping : undefined;
    if (!isObject(mapping)) return;
    for (const [tag, target] of Object.entries(mapping))
      if (typeof target === 'string') mapping[tag] = redirected(target);
  });
}
