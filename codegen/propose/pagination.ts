import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import { placeOf, routesOf, type Route } from '../description/routes.js';
import { propertiesOf, resolve } from '../description/schema.js';
import { proposed, type Proposal } from './proposal.js';
import { successOf } from './separate-operations.js';

/**
 * Say how lists with numbered pages are walked, and take back what is said of those that have none.
 *
 * Other styles of paging stay plain calls until a page style of the client knows them.
 */
export function proposePagination(document: JsonObject): Proposal[] {
  return routesOf(document).flatMap((route): Proposal[] => {
    const { definition } = route;
    const target = placeOf(route);
    const told = isObject(definition['x-pagination']) ? definition['x-pagination'] : undefined;
    if (told !== undefined && hasList(document, route, told)) return [];
    const found = paginationOf(document, route);
    if (found === undefined) {
      const description = proposed('it has page numbers, and no list that could be walked.');
      return told === undefined ? [] : [{ target: `${target}['x-pagination']`, description, remove: true }];
    }
    const description = proposed('a list with numbered pages; look up which is the first.');
    return [{ target, description, update: { 'x-pagination': found } }];
  });
}

function hasList(document: JsonObject, route: Route, { items }: JsonObject): boolean {
  const schema = answerOf(document, route);
  return typeof items === 'string' && schema !== undefined && listsIn(document, schema).includes(items);
}

const pageNames = ['page', 'page_number'];
const sizeNames = ['page_size', 'per_page', 'limit'];

function paginationOf(document: JsonObject, route: Route): JsonObject | undefined {
  if (route.method !== 'GET') return undefined;
  const query = route.parameters.filter(({ in: place }) => place === 'query');
  const named = (names: readonly string[]) => query.find(({ name }) => names.includes(String(name)));
  const page = named(pageNames);
  const size = named(sizeNames);
  const schema = answerOf(document, route);
  if (!page || !size || schema === undefined) return undefined;
  const lists = listsIn(document, schema);
  const items =
    lists.length === 1 ? lists[0]! : ['', 'data', 'items', 'results'].find((name) => lists.includes(name));
  if (items === undefined) return undefined;
  const figures = figuresIn(document, schema);
  const { default: usual, minimum } = isObject(page.schema) ? page.schema : {};
  const first = usual === 1 || (usual === undefined && minimum === 1) ? 1 : 0;
  return {
    style: 'page',
    page: String(page.name),
    size: String(size.name),
    first,
    items,
    ...pick('total', figures, ['total', 'total_items', 'total_count', 'count']),
    ...pick('more', figures, ['has_more', 'has_next']),
  };
}

function answerOf(document: JsonObject, route: Route): JsonValue | undefined {
  const media = successOf(document, route)?.content['application/json'];
  return isObject(media) ? media.schema : undefined;
}

/** The places of arrays in an answer: itself, its properties, and those of the objects in it. */
function listsIn(document: JsonObject, schema: JsonValue, depth = 0, path = ''): string[] {
  const { type, items } = resolve(document, schema);
  if (type === 'array') return items === undefined ? [] : [path];
  if (depth > 1) return [];
  return propertiesOf(document, schema).flatMap(({ name, written }) =>
    listsIn(document, written, depth + 1, path === '' ? name : `${path}.${name}`),
  );
}

function figuresIn(document: JsonObject, schema: JsonValue, depth = 0, path = ''): string[] {
  if (depth > 1) return [];
  return propertiesOf(document, schema).flatMap(({ name, written, schema: { type } }) => {
    const place = path === '' ? name : `${path}.${name}`;
    return ['integer', 'number', 'boolean'].includes(String(type))
      ? [place]
      : type === 'object' || isObject(resolve(document, written).properties)
        ? figuresIn(document, written, depth + 1, place)
        : [];
  });
}

function pick(name: string, figures: readonly string[], names: readonly string[]): JsonObject {
  const found = figures.find((place) => names.includes(place.split('.').at(-1)!));
  return found === undefined ? {} : { [name]: found };
}
