import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { isMethodName } from '../description/operations.js';
import type { Route } from '../description/routes.js';
import { propertiesOf, resolve } from '../description/schema.js';
import { successOf } from './separate-operations.js';

/**
 * Names for an operation, in the style of those of the official SDK: the tag says the resource, and what upstream's
 * operationId says beyond tag and route is the method. The best name comes first; each later one says more of the route.
 *
 * @param routes - All of the document: those that have a name tell where an operation belongs.
 */
export function nameCandidates(document: JsonObject, route: Route, routes: readonly Route[]): string[] {
  const resource = resourceOf(route, routes);
  const words = methodWords(route, resource, isList(document, route, routes));
  const segments = staticWords(route.path);
  const last = split(segments.at(-1) ?? '');
  const { method } = route;
  const [verb, ...rest] = words;
  const methods = [
    words,
    ...(verb === 'update' && method in updates ? [[updates[method]!, ...rest]] : []),
    last.includes(verb!) ? last : [...words, ...last],
    [...words, ...segments.flatMap(split)],
    [method.toLowerCase(), ...segments.flatMap(split)],
  ];
  return methods.map((each) => `${resource.join('.')}.${camelCase(each)}`);
}

/** How else an update may be called, if there are two of one thing. */
const updates: Readonly<Record<string, string>> = { PUT: 'replace', PATCH: 'patch' };

/** A list has pages, items whose routes go on from its own, or a response that is a list of what the route ends in. */
function isList(document: JsonObject, route: Route, routes: readonly Route[]): boolean {
  const { definition, method, path } = route;
  if (method !== 'GET') return false;
  if (definition['x-pagination'] !== undefined) return true;
  const end = endOf(path);
  if (end === '') return false;
  return routes.some((other) => other.path.startsWith(`${path}/{`)) || respondsWithList(document, route, end);
}

function respondsWithList(document: JsonObject, route: Route, end: string): boolean {
  const media = Object.values(successOf(document, route)?.content ?? {});
  const items = singular(split(end).at(-1)!);
  const isArray = (schema: JsonValue) => resolve(document, schema).type === 'array';
  return media.some(
    (each) =>
      isObject(each) &&
      each.schema !== undefined &&
      (isArray(each.schema) ||
        propertiesOf(document, each.schema).some(
          ({ name, schema }) => isArray(schema) && singular(split(name).at(-1) ?? '') === items,
        )),
  );
}

/** Resources that upstream's earlier tags have in `beta`, and that have left it since: a method stays where it is. */
const outOfBeta = new Set(['workflows']);

/** `beta.chat_completion_events` is `beta.chatCompletionEvents`; without a tag the route says it. */
function resourceOf({ definition, path }: Route, routes: readonly Route[]): string[] {
  // Of `events` and `workflows.events`, which are one resource under two names, the longer one says where it is.
  const [tag] = (Array.isArray(definition.tags) ? definition.tags : [])
    .map((each) => levelsOf(String(each)))
    .toSorted((a, b) => b.length - a.length);
  if (tag !== undefined && tag.length > 0) return withoutReserved(deeper(tag, path, routes));
  return withoutReserved([camelCase(split(staticWords(path)[0] ?? '')) || 'api']);
}

function levelsOf(tag: string): string[] {
  const levels = tag
    .split('.')
    .map((level) => camelCase(split(level)))
    .filter((level) => level !== '' && level !== 'deprecated');
  return levels[0] === 'beta' && outOfBeta.has(levels[1] ?? '') ? levels.slice(1) : levels;
}

/** The resource of those that have a name at the same path, or above it, where that is one of the tag's: `batch.jobs` of `batch`. */
function deeper(tag: readonly string[], path: string, routes: readonly Route[]): readonly string[] {
  const own = withoutNames(path);
  const above = routes.filter(
    (other) => isMethodName(other.id) && `${own}/`.startsWith(`${withoutNames(other.path)}/`),
  );
  const longest = Math.max(...above.map((other) => withoutNames(other.path).length));
  const resources = new Set(
    above
      .filter((other) => withoutNames(other.path).length === longest)
      .map(({ id }) => id.slice(0, id.lastIndexOf('.'))),
  );
  const [resource = ''] = resources;
  return resources.size === 1 && resource.startsWith(`${tag.join('.')}.`) ? resource.split('.') : tag;
}

/** A path without the names of its parameters, which are not what tells two paths apart. */
export const withoutNames = (path: string): string => path.replaceAll(/\{[^}]*\}/g, '{}');

/** What the client itself has besides its resources. */
const reserved = new Set(['withOptions', 'request', 'constructor', 'then']);

const withoutReserved = ([first, ...rest]: readonly string[]): string[] => [
  reserved.has(first!) ? `${first}Api` : first!,
  ...rest,
];

/** Words that say how a server is made or how a thing is found, not what an operation does. */
const noise = new Set(['by', 'id', 'route', 'routes', 'endpoint', 'handler', 'the', 'a']);

/** What comes after one of these is another thing than the resource, even under the same name. */
const prepositions = new Set(['from', 'to', 'for', 'in', 'of', 'with']);

/** Verbs that need no word besides `stream`: `chat.complete` has its twin in `chat.stream`. */
const plainVerbs = new Set(['create', 'complete', 'process']);

/** Resources whose methods say in the official SDK all that the operationId says: `workflows.executions.getWorkflowExecution`. */
const spelledOut = new Set(['workflows']);

function methodWords(route: Route, resource: readonly string[], listing: boolean): readonly string[] {
  const { id, pathKey } = route;
  const isStream = pathKey.endsWith('#stream');
  const words = split(id);
  const own = withoutRoute(isStream && words.at(-1) === 'stream' ? words.slice(0, -1) : words, route);
  const verb =
    spelledOut.has(resource[0]!) && own.length > 0
      ? own
      : plainly(tellingWords(own, route, resource), resource, route, listing);
  if (!isStream) return verb;
  return verb.length === 1 && plainVerbs.has(verb[0]!) ? ['stream'] : [...verb, 'stream'];
}

/** What is neither the server's, nor the path's, nor the resource's. */
function tellingWords(words: readonly string[], route: Route, resource: readonly string[]): string[] {
  const own = withoutServer(words).filter((word) => !noise.has(word) && !isVersion(word));
  return withoutResource(withoutPlace(own, route), resource).filter(
    (word, index, telling) => word !== telling[index - 1],
  );
}

/**
 * The words without those that the resource says: `group` and `user group` in `userGroups`, where `users` are others. A
 * verb may look like the resource, which is in the plural: `judge` in `judges`.
 */
function withoutResource(words: readonly string[], resource: readonly string[]): string[] {
  const levels = resource.map(split);
  const known = new Set(levels.flat().flatMap(bothNumbers));
  const nouns = new Set(levels.flatMap((level) => bothNumbers(level.at(-1) ?? '')));
  const isResource = (index: number): boolean => {
    const others = words.findIndex((word, at) => at >= index && !known.has(word));
    return words.slice(index, others === -1 ? undefined : others).some((word) => nouns.has(word));
  };
  const isVerb = (word: string): boolean =>
    word === singular(word) && !levels.flat().includes(word) && !verbs.has(words[1] ?? '');
  return words.filter((word, index) =>
    index === 0
      ? !known.has(word) || isVerb(word)
      : !isResource(index) || prepositions.has(words[index - 1]!),
  );
}

/**
 * The words with the verb that the other operations have: `list` for what gets a list, the route's own for what only
 * "gets" by searching, and those of REST where the words are those of HTTP, or none.
 */
function plainly(
  words: readonly string[],
  resource: readonly string[],
  { method, path }: Route,
  listing: boolean,
): readonly string[] {
  const known = new Set(resource.flatMap(split).flatMap(bothNumbers));
  const end = split(endOf(path)).filter((word) => !known.has(word));
  const [first, ...rest] = words;
  if (first === undefined) {
    if (method === 'POST' && end.length > 0) return end;
    return [verbFor(method, path), ...end];
  }
  const [verb, ...found] = end;
  if (first === 'get' && verb !== undefined && !noise.has(verb) && found.join() === rest.join()) return end;
  if (first === 'get' && listing) return ['list', ...rest.slice(0, -1), ...rest.slice(-1).map(plural)];
  return first === method.toLowerCase() ? [verbFor(method, path, 'get'), ...rest] : words;
}

/** FastAPI writes function, route and method in a row; only the function says something. */
function withoutRoute(words: readonly string[], { method, path }: Route): readonly string[] {
  // The name of a parameter may have given way to that of a field.
  const route = split(path.replaceAll('{path_', '{'));
  const endings = isVersion(route[0] ?? '')
    ? [[...route, method.toLowerCase()], route]
    : [[...route, method.toLowerCase()]];
  const ending = endings.find((each) => words.slice(-each.length).join() === each.join());
  return ending === undefined ? words : words.slice(0, -ending.length);
}

/** `agents_api_v1_conversations_append` says with `agents_api` where the server keeps its code. */
function withoutServer(words: readonly string[]): readonly string[] {
  return words[1] === 'api' ? words.slice(2) : words;
}

/** Verbs that are known to be some after the name of a thing. */
const verbs = new Set(
  'archive cancel create delete download get list retrieve search start stop unarchive update upload'.split(
    ' ',
  ),
);

/**
 * `fine_tuning_update_model` and `libraries_share_list` begin with where they are, and say what they do after that. The
 * last words of the path may say what is done, too, unless there is more of them: `scim_sync_trigger_scim_sync`.
 */
function withoutPlace(words: readonly string[], { path }: Route): readonly string[] {
  const place = staticWords(path).flatMap(split).map(singular);
  const said = words.map(singular);
  const verb = words.findIndex((word) => verbs.has(word));
  if (verb > 0 && said.slice(0, verb).every((word) => place.includes(word))) return words.slice(verb);
  const ahead = place.length - split(endOf(path)).length;
  const other = said.findIndex(
    (word, index) => word !== place[index] || (index >= ahead && !said.includes(word, index + 1)),
  );
  return other > 0 ? words.slice(other) : words;
}

/** What the method does to what the route leads to, as REST has it. */
function verbFor(method: string, path: string, get = endOf(path) === '' ? 'get' : 'list'): string {
  const byMethod: Readonly<Record<string, string>> = {
    GET: get,
    POST: 'create',
    PUT: 'update',
    PATCH: 'update',
    DELETE: 'delete',
  };
  return byMethod[method]!;
}

/** The last word of a path; nothing where that is a parameter. */
const endOf = (path: string): string => /\/([^/{}]*)$/.exec(path)?.[1] ?? '';

/** What a path says besides its parameters and its version. */
const staticWords = (path: string): string[] =>
  path.split('/').filter((word) => word !== '' && !word.includes('{') && !isVersion(word));

const isVersion = (word: string): boolean => /^v\d+$/i.test(word);

const bothNumbers = (word: string): string[] => [word, singular(word), `${word}s`];

const singular = (word: string): string => word.replace(/ies$/, 'y').replace(/([^s])s$/, '$1');

/** What a list has many of; these words have no plural. */
const plural = (word: string): string =>
  /s$|^(data|metadata|history|info|content)$/.test(word)
    ? word
    : `${word}s`.replace(/([^aeiou])ys$/, '$1ies');

/** `getURLOfBook_v2` in words: get, url, of, book, v2. */
const split = (text: string): string[] =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());

function camelCase(words: readonly string[]): string {
  const joined = words
    .map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('');
  return /^[a-z]/.test(joined) || joined === '' ? joined : `_${joined}`.replace(/^_(\d)/, 'n$1');
}
