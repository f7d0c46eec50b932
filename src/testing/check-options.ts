import { ArgumentError } from '../errors/argument-error.js';
import { isRecord } from '../internal/is-record.js';
import { unknownKey } from '../internal/unknown-key.js';

/** What an option must be. */
type Kind = 'boolean' | 'function';

/**
 * @param known - The options, and of which type they are if that is checked here.
 * @param mistaken - Names that people may try, with the right ones.
 * @throws {ArgumentError} for an unknown option, and one of another type.
 */
export function checkOptions(
  owner: string,
  options: unknown,
  known: Readonly<Record<string, Kind | undefined>>,
  mistaken: Readonly<Record<string, string>> = {},
): void {
  const names = Object.keys(known);
  if (!isRecord(options))
    throw new ArgumentError(`${owner}: the options must be an object, such as { ${names[0]} }`);
  const unknown = unknownKey(options, names, owner, mistaken);
  if (unknown) throw new ArgumentError(unknown);
  for (const [name, kind] of Object.entries(known)) {
    const value = options[name];
    if (value === undefined || kind === undefined || typeof value === kind) continue;
    const wanted = kind === 'boolean' ? 'true or false' : 'a function';
    throw new ArgumentError(`${owner}: \`${name}\` must be ${wanted}, not ${String(value)}`);
  }
}

/** @throws {ArgumentError} for what is no whole number from `least` on. */
export function checkCount(owner: string, name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new ArgumentError(`${owner}: \`${name}\` must be a whole number, at least ${least}, not ${value}`);
}

/** The longest delay that timers of JavaScript know. */
const longestDelayMs = 2 ** 31 - 1;

/** @throws {ArgumentError} for what is no time to wait. */
export function checkDelay(owner: string, name: string, value: number): void {
  if (typeof value === 'number' && value >= 0 && value <= longestDelayMs) return;
  throw new ArgumentError(
    `${owner}: \`${name}\` must be a number of milliseconds from 0 to ${longestDelayMs}, not ${value}`,
  );
}

/** @throws {ArgumentError} for a status that no error has. */
export function checkStatus(owner: string, status: number): void {
  if (Number.isInteger(status) && status >= 300 && status <= 599) return;
  throw new ArgumentError(`${owner} takes the status of an error, from 300 to 599, not ${status}`);
}
