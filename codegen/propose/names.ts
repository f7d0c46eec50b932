import type { JsonObject } from '../description/json.js';
import { functionNameOf, isMethodName } from '../description/operations.js';
import { placeOf, routesOf, type Route } from '../description/routes.js';
import { proposed, type Proposal } from './proposal.js';

/**
 * Name the operations that have no name, in the style of those that have: the tag says the resource, and what
 * upstream's operationId says beyond tag and route is the method.
 */
export function proposeNames(document: JsonObject): Proposal[] {
  const routes = routesOf(document);
  const names = new Names(routes.filter(({ id }) => isMethodName(id)).map(({ id }) => id));
  return routes
    .filter(({ id }) => !isMethodName(id))
    .map((route) => ({
      target: placeOf(route),
      description: proposed(
        `a name for upstream's ${route.id || 'operation without an operationId'}.`,
        'with the operation',
      ),
      update: { operationId: names.add(candidatesFor(route, isList(route, routes))) },
    }));
}

/** A list has pages, or items whose routes go on from its own. */
const isList = ({ definition, method, path }: Route, routes: readonly Route[]): boolean =>
  method === 'GET' &&
  (definition['x-pagination'] !== undefined ||
    (endOf(path) !== '' && routes.some((other) => other.path.startsWith(`${path}/{`))));

/** The best name first; each later one says more of the route. */
function candidatesFor(route: Route, listing: boolean): string[] {
  const resource = resourceOf(route);
  const words = methodWords(route, resource, listing);
  const segments = staticWords(route.path);
  const last = split(segments.at(-1) ?? '');
  const { method } = route;
  const methods = [
    words,
    last.includes(words[0]!) ? last : [...words, ...last],
    [...words, ...segments.flatMap(split)],
    [method.toLowerCase(), ...segments.flatMap(split)],
  ];
  return methods.map((each) => `${resource.join('.')}.${camelCase(each)}`);
}

/** `beta.chat_completion_events` is `beta.chatCompletionEvents`; without a tag the route says it. */
function resourceOf({ definition, path }: Route): string[] {
  const [tag] = Array.isArray(definition.tags) ? definition.tags : [];
  const levels = String(tag ?? '')
    .split('.')
    .map((level) => camelCase(split(level)))
    .filter((level) => level !== '' && level !== 'deprecated');
  if (levels.length > 0) return withoutReserved(levels);
  return withoutReserved([camelCase(split(staticWords(path)[0] ?? '')) || 'api']);
}

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

function methodWords(route: Route, resource: readonly string[], listing: boolean): string[] {
  const { id, pathKey } = route;
  const isStream = pathKey.endsWith('#stream');
  const words = split(id);
  const said = withoutPlace(
    withoutServer(
      withoutRoute(isStream && words.at(-1) === 'stream' ? words.slice(0, -1) : words, route),
    ).filter((word) => !noise.has(word) && !isVersion(word)),
    route,
  );
  const known = new Set(resource.flatMap(split).flatMap(bothNumbers));
  const isNew = (word: string, before: string | undefined): boolean =>
    (!known.has(word) || prepositions.has(before ?? '')) && word !== before;
  const telling = said.filter((word, index) => isNew(word, said[index - 1]));
  const end = split(endOf(route.path)).filter((word) => !known.has(word));
  const verb = plainly(telling, end, route, listing);
  if (!isStream) return verb;
  return verb.length === 1 && plainVerbs.has(verb[0]!) ? ['stream'] : [...verb, 'stream'];
}

/**
 * The words with the verb that the other operations have: `list` for what gets a list, the route's own for what only
 * "gets" by searching, and those of REST where the words are those of HTTP, or none.
 */
function plainly(
  words: readonly string[],
  end: readonly string[],
  { method, path }: Route,
  listing: boolean,
): string[] {
  const [first, ...rest] = words;
  if (first === undefined) {
    if (method === 'POST' && end.length > 0) return [...end];
    return [verbFor(method, path), ...end];
  }
  if (first === 'get' && end.length > 0 && end.slice(1).join() === rest.join()) return [...end];
  if (first === 'get' && listing) return ['list', ...rest];
  return first === method.toLowerCase() ? [verbFor(method, path, 'get'), ...rest] : [...words];
}

/** FastAPI writes function, route and method in a row; only the function says something. */
function withoutRoute(words: readonly string[], { method, path }: Route): readonly string[] {
  // The name of a parameter may have given way to that of a field.
  const ending = [...split(path.replaceAll('{path_', '{')), method.toLowerCase()];
  const isThere = ending.every((word, index) => words[words.length - ending.length + index] === word);
  return isThere ? words.slice(0, words.length - ending.length) : words;
}

/** `agents_api_v1_conversations_append` says with `agents_api` where the server keeps its code. */
function withoutServer(words: readonly string[]): readonly string[] {
  return words[1] === 'api' ? words.slice(2) : words;
}

/** Verbs that operations begin with, or have after the place that they are in. */
const verbs = new Set(
  'archive cancel create delete download get list retrieve search start stop unarchive update upload'.split(
    ' ',
  ),
);

/** `fine_tuning_update_model` and `libraries_share_list` begin with where they are, and say what they do after that. */
function withoutPlace(words: readonly string[], { path }: Route): readonly string[] {
  const place = new Set(staticWords(path).flatMap(split));
  const start = words.findIndex((word) => verbs.has(word));
  return start > 0 && words.slice(0, start).every((word) => place.has(word)) ? words.slice(start) : words;
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

/** The names that are given, each once, and none that is both a method and the resource of others. */
class Names {
  readonly #functions = new Set<string>();
  readonly #ids: string[] = [];

  constructor(given: readonly string[]) {
    for (const id of given) this.#take(id);
  }

  add(candidates: readonly string[]): string {
    const [first] = candidates;
    const isBelowMethod = this.#ids.some((other) => first!.startsWith(`${other}.`));
    for (let number = 1; ; number += 1) {
      const more = isBelowMethod ? numbered(first!, number) : [`${first!}${number}`];
      const names = number === 1 ? candidates : more;
      const free = names.find((name) => isMethodName(name) && this.#isFree(name));
      if (free !== undefined) return this.#take(free);
    }
  }

  #isFree(id: string): boolean {
    if (this.#functions.has(functionNameOf(id)) || /\.(constructor|then)$/.test(id)) return false;
    return !this.#ids.some((other) => other.startsWith(`${id}.`) || id.startsWith(`${other}.`));
  }

  #take(id: string): string {
    this.#functions.add(functionNameOf(id));
    this.#ids.push(id);
    return id;
  }
}

/** The name with a number behind its method and its resource, or behind more of its resources. */
function numbered(name: string, number: number): string[] {
  const levels = name.split('.');
  const from = (start: number): string =>
    levels.map((level, index) => (index < start ? level : `${level}${number}`)).join('.');
  return levels.map((_, index) => from(index)).toReversed();
}
