import { ArgumentError } from '../errors/argument-error.js';

/** @throws {ArgumentError} for what is no whole number from `least` on. */
export function checkCount(owner: string, name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new ArgumentError(`${owner}: \`${name}\` must be a whole number, at least ${least}, not ${value}`);
}

/** The longest delay that timers of JavaScript know. */
const longestDelayMs = 2 ** 31 - 1;

/** @throws {ArgumentError} for what is no time to wait. */
export function checkDelay(owner: string, name: string, value: number): void {
  if (value >= 0 && value <= longestDelayMs) return;
  throw new ArgumentError(
    `${owner}: \`${name}\` must be a number of milliseconds from 0 to ${longestDelayMs}, not ${value}`,
  );
}

/** @throws {ArgumentError} for a status that no error has. */
export function checkStatus(owner: string, status: number): void {
  if (Number.isInteger(status) && status >= 300 && status <= 599) return;
  throw new ArgumentError(`${owner} takes the status of an error, from 300 to 599, not ${status}`);
}
