import { isObject, type JsonObject, type JsonValue } from '../description/json.js';
import type { Operation } from '../description/operations.js';
import { isTime } from './sample.js';
import { propertiesOf } from '../description/schema.js';
import { checked, numberedUuid, unlessEmpty, variantsOf, withId, type AnswerContext } from './mock-answer.js';
import { itemEchoOf } from './mock-echo.js';
import { defaultSizeOf } from './default-size.js';
import { itemKeys, itemSchemaOf } from './item-schema.js';

const itemCount = 5;

/** The pages of a list: the answer around the items, the items of all pages, and how the request picks some. */
export function pageOf(
  context: AnswerContext,
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
  const items = Array.from({ length: itemCount }, (_, index) =>
    distinguish(vary(samples[index % samples.length]!, index), samples, index, fits),
  );
  const around = keys.length === 0 ? [] : lastPage(context, operation, keys);
  checked(context, operation, withValueAt(around, keys, items));

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
    items,
  };
}

const usualSize = 20;

/** So that a list whose caller cannot ask for small pages has more than one. */
const sizeWithoutParameter = 2;

/** A sample of the answer that says of no other page. */
function lastPage(
  { sampler }: AnswerContext,
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

/** Items of one list differ as in life: each has its own id, name and version, and the newest comes first. */
function vary(item: JsonValue, index: number): JsonValue {
  if (!isObject(item)) return item;
  const number = index + 1;
  const entries = Object.entries(item).map(([name, value]): [string, JsonValue] => {
    if (isTime(name)) return [name, earlier(value, index)];
    if (name === 'version' && typeof value === 'number') return [name, itemCount - index];
    if (typeof value !== 'string' || index === 0) return [name, value];
    if (name === 'id')
      return [name, uuidPattern.test(value) ? numberedUuid(number) : value.replace(/_1$/, `_${number}`)];
    if (name === 'name' || name === 'filename') return [name, value.replace(/(\.\w+)?$/, ` ${number}$1`)];
    return [name, value];
  });
  return Object.fromEntries(entries);
}

/** An item without an id, a name or a time, which would look like a repeated one, has its number in a text that takes it. */
function distinguish(
  item: JsonValue,
  samples: readonly JsonValue[],
  index: number,
  fits: (item: JsonValue) => boolean,
): JsonValue {
  if (index < samples.length || !samples.some((sample) => JSON.stringify(sample) === JSON.stringify(item)))
    return item;
  const numbered = (text: JsonValue) => (typeof text === 'string' ? `${text} ${index + 1}` : text);
  const candidates = isObject(item)
    ? Object.keys(item).map((name) => ({ ...item, [name]: numbered(item[name]!) }))
    : [numbered(item)];
  return candidates.find((each) => JSON.stringify(each) !== JSON.stringify(item) && fits(each)) ?? item;
}

const hourMs = 3_600_000;

function earlier(time: JsonValue, hours: number): JsonValue {
  if (typeof time === 'number') return time - (hours * hourMs) / 1000;
  return typeof time === 'string'
    ? new Date(Date.parse(time) - hours * hourMs).toISOString().replace('.000Z', 'Z')
    : time;
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
