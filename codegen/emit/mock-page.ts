import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import type { Operation } from '../description/operations.js';
import { isTime } from './sample.js';
import { propertiesOf } from '../description/schema.js';
import { checked, numberedUuid, unlessEmpty, variantsOf, withId, type MockContext } from './mock-response.js';
import { itemEchoOf } from './mock-echo.js';
import { defaultSizeOf } from './default-size.js';
import { itemKeys, itemSchemaOf } from './item-schema.js';

/** The pages of a list: the response around the items, samples of items and what differs in them, and how the request picks some. */
export function pageOf(
  context: MockContext,
  operation: Operation,
): Readonly<Record<string, JsonValue | undefined>> {
  const { document, sampler } = context;
  const { success } = operation;
  const { style, page, size, first = 0, items: place, total, more, next } = operation.pagination!;
  const keys = itemKeys(operation);

  const itemSchema = itemSchemaOf(document, operation);
  const samples = variantsOf(document, itemSchema).map((schema) =>
    withId(context, operation, sampler.sample(schema)),
  );
  const fits = (item: JsonValue) => sampler.faultOf(itemSchema, item) === undefined;
  const around = keys.length === 0 ? [] : lastPage(context, operation, keys);
  checked(context, operation, withValueAt(around, keys, samples));

  const figures = {
    ...figuresOf(document, success.schema!),
    ...(total === undefined ? {} : { [total]: 'total' }),
    ...(more === undefined ? {} : { [more]: 'more' }),
    ...(next === undefined ? {} : { [next]: 'next' }),
  };
  return {
    style,
    page,
    size,
    first,
    defaultSize: defaultSizeOf(operation) ?? (size === undefined ? sizeWithoutParameter : usualSize),
    place,
    figures: unlessEmpty(figures),
    echo: unlessEmpty(itemEchoOf(document, itemSchema, operation)),
    body: withValueAt(around, keys, []),
    items: samples,
    varied: variedFields(samples, fits),
  };
}

const usualSize = 20;

/** So that a list whose caller cannot ask for small pages has more than one. */
const sizeWithoutParameter = 2;

/** A sample of the response that says of no other page. */
function lastPage(
  { sampler }: MockContext,
  { success, pagination }: Operation,
  keys: readonly string[],
): JsonValue {
  const schema = success.schema!;
  const links = ['next', 'previous'].map((name) => [...keys.slice(0, -1), name]);
  const cursor = pagination!.next === undefined ? [] : [pagination!.next.split('.')];
  return [...links, ...cursor].reduce<JsonValue>((body, place) => {
    if (valueAt(body, place) === undefined) return body;
    const fits = [null, ''].map((end) => withValueAt(body, place, end));
    return fits.find((each) => sampler.faultOf(schema, each) === undefined) ?? body;
  }, sampler.sample(schema));
}

const valueAt = (body: JsonValue, keys: readonly string[]): JsonValue | undefined =>
  keys.reduce<JsonValue | undefined>((value, key) => (isObject(value) ? value[key] : undefined), body);

function withValueAt(body: JsonValue, [key, ...rest]: readonly string[], value: JsonValue): JsonValue {
  if (key === undefined) return value;
  return isObject(body) ? { ...body, [key]: withValueAt(body[key] ?? {}, rest, value) } : body;
}

/** Names that the API's lists have for the same few figures. */
const figureByName: Readonly<Record<string, string>> = {
  total: 'total',
  total_items: 'total',
  total_pages: 'pages',
  current_page: 'page',
  page: 'page',
  page_size: 'size',
  has_more: 'more',
  count: 'total',
};

function figuresOf(document: JsonObject, schema: JsonValue, path = ''): JsonObject {
  const figures: JsonObject = {};
  for (const property of propertiesOf(document, schema)) {
    const figure = figureByName[property.name];
    if (figure) figures[path + property.name] = figure;
    else if (property.schema.properties)
      Object.assign(figures, figuresOf(document, property.schema, `${path}${property.name}.`));
  }
  return figures;
}

/**
 * The fields by which the items of a list differ, as in life: ids, names, versions and times, of which the newest comes
 * first; or a text, lest an item look like a repeated one. The empty string is an item that is a text itself.
 */
function variedFields(samples: readonly JsonValue[], fits: (item: JsonValue) => boolean): string[] {
  const varied = samples.flatMap((sample) => {
    if (!isObject(sample)) return fits(another(sample)) ? [''] : [];
    const free = Object.keys(sample).filter((name) => {
      const value = sample[name] ?? null;
      const other = name === 'version' && typeof value === 'number' ? itemCount : another(value);
      return other !== value && fits({ ...sample, [name]: other });
    });
    const telling = free.filter((name) => tellingNames.includes(name) || isTime(name));
    return telling.length > 0 ? telling : free.filter((name) => typeof sample[name] === 'string').slice(0, 1);
  });
  return [...new Set(varied)];
}

const tellingNames: readonly string[] = ['id', 'name', 'filename', 'version'];

/** What the mock might make of the value in another item. */
function another(value: JsonValue): JsonValue {
  if (typeof value === 'number') return value - (itemCount * hourMs) / 1000;
  if (typeof value !== 'string') return value;
  if (uuidPattern.test(value)) return numberedUuid(itemCount);
  const time = Date.parse(value);
  return timePattern.test(value)
    ? new Date(time - itemCount * hourMs).toISOString()
    : `${value} ${itemCount}`;
}

/** As many items as the mock makes. */
const itemCount = 5;
const hourMs = 3_600_000;
const timePattern = /^\d{4}-\d\d-\d\dT/;
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
