/** A copy of plain data that may be modified. Not every test environment has `structuredClone`. */
export const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
