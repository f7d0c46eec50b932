/** A copy of plain data, for whoever may change it. Not every environment of tests has `structuredClone`. */
export const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
