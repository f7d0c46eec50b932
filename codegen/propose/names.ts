import type { JsonObject } from '../description/json.js';
import { functionNameOf, isMethodName } from '../description/operations.js';
import { nameOfRoute, placeOf, routesOf, type Route } from '../description/routes.js';
import { nameCandidates } from './name-candidates.js';
import { officialNames, type OfficialNames } from './official-names.js';
import { proposed, type Proposal } from './proposal.js';

/**
 * Name the operations that have no name: as the official SDK does where the table has their route, else by rule.
 *
 * `update` is the method that stays. A deprecated PUT or PATCH whose path has the other, too, which is not deprecated and
 * has no name yet, gives its name to that, and is called `replace` or `patch`: both take the same parameters, so that calls of
 * `libraries.update` stay, and the old request can still be sent.
 */
export function proposeNames(document: JsonObject, official: OfficialNames = officialNames()): Proposal[] {
  const routes = routesOf(document);
  const giving = new Map(
    routes.flatMap((route) => {
      const successor = isMethodName(route.id) ? successorOf(route, routes) : undefined;
      return successor === undefined ? [] : [[route, successor] as const];
    }),
  );
  const given = new Map([...giving].map(([route, successor]) => [successor, route.id]));
  const unnamed = routes.filter((route) => !isMethodName(route.id) || giving.has(route));
  const names = new Names(routes.filter((route) => !unnamed.includes(route)).map(({ id }) => id));
  const certain = (route: Route): string[] => {
    const name = given.get(route) ?? official(route);
    return name === undefined || giving.has(route) ? [] : [name];
  };
  // A name that is certain is taken before one by rule, and what stays is named before what goes.
  const rank = (route: Route): number =>
    certain(route).length > 0 ? 0 : route.definition.deprecated === true ? 2 : 1;
  const chosen = new Map(
    unnamed
      .toSorted((a, b) => rank(a) - rank(b))
      .map((route) => [route, names.add(certain(route), nameCandidates(document, route, routes))]),
  );
  return unnamed.map((route) => {
    const successor = giving.get(route);
    return {
      target: placeOf(route),
      description: proposed(
        successor === undefined
          ? `a name for upstream's ${route.id || 'operation without an operationId'}.`
          : `\`${route.id}\` is ${nameOfRoute(successor)} now, since this one is deprecated.`,
        'with the operation',
      ),
      update: { operationId: chosen.get(route)! },
    };
  });
}

/** What replaces a deprecated operation at the same path, and waits for a name. */
const successorOf = (route: Route, routes: readonly Route[]): Route | undefined =>
  route.definition.deprecated === true && changes.has(route.method)
    ? routes.find(
        (other) =>
          other !== route &&
          other.pathKey === route.pathKey &&
          changes.has(other.method) &&
          other.definition.deprecated !== true &&
          !isMethodName(other.id),
      )
    : undefined;

/** The methods that change what there is. */
const changes = new Set(['PUT', 'PATCH']);

/** The names that are given, each once, and none that is both a method and the resource of others. */
class Names {
  readonly #functions = new Set<string>();
  readonly #ids: string[] = [];

  constructor(given: readonly string[]) {
    for (const id of given) this.#take(id);
  }

  /** @returns the first that is free, or else the best that a rule gives with a number. */
  add(certain: readonly string[], byRule: readonly string[]): string {
    const [first] = byRule;
    const isBelowMethod = this.#ids.some((other) => first!.startsWith(`${other}.`));
    for (let number = 1; ; number += 1) {
      const more = isBelowMethod ? numbered(first!, number) : [`${first!}${number}`];
      const names = number === 1 ? [...certain, ...byRule] : more;
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
