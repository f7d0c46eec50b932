import type { JsonObject } from '../json.js';
import { functionNameOf, isMethodName } from '../operations.js';
import { routesOf, type Route } from '../routes.js';
import { placeOf } from './separate-operations.js';
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
      description: proposed(`a name for upstream's ${route.id || 'operation without an operationId'}.`),
      update: { operationId: names.add(candidatesFor(route)) },
    }));
}

/** The best name first; each later one says more of the route. */
function candidatesFor(route: Route): string[] {
  const resource = resourceOf(route);
  const words = methodWords(route, resource);
  const segments = staticWords(route.path);
  const last = segments.at(-1) ?? '';
  const { method } = route;
  const methods = [
    words,
    [...words, ...split(last)],
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

/** What the client itself has beside its resources. */
const reserved = new Set(['withOptions', 'request', 'constructor', 'then']);

const withoutReserved = ([first, ...rest]: readonly string[]): string[] => [
  reserved.has(first!) ? `${first}Api` : first!,
  ...rest,
];

/** Words that say how a server is made or how a thing is found, not what an operation does. */
const noise = new Set(['by', 'id', 'route', 'routes', 'endpoint', 'handler', 'the', 'a']);

/** Verbs that need no word beside `stream`: `chat.complete` has its twin in `chat.stream`. */
const plainVerbs = new Set(['create', 'complete', 'process']);

function methodWords(route: Route, resource: readonly string[]): string[] {
  const { id, method, pathKey } = route;
  const isStream = pathKey.endsWith('#stream');
  const words = split(id);
  const said = withoutServer(
    withoutRoute(isStream && words.at(-1) === 'stream' ? words.slice(0, -1) : words, route),
  );
  const known = new Set(resource.flatMap(split).flatMap(bothNumbers));
  const telling = said.filter(
    (word, index) => !noise.has(word) && !isVersion(word) && !known.has(word) && word !== said[index - 1],
  );
  const saysMore = telling.some((word) => word !== method.toLowerCase()) || method === 'GET';
  const verb = telling.length > 0 && saysMore ? telling : verbFor(route);
  if (!isStream) return verb;
  return verb.length === 1 && plainVerbs.has(verb[0]!) ? ['stream'] : [...verb, 'stream'];
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

/** What the method does to what the route leads to, as REST has it. */
function verbFor({ method, path }: Route): string[] {
  const segments = path.split('/').filter((word) => word !== '');
  const isItem = segments.at(-1)?.startsWith('{') === true;
  const verbs: Readonly<Record<string, string>> = {
    GET: isItem ? 'get' : 'list',
    POST: 'create',
    PUT: 'update',
    PATCH: 'update',
    DELETE: 'delete',
  };
  return [verbs[method] ?? method.toLowerCase()];
}

/** What a path says beside its parameters and its version. */
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
    for (let number = 1; ; number += 1) {
      const names = number === 1 ? candidates : [`${first!}${number}`];
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
