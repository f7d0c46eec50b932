import { isRecord } from '../internal/is-record.js';

/** One place where two values differ; `undefined` where one of them has nothing. */
export interface Difference {
  /** Such as `body.messages[0].content`. */
  readonly place: string;
  readonly recorded: unknown;
  readonly asked: unknown;
}

/** Every place where two values of JSON differ; the order of an object's keys is no difference. */
export function differencesOf(recorded: unknown, asked: unknown, place = ''): Difference[] {
  if (Object.is(recorded, asked)) return [];
  if (Array.isArray(recorded) && Array.isArray(asked)) {
    const count = Math.max(recorded.length, asked.length);
    return Array.from({ length: count }, (_, index) =>
      differencesOf(recorded[index], asked[index], `${place}[${index}]`),
    ).flat();
  }
  if (isRecord(recorded) && isRecord(asked)) {
    const names = new Set([...Object.keys(recorded), ...Object.keys(asked)]);
    return [...names].flatMap((name) =>
      differencesOf(recorded[name], asked[name], place === '' ? name : `${place}.${name}`),
    );
  }
  return [{ place, recorded, asked }];
}
