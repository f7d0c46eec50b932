import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { isDeprecated, isList, listPath, placesIn, withoutNull, type Place } from '../description/lists.js';
import type { Pagination } from '../description/operations.js';
import { placeOf, routesOf, type Route } from '../description/routes.js';
import { propertiesOf, resolve } from '../description/schema.js';
import { PipelineError } from '../run/pipeline-error.js';
import { proposed, type Proposal } from './proposal.js';
import { successOf } from './separate-operations.js';

/**
 * Say how lists are paginated, and take back what is said of those that are not.
 *
 * What upstream states in `x-speakeasy-pagination` comes first, then what the names of parameters and fields tell. What
 * upstream calls deprecated is never used.
 */
export function proposePagination(document: JsonObject): Proposal[] {
  return routesOf(document).flatMap((route): Proposal[] => {
    const target = placeOf(route);
    const told = route.definition['x-pagination'];
    const list = readList(document, route);
    if (isObject(told) && list !== undefined && holds(list, told)) return [];
    const stated = list && statedPagination(list, route.definition['x-speakeasy-pagination']);
    const found = stated ?? (list && guessedPagination(list, route));
    const reason =
      found === undefined
        ? 'it has no list that could be paginated.'
        : stated
          ? 'a list; upstream states in `x-speakeasy-pagination` how it is paginated.'
          : reasons[found.style];
    const description = proposed(reason);
    return [
      ...(told === undefined
        ? []
        : [{ target: `${target}['x-pagination']`, description, remove: true as const }]),
      ...(found === undefined ? [] : [{ target, description, update: { 'x-pagination': { ...found } } }]),
    ];
  });
}

const reasons: Readonly<Record<Pagination['style'], string>> = {
  page: 'a list with numbered pages; look up which is the first.',
  offset: 'a list whose pages are told by their offsets; look up whether it is of items.',
  cursor: 'a list whose pages are told by cursors; look up where the next one is.',
};

/** What an operation that may be a list takes and gives, without what is deprecated. */
interface List {
  readonly inputs: readonly Input[];
  readonly places: readonly Place[];
}

interface Input {
  readonly name: string;
  readonly schema: JsonObject;
}

/** What cannot be read is left out by a rule of its own. */
function readList(document: JsonObject, route: Route): List | undefined {
  try {
    const media = successOf(document, route)?.content['application/json'];
    if (!isObject(media) || media.schema === undefined) return undefined;
    const places = placesIn(document, media.schema).filter((place) => !place.isDeprecated);
    return { inputs: inputsOf(document, route), places };
  } catch (error) {
    if (error instanceof PipelineError) return undefined;
    throw error;
  }
}

/** The parameters of the query, and the fields of a JSON body. */
function inputsOf(document: JsonObject, { parameters, definition }: Route): Input[] {
  const content =
    definition.requestBody === undefined ? {} : resolve(document, definition.requestBody).content;
  const media = isObject(content) ? content['application/json'] : undefined;
  const fields = isObject(media) && media.schema !== undefined ? propertiesOf(document, media.schema) : [];
  const written = [
    ...parameters
      .filter((parameter) => parameter.in === 'query' && parameter.deprecated !== true)
      .map(({ name, schema }) => ({ name: String(name), written: schema ?? {} })),
    ...fields,
  ];
  return written
    .filter((input) => !isDeprecated(document, input.written))
    .map((input) => ({ name: input.name, schema: withoutNull(document, input.written) }));
}

/** Whether what an overlay says is so. */
function holds({ inputs, places }: List, { page, items, next }: JsonObject): boolean {
  const isIn = (path: JsonValue) => places.some((place) => place.path === path);
  return (
    inputs.some(({ name }) => name === page) &&
    places.some((place) => place.path === items && isList(place)) &&
    (next === undefined || isIn(next))
  );
}

/** What `x-speakeasy-pagination` says; `undefined` where it says what no page style can follow, or what is not there. */
function statedPagination({ inputs, places }: List, stated: JsonValue | undefined): Pagination | undefined {
  if (!isObject(stated) || !Array.isArray(stated.inputs)) return undefined;
  const statedInputs = stated.inputs.filter(isObject);
  const outputs = isObject(stated.outputs) ? stated.outputs : {};
  const inputFor = (type: string) => {
    const name = statedInputs.find((input) => input.type === type)?.name;
    return inputs.find((input) => input.name === name);
  };
  const at = (output: JsonValue | undefined) => places.find(({ path }) => path === pathOf(output));
  const list = at(outputs.results);
  if (list === undefined || !isList(list)) return undefined;
  const items = list.path;
  const size = inputFor('limit')?.name;
  const shared = { ...(size === undefined ? {} : { size }), items, ...figuresIn(places) };
  const [cursor, offset, page] = [inputFor('cursor'), inputFor('offset'), inputFor('page')];
  const next = at(outputs.nextCursor);
  if (cursor && next) return { style: 'cursor', page: cursor.name, ...shared, next: next.path };
  if (offset) return { style: 'offset', page: offset.name, ...shared };
  if (page) return { style: 'page', page: page.name, first: firstOf(page), ...shared };
  return undefined;
}

/** `pagination.next` of `$.pagination.next`; `undefined` for what is no such path. */
function pathOf(jsonPath: JsonValue | undefined): string | undefined {
  const [isPath, path] = /^\$(?:\.(\w+(?:\.\w+)*))?$/.exec(String(jsonPath)) ?? [];
  return isPath === undefined ? undefined : (path ?? '');
}

const pageNames = ['page', 'page_number'];
const offsetNames = ['offset', 'skip'];
const cursorNames = ['cursor', 'page_token', 'page_cursor', 'next_page_token', 'next_cursor', 'next_token'];
const sizeNames = ['page_size', 'per_page', 'limit', 'max_results'];
/** Nearest to certain first: what is called `next` may also be a URL. */
const nextNames = ['next_cursor', 'next_page_token', 'next_page_cursor', 'next_token', 'cursor', 'next'];
const totalNames = ['total', 'total_items', 'total_count'];
const moreNames = ['has_more', 'has_next'];

function guessedPagination({ inputs, places }: List, route: Route): Pagination | undefined {
  const { method } = route;
  const items = itemsAmong(places, route);
  if (!['GET', 'POST'].includes(method) || items === undefined) return undefined;
  const inputFor = (names: readonly string[]) => inputs.find(({ name }) => names.includes(snakeCase(name)));
  const [page, offset, cursor] = [pageNames, offsetNames, cursorNames].map(inputFor);
  const size = inputFor(sizeNames)?.name;
  const next = placeFor(places, nextNames, isCursor);
  const shared = { ...(size === undefined ? {} : { size }), items, ...figuresIn(places) };
  if (cursor && next !== undefined) return { style: 'cursor', page: cursor.name, ...shared, next };
  // A POST with a number may do anything.
  if (method === 'POST' || size === undefined) return undefined;
  if (page) return { style: 'page', page: page.name, first: firstOf(page), ...shared };
  return offset && { style: 'offset', page: offset.name, ...shared };
}

/** The list of a response that has one; among several, the one that is called as such, or after the path. */
function itemsAmong(places: readonly Place[], { path }: Route): string | undefined {
  const paths = places.filter(isList).map((list) => list.path);
  if (paths.length < 2) return paths[0];
  const subject = path.split('/').findLast((segment) => !segment.startsWith('{')) ?? '';
  const named = paths.filter((name) => name === subject || name.endsWith(`_${snakeCase(subject)}`));
  return (
    ['', 'data', 'items', 'results'].find((name) => paths.includes(name)) ??
    (named.length === 1 ? named[0] : undefined)
  );
}

const firstOf = ({ schema: { default: usual, minimum } }: Input): number =>
  usual === 1 || (usual === undefined && minimum === 1) ? 1 : 0;

/** A `count` is none of them: it may be that of the page, and would end the list with it. */
function figuresIn(places: readonly Place[]): { readonly total?: string; readonly more?: string } {
  const total = placeFor(places, totalNames, ({ type }) => type === 'integer' || type === 'number');
  const more = placeFor(places, moreNames, ({ type }) => type === 'boolean');
  return { ...(total === undefined ? {} : { total }), ...(more === undefined ? {} : { more }) };
}

/** The path to what has the first of these names that anything has. */
function placeFor(
  places: readonly Place[],
  names: readonly string[],
  fits: (schema: JsonObject) => boolean,
): string | undefined {
  const fitting = places.filter(({ schema }) => fits(schema));
  const found = names.flatMap((name) =>
    fitting.filter(({ path }) => snakeCase(listPath(path).at(-1) ?? '') === name),
  );
  return found[0]?.path;
}

const isCursor = ({ type, format }: JsonObject): boolean =>
  (type === 'string' && format !== 'uri') || type === 'integer';

/** `next_page_token` of `nextPageToken`. */
const snakeCase = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll('-', '_');
