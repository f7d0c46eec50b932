import { ArgumentError } from '../errors/argument-error.js';

/** The API key, or a function that supplies it, called for each attempt to send a request. */
export type ApiKey = string | (() => string | Promise<string>);

/**
 * The value of the `Authorization` header.
 *
 * The key is checked here because the runtime's own error for a bad header quotes the value.
 *
 * @throws {ArgumentError} if the key is empty or has characters that a header cannot carry; the key is not quoted.
 */
export async function authorize(apiKey: ApiKey): Promise<string> {
  return `Bearer ${checkedKey(typeof apiKey === 'function' ? await apiKey() : apiKey)}`;
}

/** @throws {ArgumentError} if the key is no key; it is not quoted. */
export function checkedKey(given: unknown): string {
  if (typeof given !== 'string') {
    throw new ArgumentError(
      '`apiKey` gave no key; it must be a string, or a function that returns one or a promise of one',
    );
  }
  const key = given.trim();
  if (key === '')
    throw new ArgumentError('The API key is empty; pass a key as `apiKey`, or set MISTRAL_API_KEY');
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new ArgumentError(
      'The API key has a space, a line break or a character beyond ASCII in it; copy it again',
    );
  }
  return key;
}
