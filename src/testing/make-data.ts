import { named, type MockPage } from '../../generated/mock.gen.js';
import { isRecord } from '../internal/is-record.js';
import { numberedUuid } from './numbered-uuid.js';

/** The data of a response, of which the description of the mock has the shape: it is new each time, and may be modified. */
export function makeData(shape: unknown, property = ''): unknown {
  if (shape === named) return textNamed(property);
  if (Array.isArray(shape)) return shape.map((item) => makeData(item, property));
  if (!isRecord(shape)) return shape;
  return Object.fromEntries(Object.entries(shape).map(([name, value]) => [name, makeData(value, name)]));
}

function textNamed(property: string): string {
  return property.endsWith('_id') ? property.replace(/id$/, '1') : `Example ${property.replaceAll('_', ' ')}`;
}

/** Enough for several pages. */
const itemCount = 5;

/** The items of all pages of a list, the newest first: its samples in turn, each with an id, name and time of its own. */
export const makeItems = ({ items, varied }: MockPage): unknown[] =>
  Array.from({ length: itemCount }, (_, index) => {
    const item = makeData(items[index % items.length]);
    if (!isRecord(item)) return varied.length > 0 ? vary(item, index) : item;
    const different = varied
      .filter((name) => Object.hasOwn(item, name))
      .map((name) => [name, name === 'version' ? itemCount - index : vary(item[name], index)]);
    return { ...item, ...Object.fromEntries(different) };
  });

const hourSeconds = 3_600;
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Another value of its kind for each index: a time that is an hour earlier, a text or a UUID with the next number. */
function vary(value: unknown, index: number): unknown {
  if (index === 0) return value;
  if (typeof value === 'number') return value - index * hourSeconds;
  if (typeof value !== 'string') return value;
  if (uuidPattern.test(value)) return numberedUuid(index + 1);
  if (/^\d{4}-\d\d-\d\dT/.test(value))
    return new Date(Date.parse(value) - index * hourSeconds * 1000).toISOString().replace('.000Z', 'Z');
  return value.endsWith('_1')
    ? value.replace(/1$/, `${index + 1}`)
    : value.replace(/(\.\w+)?$/, ` ${index + 1}$1`);
}
