/** The type of a value for a message: `typeof`, with `null` apart. */
export const kindOf = (value: unknown): string => (value === null ? 'null' : typeof value);
