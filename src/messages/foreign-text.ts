import { ArgumentError } from '../errors/argument-error.js';

/** The JSON of a value; a text as it is. */
export function jsonOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value, shorten) ?? String(value);
  } catch (cause) {
    throw new ArgumentError('A message has a value that has no form in JSON; take it out', { cause });
  }
}

/** Text in place of what a request cannot have. */
export const foreignText = (value: unknown): string => `[Content of another API: ${jsonOf(value)}]`;

/** Encoded bytes cost tokens and tell a model nothing. */
const shorten = (_: string, value: unknown): unknown =>
  typeof value === 'string' && value.length > longestData && /^[\w+/=:;,.-]+$/.test(value)
    ? `${value.slice(0, 32)}… (${value.length} characters)`
    : value;

const longestData = 1000;
