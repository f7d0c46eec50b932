import { ArgumentError } from '../errors/argument-error.js';
import { unknownKey } from '../internal/unknown-key.js';

/**
 * Refuse invalid options before anything is done.
 *
 * @param owner - The function, for messages: `mapConcurrent()`.
 * @throws {ArgumentError} for an unknown option or an invalid signal.
 */
export function checkOptions(
  owner: string,
  options: { readonly signal?: AbortSignal | undefined },
  known: readonly string[],
): void {
  const unknown = unknownKey(options, known, owner, { timeout: 'timeoutMs', abortSignal: 'signal' });
  if (unknown) throw new ArgumentError(unknown);
  const { signal } = options;
  if (signal !== undefined && typeof (signal as Partial<AbortSignal> | null)?.addEventListener !== 'function')
    throw new ArgumentError(`${owner}: \`signal\` must be an AbortSignal, such as \`controller.signal\``);
}

/** @throws {ArgumentError} unless it is a positive integer. */
export function checkCount(owner: string, name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new ArgumentError(`${owner}: \`${name}\` must be a positive integer, not ${String(value)}`);
}
