/** What a value is that should be another, for a message: `typeof`, which calls `null` an object. */
export const kindOf = (value: unknown): string => (value === null ? 'null' : typeof value);
