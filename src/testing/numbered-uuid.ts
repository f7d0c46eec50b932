/** The same UUID for the same number, so that two runs give the same. */
export const numberedUuid = (number: number): string => `${prefix}${String(number).padStart(12, '0')}`;

/** The number of such a UUID; `undefined` for anything else. */
export const numberOfUuid = (value: unknown): number | undefined =>
  typeof value === 'string' && value.startsWith(prefix) ? Number(value.slice(prefix.length)) : undefined;

const prefix = '00000000-0000-4000-8000-';
