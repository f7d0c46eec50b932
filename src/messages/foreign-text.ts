/** The JSON of a value; a text as it is. */
export const jsonOf = (value: unknown): string => textOf(value, writable);

/** Text in place of what a request cannot have. */
export const foreignText = (value: unknown): string =>
  `[Content of another API: ${textOf(value, shortened)}]`;

const textOf = (value: unknown, replace: (value: unknown) => unknown): string =>
  typeof value === 'string'
    ? value
    : (JSON.stringify(value, (_, each: unknown) => replace(each)) ?? String(value));

const writable = (value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/** Encoded bytes cost tokens and tell a model nothing. */
const shortened = (value: unknown): unknown =>
  typeof value === 'string' && value.length > longestData && /^(data:[^,]*,)?[\w+/=-]+$/.test(value)
    ? `${value.slice(0, 32)}… (${value.length} characters)`
    : writable(value);

const longestData = 1000;
