import { isRecord } from '../internal/is-record.js';

/** A place where a request differs from a recording; `undefined` where one has no value. */
export interface Difference {
  /** Such as `body.messages[0].content`. */
  readonly place: string;
  readonly recorded: unknown;
  readonly actual: unknown;
}

/** Every place where two values of JSON differ; the order of an object's keys is no difference. */
export function differencesOf(recorded: unknown, actual: unknown, place = ''): Difference[] {
  if (Object.is(recorded, actual)) return [];
  if (Array.isArray(recorded) && Array.isArray(actual)) {
    const count = Math.max(recorded.length, actual.length);
    return Array.from({ length: count }, (_, index) =>
      differencesOf(recorded[index], actual[index], `${place}[${index}]`),
    ).flat();
  }
  if (isRecord(recorded) && isRecord(actual)) {
    const names = new Set([...Object.keys(recorded), ...Object.keys(actual)]);
    return [...names].flatMap((name) =>
      differencesOf(recorded[name], actual[name], place === '' ? name : `${place}.${name}`),
    );
  }
  return [{ place, recorded, actual }];
}
