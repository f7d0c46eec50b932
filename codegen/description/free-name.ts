import type { JsonObject } from './json.js';

/** The name itself, or the first of `Name2`, `Name3`, … that nothing has. */
export function freeName(name: string, taken: Readonly<JsonObject> | ReadonlySet<string>): string {
  const isTaken = (candidate: string): boolean =>
    taken instanceof Set ? taken.has(candidate) : Object.hasOwn(taken, candidate);
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}${number}`;
    if (!isTaken(candidate)) return candidate;
  }
}
